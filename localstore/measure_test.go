package localstore_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

func TestAPlainFileIsMadeOnlyWithoutAKey(t *testing.T) {
	cfg := config(t.TempDir())
	cfg.Measure = &localstore.Measure{Plain: true}
	_, err := localstore.Open(t.Context(), cfg)
	wantErr(t, err, desk.ErrInvalid)
	var asked []string
	cfg.Key, cfg.Measure.Trace = [32]byte{}, func(query string, _ []any) { asked = append(asked, query) }
	s := open(t, cfg)
	commit(t, s, intent(customer(t, zhang())))
	if !slices.Contains(asked, "COMMIT") {
		t.Errorf("traced %q", asked)
	}
	asked = nil
	if _, err := s.Customer(t.Context(), "c1"); err != nil || len(asked) != 1 {
		t.Errorf("%v, traced %q", err, asked)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	b, err := os.ReadFile(cfg.Path + "-wal")
	if err != nil || !bytes.Contains(b, []byte("北京远方科技")) {
		t.Errorf("the log is not plain: %v", err)
	}
	keyless := config(filepath.Join(t.TempDir(), "other"))
	keyless.Key = [32]byte{}
	_, err = localstore.Open(t.Context(), keyless)
	wantErr(t, err, desk.ErrInvalid)
}
