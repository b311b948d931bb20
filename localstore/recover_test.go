package localstore_test

import (
	"bytes"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

func recoveryPair(t *testing.T) (private, public []byte) {
	t.Helper()
	pair, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return pair.Bytes(), pair.PublicKey().Bytes()
}

func sealTo(t *testing.T, s *localstore.Store, public []byte) []byte {
	t.Helper()
	sealed, err := s.SealTo(t.Context(), public)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// untouched notes what lies in a folder, byte by byte and to the nanosecond; same tells whether it still does.
func untouched(t *testing.T, dir string) (same func() bool) {
	t.Helper()
	look := func() (all []byte, at []time.Time) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			info, err := e.Info()
			if err != nil {
				t.Fatal(err)
			}
			at = append(at, info.ModTime())
		}
		return readAll(t, dir), at
	}
	bytesThen, timesThen := look()
	return func() bool {
		bytesNow, timesNow := look()
		if !bytes.Equal(bytesThen, bytesNow) || len(timesThen) != len(timesNow) {
			return false
		}
		for i := range timesNow {
			if !timesNow[i].Equal(timesThen[i]) {
				return false
			}
		}
		return true
	}
}

func TestTheRecoveryKeyGivesTheKeyBackAndTouchesNothing(t *testing.T) {
	cfg := config(t.TempDir())
	private, public := recoveryPair(t)
	s := shelved(t, cfg, 2)
	sealed := sealTo(t, s, public)
	if again := sealTo(t, s, public); !bytes.Equal(sealed, again) {
		t.Error("asked again it gives another envelope")
	}
	if bytes.Contains(sealed, cfg.Key[:8]) || strings.Contains(string(sealed), base64.StdEncoding.EncodeToString(cfg.Key[:])[:20]) {
		t.Error("the key is in the envelope")
	}
	_, err := s.SealTo(t.Context(), public[:31])
	wantErr(t, err, desk.ErrInvalid)
	dead := copyStore(t, cfg) // nobody closed it: database and log
	same := untouched(t, filepath.Dir(dead.Path))
	for what, get := range map[string]func() ([32]byte, error){
		"the side file": func() ([32]byte, error) { return localstore.Recover(t.Context(), dead.Path, private) },
		"central's":     func() ([32]byte, error) { return localstore.RecoverWith(t.Context(), dead.Path, sealed, private) },
		"unproven":      func() ([32]byte, error) { return localstore.RecoverFrom(sealed, private) },
	} {
		if key, err := get(); err != nil || key != cfg.Key {
			t.Errorf("%s: %v", what, err)
		}
	}
	if !same() {
		t.Error("the files were touched")
	}
}

