package host

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/zalando/go-keyring"
	"golang.org/x/crypto/argon2"
)

// Errors of a place for secrets.
var (
	// ErrNoSecret: nothing is kept under this name.
	ErrNoSecret = errors.New("no such secret")
	// ErrNoKeyring: this computer has no keyring that works; a passphrase is needed.
	ErrNoKeyring = errors.New("no keyring")
	// ErrWrongPassphrase: the sealed file does not open with it.
	ErrWrongPassphrase = errors.New("wrong passphrase")
)

// Secrets keeps short texts: passwords, tokens, the store's key. Values stay below 1200 bytes, which
// is what every keyring takes.
type Secrets interface {
	Get(name string) (string, error) // ErrNoSecret if absent
	Set(name, value string) error
	Delete(name string) error // absent is fine
}

// keyringSecrets are kept by the operating system.
type keyringSecrets struct{ service string }

// Keyring gives the operating system's keyring under a service name, after trying that it really
// keeps what it is given; ErrNoKeyring if not.
func Keyring(service string) (Secrets, error) {
	k := keyringSecrets{service}
	const probe = "probe"
	if err := k.Set(probe, "1"); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoKeyring, err)
	}
	if v, err := k.Get(probe); err != nil || v != "1" {
		return nil, ErrNoKeyring
	}
	if err := k.Delete(probe); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoKeyring, err)
	}
	return k, nil
}

func (k keyringSecrets) Get(name string) (string, error) {
	v, err := keyring.Get(k.service, name)
	if errors.Is(err, keyring.ErrNotFound) {
		return "", ErrNoSecret
	}
	if err != nil {
		return "", fmt.Errorf("keyring: %w", err)
	}
	return v, nil
}

func (k keyringSecrets) Set(name, value string) error {
	if err := keyring.Set(k.service, name, value); err != nil {
		return fmt.Errorf("keyring: %w", err)
	}
	return nil
}

func (k keyringSecrets) Delete(name string) error {
	if err := keyring.Delete(k.service, name); err != nil && !errors.Is(err, keyring.ErrNotFound) {
		return fmt.Errorf("keyring: %w", err)
	}
	return nil
}

// memorySecrets die with the program: the demo's.
type memorySecrets struct {
	mu     sync.Mutex
	values map[string]string
}

// Memory gives a place for secrets that dies with the program.
func Memory() Secrets { return &memorySecrets{values: map[string]string{}} }

func (m *memorySecrets) Get(name string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.values[name]
	if !ok {
		return "", ErrNoSecret
	}
	return v, nil
}

func (m *memorySecrets) Set(name, value string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.values[name] = value
	return nil
}

func (m *memorySecrets) Delete(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.values, name)
	return nil
}

// sealedFile is the file of sealed secrets. Salt and cost are for argon2id (RFC 9106); Box is a
// nonce and the AES-256-GCM ciphertext of a JSON object.
type sealedFile struct {
	Version int    `json:"version"`
	Salt    []byte `json:"salt"`
	Time    uint32 `json:"time"`
	Memory  uint32 `json:"memory_kib"`
	Threads uint8  `json:"threads"`
	Box     string `json:"box"`
}

// sealedSecrets are kept in a file that a passphrase opens.
type sealedSecrets struct {
	memorySecrets
	path string
	head sealedFile
	aead cipher.AEAD
}

