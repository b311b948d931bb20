package app

import (
	"errors"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

func TestAScriptChangesTheKeyWhileTheDeskIsAtWork(t *testing.T) {
	cfg := aloneDesk(t)
	old := cfg.StoreKey
	cfg.KeepKey = func(key [32]byte) error { cfg.StoreKey = key; return nil }
	s := drive(t, cfg)
	s.call("contact.save", map[string]any{"subject": "a", "content": "before"}, nil)
	var got struct{ Epoch int }
	s.call("store.rotate", nil, &got)
	if got.Epoch != 2 || cfg.StoreKey == old {
		t.Errorf("epoch %d, kept: %t", got.Epoch, cfg.StoreKey != old)
	}
	s.call("contact.save", map[string]any{"subject": "a", "content": "after"}, nil)
	for s.desk.store.KeyTurn().On { // the desk's own Maintain does it
		s.call("desk.status", nil, nil)
	}
	s.call("desk.quit", nil, nil)
	_, err := localstore.Open(t.Context(), localstore.Config{Path: cfg.StorePath, Key: old})
	if !errors.Is(err, desk.ErrWrongKey) {
		t.Errorf("the old key: %v", err)
	}
	again, err := localstore.Open(t.Context(), localstore.Config{Path: cfg.StorePath, Key: cfg.StoreKey})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	counts, err := again.Count(t.Context())
	if err != nil || counts[desk.TableContact] != 2 {
		t.Errorf("%v, %v", counts, err)
	}
}

func TestADeskWhoseKeyIsKeptNowhereDoesNotChangeIt(t *testing.T) {
	s := drive(t, aloneDesk(t))
	s.fails(codeNotNow, "key_fixed", "store.rotate", nil)
}