func TestAnythingButTheRightRecoveryKeyIsToldAndTouchesNothing(t *testing.T) {
	cfg, other := config(t.TempDir()), config(t.TempDir())
	other.Key[5] = 5
	private, public := recoveryPair(t)
	wrong, _ := recoveryPair(t)
	sealed, foreign := sealTo(t, shelved(t, cfg, 2), public), sealTo(t, open(t, other), public)
	for what, c := range map[string]struct {
		side    []byte // the side file; nil: none
		private []byte
		want    error
	}{
		"another recovery key":        {[]byte(`{"version":1,"envelope":` + string(sealed) + `}`), wrong, localstore.ErrRecoveryKey},
		"no side file":                {nil, private, localstore.ErrNoEnvelope},
		"a side file without":         {[]byte(`{"version":1}`), private, localstore.ErrNoEnvelope},
		"another desk's envelope":     {[]byte(`{"version":1,"envelope":` + string(foreign) + `}`), private, localstore.ErrForeignEnvelope},
		"another desk's name on it":   {bytes.Replace([]byte(`{"version":1,"envelope":`+string(sealed)+`}`), []byte(`"desk":"`), []byte(`"desk":"x`), 1), private, localstore.ErrRecoveryKey},
		"another epoch on it":         {bytes.Replace([]byte(`{"version":1,"envelope":`+string(sealed)+`}`), []byte(`"epoch":1`), []byte(`"epoch":2`), 1), private, localstore.ErrRecoveryKey},
		"an envelope of nothing":      {[]byte(`{"version":1,"envelope":{}}`), private, desk.ErrInvalid},
		"no recovery key":             {[]byte(`{"version":1,"envelope":` + string(sealed) + `}`), private[:5], desk.ErrInvalid},
		"a recovery key all of zeros": {[]byte(`{"version":1,"envelope":` + string(sealed) + `}`), make([]byte, 32), localstore.ErrRecoveryKey},
	} {
		t.Run(what, func(t *testing.T) {
			dead := copyStore(t, cfg)
			if err := os.Remove(dead.Path + ".keys"); err != nil {
				t.Fatal(err)
			}
			if c.side != nil {
				if err := os.WriteFile(dead.Path+".keys", c.side, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			same := untouched(t, filepath.Dir(dead.Path))
			key, err := localstore.Recover(t.Context(), dead.Path, c.private)
			if wantErr(t, err, c.want); key != [32]byte{} {
				t.Error("a key came along with the error")
			}
			if !same() {
				t.Error("the files were touched")
			}
		})
	}
}

func TestTheEnvelopeFollowsTheKey(t *testing.T) {
	cfg := config(t.TempDir())
	private, public := recoveryPair(t)
	s := shelved(t, cfg, 5)
	before := sealTo(t, s, public)
	ring := keyring{}
	if err := s.Rotate(t.Context(), ring.keep); err != nil {
		t.Fatal(err)
	}
	if key, err := localstore.Recover(t.Context(), cfg.Path, private); err != nil || key != ring.key {
		t.Errorf("in the middle of it: %v", err)
	}
	finish(t, s, nil)
	if key, err := localstore.Recover(t.Context(), cfg.Path, private); err != nil || key != ring.key {
		t.Errorf("after it: %v", err)
	}
	_, err := localstore.RecoverWith(t.Context(), cfg.Path, before, private)
	wantErr(t, err, localstore.ErrForeignEnvelope)
	after := sealTo(t, s, public)
	if key, err := localstore.RecoverFrom(after, private); err != nil || key != ring.key || s.Epoch() != 2 {
		t.Errorf("what central gets: epoch %d, %v", s.Epoch(), err)
	}
}

// Who can write the side file, but does not hold the key, must not get the next one.
func TestARecoveryKeyThatSomebodyElsePutThereGetsNothing(t *testing.T) {
	cfg := config(t.TempDir())
	_, public := recoveryPair(t)
	thief, his := recoveryPair(t)
	s := shelved(t, cfg, 2)
	sealTo(t, s, public)
	side, err := os.ReadFile(cfg.Path + ".keys")
	if err != nil {
		t.Fatal(err)
	}
	mine, theirs := base64.StdEncoding.EncodeToString(public), base64.StdEncoding.EncodeToString(his)
	if !bytes.Contains(side, []byte(mine)) {
		t.Fatal("the side file does not name the recovery key")
	}
	if err := os.WriteFile(cfg.Path+".keys", bytes.ReplaceAll(side, []byte(mine), []byte(theirs)), 0o600); err != nil {
		t.Fatal(err)
	}
	ring := keyring{}
	if err := s.Rotate(t.Context(), ring.keep); err != nil {
		t.Fatal(err)
	}
	finish(t, s, nil)
	_, err = localstore.Recover(t.Context(), cfg.Path, thief)
	wantErr(t, err, localstore.ErrNoEnvelope)
}

func TestWipeLeavesNothingAndMayBeDoneAgain(t *testing.T) {
	dir := t.TempDir()
	cfg, neighbour := config(dir), config(dir)
	neighbour.Path = filepath.Join(dir, "desk.db2")
	_, public := recoveryPair(t)
	s := shelved(t, cfg, 2)
	sealTo(t, s, public)
	open(t, neighbour)
	for _, name := range []string{"desk.db.before-2", "desk.db.backup", "desk.db.files/a.sealed"} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700), os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := localstore.Wipe(cfg.Path); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), "desk.db2") {
			t.Errorf("%s is left", e.Name())
		}
	}
	if _, err := os.Stat(neighbour.Path); errors.Is(err, fs.ErrNotExist) {
		t.Error("another user's store is gone")
	}
	if err := localstore.Wipe(filepath.Join(dir, "none", "desk.db")); err != nil {
		t.Errorf("no folder: %v", err)
	}
}
