package app

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/softphone"
	"github.com/callbench/callbench/softphone/audio"
)

type headlessCommand struct {
	Profile string `required:"" type:"path" placeholder:"DIR" help:"Folder with profile.toml."`
}

// Run serves the automation port on stdin and stdout until desk.quit, the end of stdin or a signal.
func (c headlessCommand) Run(ctx context.Context, p *program) error {
	prof, err := readProfile(c.Profile)
	if err != nil {
		return err
	}
	lock, err := lockProfile(c.Profile)
	if err != nil {
		return fmt.Errorf("profile %s: %w", c.Profile, err)
	}
	defer lock.Close() //nolint:errcheck // the process ends
	marks, err := finishWipes(ctx, c.Profile, p.log)
	if err != nil {
		return err
	}
	if err := wiped(marks, c.Profile, prof.user()); err != nil {
		return err
	}
	cfg, err := p.fromProfile(prof)
	if err != nil {
		return err
	}
	w, err := openWorkplace(ctx, cfg)
	if err != nil {
		return unopened(err)
	}
	return p.serve(ctx, w)
}

// serve joins stdin and stdout to the desk's port and runs the desk.
func (p *program) serve(ctx context.Context, w *workplace) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	c, leave := w.port.join()
	defer leave()
	served := make(chan error, 1)
	go func() {
		// stdin cannot be interrupted: at a signal this goroutine ends with the process.
		served <- w.port.attend(ctx, c, p.stdin, p.stdout)
		stop()
	}()
	err := w.run(ctx)
	if w.port.leaving() {
		select {
		case serr := <-served: // the answer to desk.quit is out
			return errors.Join(err, serr)
		case <-time.After(stopPatience): // its client does not read
		}
	}
	select {
	case serr := <-served:
		return errors.Join(err, serr)
	default:
		return err
	}
}

// fromProfile turns a profile into what a desk is made of, reading the secrets it names.
func (p *program) fromProfile(prof profile) (workplaceConfig, error) {
	user := prof.user()
	store := storePath(prof.dir, user)
	key, err := storeKey(prof.path(prof.Store.KeyFile), store)
	if errors.Is(err, desk.ErrWrongKey) { // nothing is wrong with the profile
		return workplaceConfig{}, err
	}
	if err != nil {
		return workplaceConfig{}, prof.at(&profileError{key: "store.key_file", text: err.Error()})
	}
	flows, err := shippedFlows()
	if err != nil {
		return workplaceConfig{}, err
	}
	cfg := workplaceConfig{
		Version: p.version, Language: prof.Lang, StorePath: store, StoreKey: key, User: user, Flows: flows, Books: p.books(""), Log: p.log,
		Audio: audio.Config{
			In: prof.device(prof.Audio.In), Out: prof.device(prof.Audio.Out), Ring: prof.device(prof.Audio.Ring), Log: p.log,
		},
		Wish: desk.AgentNotReady, Eraser: prof.eraser(store, p.log),
	}
	if c := prof.Central; c != nil {
		roots, err := prof.pool("central.ca_file", c.CAFile)
		if err != nil {
			return workplaceConfig{}, err
		}
		if _, err := prof.secret("central.password_file", c.PasswordFile); err != nil {
			return workplaceConfig{}, err
		}
		cfg.Central = &centralAccess{
			URL: c.URL, Roots: roots,
			Password: func() (string, error) { return prof.secret("central.password_file", c.PasswordFile) },
		}
	}
	cfg.KeepKey = keyFile(prof.path(prof.Store.KeyFile), store).keep
	cfg.Dialling = prof.Dialling.value()
	for i, ph := range prof.Phones {
		a, err := prof.account(i, ph)
		if err != nil {
			return workplaceConfig{}, err
		}
		cfg.Phones = append(cfg.Phones, a)
	}
	return cfg, nil
}

// user is who works at the profile's desk.
func (p profile) user() string {
	if p.Central == nil {
		return "local"
	}
	return p.Central.User
}

// eraser destroys what the profile keeps: the store and its key, and the passwords in the profile's folder. A
// password file elsewhere is somebody else's to look after.
func (p profile) eraser(store string, log *slog.Logger) *eraser {
	files := []string{p.path(p.Store.KeyFile)}
	var names []string
	if p.Central != nil {
		names = append(names, p.Central.PasswordFile)
	}
	for _, ph := range p.Phones {
		names = append(names, ph.PasswordFile)
	}
	for _, name := range names {
		if name != "" && filepath.IsLocal(name) {
			files = append(files, p.path(name))
		}
	}
	return newEraser(p.dir, wipeMark{User: p.user(), Store: filepath.Base(store), Lang: p.Lang, Files: files}, nil, log)
}

func (p profile) account(i int, ph phoneProfile) (softphone.Account, error) {
	password, err := p.secret(fmt.Sprintf("phone[%d].password_file", i), ph.PasswordFile)
	if err != nil {
		return softphone.Account{}, err
	}
	roots, err := p.pool(fmt.Sprintf("phone[%d].ca_file", i), ph.CAFile)
	if err != nil {
		return softphone.Account{}, err
	}
	return softphone.Account{
		AOR: ph.AOR, Registrars: ph.Registrars, AuthUser: ph.AuthUser, Password: password, AutoAnswer: ph.AutoAnswer,
		SRTP: ph.SRTP, Codecs: ph.Codecs, RootCAs: roots, FollowRefer: ph.FollowRefer,
	}, nil
}

// pool reads the certificates of an own authority; nil for none: the system's are used.
func (p profile) pool(key, name string) (*x509.CertPool, error) {
	if name == "" {
		return nil, nil //nolint:nilnil // nil means the system's, as for crypto/tls
	}
	pem, err := os.ReadFile(p.path(name))
	if err != nil {
		return nil, p.at(&profileError{key: key, text: name + " cannot be read: " + pathless(err)})
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, p.at(&profileError{key: key, text: name + " holds no certificate"})
	}
	return pool, nil
}

// storePath is where the store of a profile's user lies.
func storePath(dir, user string) string { return filepath.Join(dir, "desk-"+fileName(user)+".db") }

// fileName keeps the letters and digits of a user name that every file system takes.
func fileName(user string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			return r
		}
		return -1
	}, user)
	if clean == user && user != "" {
		return user
	}
	return clean + "~" + hex.EncodeToString([]byte(user))
}

// storeKey reads the store's key (64 hex digits), or makes the file with a fresh one.
func storeKey(path, store string) (key [32]byte, err error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		if exists(store) { // a fresh key would not open it, and hide that the old one is missing
			return key, &noKeyError{key: filepath.Base(path), store: filepath.Base(store)}
		}
		rand.Read(key[:])
		if err := host.WriteFile(path, []byte(hex.EncodeToString(key[:])+"\n")); err != nil {
			return key, fmt.Errorf("cannot be made: %s", pathless(err))
		}
		return key, nil
	}
	if err != nil {
		return key, fmt.Errorf("cannot be read: %s", pathless(err))
	}
	return parseKey(strings.TrimSpace(string(b)))
}

func parseKey(text string) (key [32]byte, err error) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != len(key) {
		return key, errors.New("is not a key: 64 hex digits are needed")
	}
	if copy(key[:], raw); key == [32]byte{} {
		return key, errors.New("is not a key: it is empty")
	}
	return key, nil
}
