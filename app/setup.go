//go:build !nowindow

package app

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/softphone"
	datasync "github.com/callbench/callbench/sync"
)

// settings are what the window's profile knows that is no secret: DIR/desk.toml.
type settings struct {
	Lang   desk.Language  `toml:"lang"`
	URL    string         `toml:"central_url,omitempty"`
	User   string         `toml:"user,omitempty"`
	Org    string         `toml:"organisation,omitempty"`
	Sealed bool           `toml:"passphrase,omitempty"` // secrets are in a file that a passphrase opens
	Phone  *phoneSettings `toml:"phone,omitempty"`      // by hand; else central's

	Dialling *diallingProfile `toml:"dialling,omitempty"`
}

type phoneSettings struct {
	AOR       string `toml:"aor"`
	Registrar string `toml:"registrar"`
	AuthUser  string `toml:"auth_user,omitempty"`
}

// phoneSettingsOf is what is no secret of an account with one registrar.
func phoneSettingsOf(a softphone.Account) *phoneSettings {
	return &phoneSettings{AOR: a.AOR, Registrar: a.Registrars[0], AuthUser: a.AuthUser}
}

// keepAccount puts a phone account that was typed at the desk into the profile, its password among the secrets.
func (j joined) keepAccount(a softphone.Account) error {
	if err := j.secrets.Set(secretName(secretPhone, j.set.User), a.Password); err != nil {
		return fmt.Errorf("keep phone password: %w", err)
	}
	now, known, err := readSettings(j.dir)
	if err != nil {
		return err
	}
	if !known || now.User != j.set.User { // another user has joined meanwhile: the file is theirs
		return nil
	}
	now.Phone = phoneSettingsOf(a)
	return now.write(j.dir)
}

// Names of files in the window's profile, and of secrets.
const (
	settingsFile = "desk.toml"
	sealedFile   = "secrets.sealed"
	caFile       = "ca.pem"

	secretCentral = "central-password"
	secretPhone   = "phone-password"
	secretToken   = "central-token"
	secretStore   = "store-key"
	secretAccount = "phone-account"
	secretSeen    = "signed-in-at" // when central last let the user in from here, Unix seconds
)

// readSettings reads the window's profile; false where there is none yet.
func readSettings(dir string) (settings, bool, error) {
	b, err := os.ReadFile(filepath.Join(dir, settingsFile))
	if errors.Is(err, os.ErrNotExist) {
		return settings{Lang: desk.ZhHans}, false, nil
	}
	if err != nil {
		return settings{}, false, fmt.Errorf("read settings: %w", err)
	}
	s := settings{Lang: desk.ZhHans}
	if err := toml.Unmarshal(b, &s); err != nil {
		return settings{}, false, decodeFault(filepath.Join(dir, settingsFile), err)
	}
	return s, true, nil
}

func (s settings) write(dir string) error {
	b, err := toml.Marshal(s)
	if err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	return host.WriteFile(filepath.Join(dir, settingsFile), b) //nolint:wrapcheck // it names the file
}

// joinForm is what a newcomer types on the first-run screen.
type joinForm struct {
	Lang                          desk.Language
	URL, JoinCode, User, Password string
	PhoneNumber, PhoneServer      string
	PhoneUser, PhonePassword      string
	Keyring                       bool // the screen counts on the keyring and asked for no passphrase
	Passphrase, PassphraseAgain   string
}

// minPassphrase is the shortest passphrase taken, in runes.
const minPassphrase = 10

// join checks what was typed against central and keeps it: secrets where secrets go, the rest in the
// settings. Nothing is kept unless everything could be checked. Its errors are *joinError.
func join(ctx context.Context, dir, service string, f joinForm) (settings, host.Secrets, error) {
	s := settings{Lang: f.Lang, User: strings.TrimSpace(f.User)}
	if strings.TrimSpace(f.URL) == "" && strings.TrimSpace(f.PhoneNumber) == "" {
		return s, nil, &joinError{"address_missing"}
	}
	var roots []byte
	if strings.TrimSpace(f.URL) != "" {
		var err error
		if s, roots, err = joinCentral(ctx, s, f); err != nil {
			return s, nil, err
		}
	} else if s.User == "" {
		s.User = "local"
	}
	if strings.TrimSpace(f.PhoneNumber) != "" {
		a, err := typedAccount{Number: f.PhoneNumber, Server: f.PhoneServer, User: f.PhoneUser}.account()
		if err != nil {
			return s, nil, err
		}
		s.Phone = phoneSettingsOf(a)
	}
	secrets, err := secretsFor(dir, service, f, &s)
	if err != nil {
		return s, nil, err
	}
	if err := keep(dir, s, secrets, f, roots); err != nil {
		return s, nil, err
	}
	return s, secrets, nil
}

