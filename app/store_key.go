package app

import (
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/localstore"
)

// keyPlace is where a profile's store key is kept.
type keyPlace struct {
	kind string // keyring, passphrase (a file it opens) or key_file
	get  func() ([32]byte, error)
	keep func([32]byte) error
}

// keyHome is a profile's store and the way to its key. open asks for a passphrase where it takes one.
type keyHome struct {
	storePlace
	open func(keyIntent) (keyPlace, error)
}

// keyIntent says what a key's place is opened for.
type keyIntent int

const (
	toUse    keyIntent = iota // the key must be there
	toPut                     // a place that is missing is made
	toPutNew                  // also where there is one that does not open: it is put aside
)

// home finds the store of a profile without its key.
func (f storeProfileFlags) home(p *program) (keyHome, error) {
	dir, err := f.folder()
	if err != nil {
		return keyHome{}, err
	}
	at := keyHome{storePlace: storePlace{dir: dir, cfg: localstore.Config{Log: p.log, Now: time.Now}}}
	if !exists(filepath.Join(dir, "profile.toml")) {
		err := f.homeFromSettings(p, &at)
		return at, err
	}
	prof, err := readProfile(dir)
	if err != nil {
		return at, err
	}
	at.cfg.User = "local"
	if prof.Central != nil {
		at.cfg.User = prof.Central.User
	}
	at.cfg.Path = filepath.Join(dir, "desk-"+fileName(at.cfg.User)+".db")
	at.open = func(keyIntent) (keyPlace, error) {
		place := keyFile(prof.path(prof.Store.KeyFile), at.cfg.Path)
		read := place.get
		place.get = func() ([32]byte, error) {
			key, err := read()
			if err != nil && !errors.Is(err, errNoKey) {
				err = prof.at(&profileError{key: "store.key_file", text: prof.Store.KeyFile + ": " + pathless(err)})
			}
			return key, err
		}
		return place, nil
	}
	return at, nil
}

// keyFile is the place of a store's key in a profile without a window.
func keyFile(file, store string) keyPlace {
	return keyPlace{
		kind: "key_file",
		get: func() ([32]byte, error) {
			b, err := os.ReadFile(file)
			if errors.Is(err, os.ErrNotExist) && exists(store) {
				return [32]byte{}, &noKeyError{key: filepath.Base(file), store: filepath.Base(store)}
			}
			if err != nil {
				return [32]byte{}, err //nolint:wrapcheck // whoever asks names the file
			}
			return parseKey(strings.TrimSpace(string(b)))
		},
		keep: func(key [32]byte) error {
			return host.WriteFile(file, []byte(hex.EncodeToString(key[:])+"\n")) //nolint:wrapcheck // it says what it did
		},
	}
}