// Sealed gives the secrets in a file sealed by a passphrase (argon2id, 64 MiB, 3 passes), made if
// absent with mode 0600. ErrWrongPassphrase if it does not open; the file is left alone then.
func Sealed(path, passphrase string) (Secrets, error) {
	s := &sealedSecrets{memorySecrets: memorySecrets{values: map[string]string{}}, path: path}
	src, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		s.head = sealedFile{Version: 1, Salt: make([]byte, 16), Time: 3, Memory: 64 << 10, Threads: 2}
		rand.Read(s.head.Salt)
		if err := s.unlock(passphrase); err != nil {
			return nil, err
		}
		return s, s.write()
	}
	if err != nil {
		return nil, fmt.Errorf("sealed secrets: %w", err)
	}
	if err := json.Unmarshal(src, &s.head); err != nil || s.head.Version != 1 || s.head.Memory > 1<<20 || s.head.Time > 16 || s.head.Time == 0 || s.head.Memory == 0 || s.head.Threads == 0 {
		return nil, errors.New("sealed secrets: not a file of this program")
	}
	if err := s.unlock(passphrase); err != nil {
		return nil, err
	}
	box, err := base64.StdEncoding.DecodeString(s.head.Box)
	if err != nil || len(box) < s.aead.NonceSize() {
		return nil, errors.New("sealed secrets: damaged")
	}
	plain, err := s.aead.Open(nil, box[:s.aead.NonceSize()], box[s.aead.NonceSize():], nil)
	if err != nil {
		return nil, ErrWrongPassphrase
	}
	if err := json.Unmarshal(plain, &s.values); err != nil {
		return nil, errors.New("sealed secrets: damaged")
	}
	return s, nil
}

// Reseal gives the sealed file at path another passphrase; what it holds stays. ErrWrongPassphrase where old does
// not open it; it is left alone then. Whoever has it open would write the old one back: nobody may.
func Reseal(path, old, fresh string) error {
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("sealed secrets: %w", err)
	}
	secrets, err := Sealed(path, old)
	if err != nil {
		return err
	}
	s, ok := secrets.(*sealedSecrets)
	if !ok {
		return errors.New("sealed secrets: not a file of this program")
	}
	s.head.Salt = make([]byte, 16)
	rand.Read(s.head.Salt)
	if err := s.unlock(fresh); err != nil {
		return err
	}
	return s.write()
}

func (s *sealedSecrets) unlock(passphrase string) error {
	key := argon2.IDKey([]byte(passphrase), s.head.Salt, s.head.Time, s.head.Memory, s.head.Threads, 32)
	block, err := aes.NewCipher(key)
	if err != nil {
		return fmt.Errorf("sealed secrets: %w", err)
	}
	s.aead, err = cipher.NewGCM(block)
	if err != nil {
		return fmt.Errorf("sealed secrets: %w", err)
	}
	return nil
}

func (s *sealedSecrets) Set(name, value string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values[name] = value
	return s.write()
}

func (s *sealedSecrets) Delete(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.values, name)
	if len(s.values) == 0 { // a file of nothing would only look as if it held something
		if err := os.Remove(s.path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("sealed secrets: %w", err)
		}
		return nil
	}
	return s.write()
}

// write replaces the file as a whole, so that a crash leaves the old one or the new one.
func (s *sealedSecrets) write() error {
	plain, err := json.Marshal(s.values)
	if err != nil {
		return fmt.Errorf("sealed secrets: %w", err)
	}
	nonce := make([]byte, s.aead.NonceSize())
	rand.Read(nonce)
	s.head.Box = base64.StdEncoding.EncodeToString(s.aead.Seal(nonce, nonce, plain, nil))
	out, err := json.Marshal(s.head)
	if err != nil {
		return fmt.Errorf("sealed secrets: %w", err)
	}
	if err := WriteFile(s.path, out); err != nil {
		return fmt.Errorf("sealed secrets: %w", err)
	}
	return nil
}

// WriteFile replaces a file as a whole with mode 0600: written beside, synced, renamed.
func WriteFile(path string, b []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".callbench-*")
	if err != nil {
		return fmt.Errorf("write file: %w", err)
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // gone after the rename
	_, err = tmp.Write(b)
	if err == nil {
		err = tmp.Sync()
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path)) // the name must outlive a power cut, too
	}
	if err != nil {
		return fmt.Errorf("write file: %w", err)
	}
	return nil
}