// joinCentral checks address, join code, user and password.
func joinCentral(ctx context.Context, s settings, f joinForm) (settings, []byte, error) {
	addr, err := centralURL(f.URL)
	if err != nil {
		return s, nil, err
	}
	s.URL = addr
	if s.User == "" || f.Password == "" {
		return s, nil, &joinError{"user_missing"}
	}
	var pool *x509.CertPool
	var pem []byte
	if code := strings.TrimSpace(f.JoinCode); code != "" {
		if pool, pem, err = datasync.FetchCA(ctx, addr, code); err != nil {
			if errors.Is(err, desk.ErrInvalid) || errors.Is(err, desk.ErrForbidden) {
				return s, nil, &joinError{"bad_join_code"}
			}
			return s, nil, &joinError{joinCode(err)}
		}
	}
	session, _, err := datasync.SignIn(ctx, addr, s.User, f.Password, pool)
	if err != nil {
		return s, nil, &joinError{joinCode(err)}
	}
	s.Org = session.Org
	return s, pem, nil
}

// reach tells what stands at an address: good, join (its certificate fits the join code), open (this computer, not
// encrypted), tls (it wants a join code), or the first-run screen's code of why it cannot be reached.
func reach(ctx context.Context, url, code string) string {
	addr, err := centralURL(url)
	if j, ok := errors.AsType[*joinError](err); ok {
		return j.code
	}
	var pool *x509.CertPool
	good := "good"
	if code = strings.TrimSpace(code); code != "" {
		if pool, _, err = datasync.FetchCA(ctx, addr, code); err != nil {
			if errors.Is(err, desk.ErrInvalid) || errors.Is(err, desk.ErrForbidden) {
				return "bad_join_code"
			}
			return joinCode(err)
		}
		good = "join"
	}
	if err := datasync.Reach(ctx, addr, pool); err != nil {
		return joinCode(err)
	}
	if strings.HasPrefix(addr, "http:") {
		return "open"
	}
	return good
}

// joinCode is the first-run screen's code of a sync error.
func joinCode(err error) string {
	switch reason := datasync.Reason(err); reason {
	case "refused":
		return "unreachable"
	case "not_central":
		return "not_found"
	default:
		return reason
	}
}

// secretsFor opens the keyring, or the sealed file where there is none.
func secretsFor(dir, service string, f joinForm, s *settings) (host.Secrets, error) {
	secrets, err := host.Keyring(service)
	if err == nil {
		return secrets, nil
	}
	if f.Keyring {
		return nil, &joinError{"keyring"}
	}
	if len([]rune(f.Passphrase)) < minPassphrase {
		return nil, &joinError{"passphrase_short"}
	}
	if f.Passphrase != f.PassphraseAgain {
		return nil, &joinError{"passphrase_differs"}
	}
	s.Sealed = true
	path := filepath.Join(dir, sealedFile)
	secrets, err = host.Sealed(path, f.Passphrase)
	if err != nil {
		return nil, &joinError{"wrong_passphrase"}
	}
	return secrets, nil
}

func keep(dir string, s settings, secrets host.Secrets, f joinForm, roots []byte) error {
	seen := ""
	if s.URL != "" {
		seen = strconv.FormatInt(time.Now().Unix(), 10)
	}
	for name, value := range map[string]string{secretCentral: f.Password, secretPhone: f.PhonePassword, secretSeen: seen} {
		if value == "" {
			continue
		}
		if err := secrets.Set(secretName(name, s.User), value); err != nil {
			return &joinError{"keyring"}
		}
	}
	if len(roots) > 0 {
		if err := host.WriteFile(filepath.Join(dir, caFile), roots); err != nil {
			return &joinError{"disk_full"}
		}
	}
	if err := s.write(dir); err != nil {
		return &joinError{"disk_full"}
	}
	return nil
}

// secretName keeps the secrets of the users of one computer apart.
func secretName(name, user string) string { return name + "/" + user }

// keyFrom reads the store's key from the secrets, or makes one.
func keyFrom(secrets host.Secrets, user, store string) (key [32]byte, err error) {
	name := secretName(secretStore, user)
	text, err := secrets.Get(name)
	if errors.Is(err, host.ErrNoSecret) {
		if exists(store) { // a fresh key would not open it, and hide that the old one is missing
			return key, fmt.Errorf("the key of %s is missing: %w", filepath.Base(store), errNoKey)
		}
		rand.Read(key[:])
		if err := secrets.Set(name, hex.EncodeToString(key[:])); err != nil {
			return key, fmt.Errorf("keep store key: %w", err)
		}
		return key, nil
	}
	if err != nil {
		return key, fmt.Errorf("store key: %w", err)
	}
	return parseKey(text)
}

// eraser destroys what the window's profile keeps: the store, its key and all passwords, the settings.
func (s settings) eraser(dir, store string, secrets host.Secrets, log *slog.Logger) *eraser {
	m := wipeMark{
		User: s.User, Store: filepath.Base(store), Lang: s.Lang,
		Files: []string{filepath.Join(dir, settingsFile), filepath.Join(dir, caFile)},
	}
	for _, name := range []string{secretStore, secretCentral, secretToken, secretAccount, secretPhone, secretSeen} {
		m.Secrets = append(m.Secrets, secretName(name, s.User))
	}
	if s.Sealed {
		m.Sealed = filepath.Join(dir, sealedFile)
	}
	now, known, err := readSettings(dir)
	if len(joined{dir: dir, set: s}.others()) > 0 || err == nil && known && now.User != s.User { // settings and sealed secrets are the colleagues', too
		m.Files, m.Sealed = nil, ""
	}
	m.Files = append(m.Files, filepath.Join(dir, sealedFile+".old")) // what callbench store recover has put aside
	return newEraser(dir, m, secrets, log)
}

// keptToken keeps central's token in the secrets.
type keptToken struct {
	secrets host.Secrets
	name    string
}

// Load gives the kept token, empty where there is none.
func (k keptToken) Load() string {
	v, err := k.secrets.Get(k.name)
	if err != nil {
		return "" // the password signs in again
	}
	return v
}

// Save keeps a token; an empty one is forgotten. A keyring that fails costs only a sign-in.
func (k keptToken) Save(token string) {
	if token == "" {
		_ = k.secrets.Delete(k.name)
		return
	}
	_ = k.secrets.Set(k.name, token)
}

// keptAccount is central's phone account as the secrets keep it.
type keptAccount struct {
	AOR        string   `json:"aor"`
	Registrars []string `json:"registrars"`
	AuthUser   string   `json:"auth_user,omitempty"`
	Password   string   `json:"password,omitempty"`
	AutoAnswer string   `json:"auto_answer,omitempty"`
	SRTP       string   `json:"srtp,omitempty"`
	Codecs     []string `json:"codecs,omitempty"`
}

// keepPhones keeps the phone account that central hands out among the secrets.
func keepPhones(c *centralAccess, secrets host.Secrets, name string) {
	c.KeptPhone = func() (softphone.Account, bool) {
		var k keptAccount
		text, err := secrets.Get(name)
		if err != nil || json.Unmarshal([]byte(text), &k) != nil || k.AOR == "" {
			return softphone.Account{}, false
		}
		return softphone.Account{
			AOR: k.AOR, Registrars: k.Registrars, AuthUser: k.AuthUser, Password: k.Password, AutoAnswer: k.AutoAnswer,
			SRTP: k.SRTP, Codecs: k.Codecs, RootCAs: c.Roots,
		}, true
	}
	c.KeepPhone = func(a softphone.Account) {
		b, err := json.Marshal(keptAccount{ //nolint:gosec // it goes among the secrets, that is its purpose
			a.AOR, a.Registrars, a.AuthUser, a.Password, a.AutoAnswer, a.SRTP, a.Codecs,
		})
		if err == nil {
			_ = secrets.Set(name, string(b)) // without it the next start waits for central: no more is lost
		}
	}
}

// workplaceOf turns settings and secrets into what a desk is made of.
func (p *program) workplaceOf(dir string, s settings, secrets host.Secrets) (workplaceConfig, error) {
	flows, err := shippedFlows()
	if err != nil {
		return workplaceConfig{}, err
	}
	store := storePath(dir, s.User)
	key, err := keyFrom(secrets, s.User, store)
	if err != nil {
		return workplaceConfig{}, err
	}
	cfg := workplaceConfig{
		Version: p.version, Language: s.Lang, StorePath: store, StoreKey: key,
		Org: s.Org, User: s.User, Flows: flows, Books: p.books(dir), Log: p.log, Wish: desk.AgentNotReady,
	}
	cfg.KeepKey = placeIn("", secrets, s.User).keep
	cfg.Eraser = s.eraser(dir, store, secrets, p.log)
	cfg.Audio.In, cfg.Audio.Out, cfg.Audio.Ring, cfg.Audio.Log = "default", "default", "default", p.log
	pem, err := os.ReadFile(filepath.Join(dir, caFile))
	var pool *x509.CertPool
	if err == nil {
		pool = x509.NewCertPool()
		pool.AppendCertsFromPEM(pem)
	}
	if s.Dialling != nil && s.Dialling.fault() == nil { // an unusable one is as none: nothing is guessed
		cfg.Dialling = s.Dialling.value()
	}
	if s.URL != "" {
		cfg.Central = &centralAccess{
			URL: s.URL, Roots: pool, Tokens: keptToken{secrets, secretName(secretToken, s.User)},
			Password:     func() (string, error) { return secrets.Get(secretName(secretCentral, s.User)) },
			KeepPassword: func(password string) error { return secrets.Set(secretName(secretCentral, s.User), password) },
			Proven: func(at time.Time) {
				_ = secrets.Set(secretName(secretSeen, s.User), strconv.FormatInt(at.Unix(), 10)) // without it the grace ends sooner
			},
		}
		keepPhones(cfg.Central, secrets, secretName(secretAccount, s.User))
	}
	if ph := s.Phone; ph != nil {
		password, err := secrets.Get(secretName(secretPhone, s.User))
		if err != nil && !errors.Is(err, host.ErrNoSecret) {
			return workplaceConfig{}, fmt.Errorf("phone password: %w", err)
		}
		cfg.Phones = []softphone.Account{ownAccount(ph.AOR, ph.Registrar, ph.AuthUser, password)}
	}
	return cfg, nil
}
