package vault_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/callbench/callbench/localstore/vault"
)

const (
	sealedHead = 44
	chunk      = 64 << 10
	unit       = 4 + chunk + 16
)

// text is n bytes of which any part tells where it belongs.
func text(n int) []byte {
	b := make([]byte, 0, n+32)
	for i := 0; len(b) < n; i++ {
		b = append(b, secret[:10]...)
		b = append(b, byte(i), byte(i>>8), byte(i>>16), '.')
	}
	return b[:n]
}

func sealedFile(t *testing.T, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.sealed")
	w, err := vault.CreateSealed(path, key)
	if err != nil {
		t.Fatal(err)
	}
	for rest := b; len(rest) > 0; {
		n := min(len(rest), 1+rand.IntN(100_000))
		if done, err := w.Write(rest[:n]); err != nil || done != n {
			t.Fatal(done, err)
		}
		rest = rest[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("x")); !errors.Is(err, os.ErrClosed) {
		t.Errorf("written after Close: %v", err)
	}
	return path
}

func readSealed(path string, key [32]byte) ([]byte, error) {
	r, err := vault.OpenSealed(path, key)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func TestASealedFileGivesBackWhatWasWritten(t *testing.T) {
	for _, n := range []int{0, 1, 100, chunk - 1, chunk, chunk + 1, 3 * chunk, 3*chunk + 777} {
		b := text(n)
		path := sealedFile(t, b)
		got, err := readSealed(path, key)
		if err != nil || !bytes.Equal(got, b) {
			t.Errorf("%d bytes came back as %d, %v", n, len(got), err)
		}
		raw, err := os.ReadFile(path)
		if err != nil || strings.Contains(string(raw), secret[:10]) {
			t.Errorf("%d bytes are readable, %v", n, err)
		}
		r, err := vault.OpenSealed(path, key)
		if err != nil || r.Size() != int64(n) || !r.Finished() {
			t.Fatalf("%d bytes, %v", n, err)
		}
		for range 20 {
			off := rand.IntN(n + 1)
			part := make([]byte, rand.IntN(2*chunk))
			got, err := r.ReadAt(part, int64(off))
			want := min(len(part), n-off)
			if got != want || !bytes.Equal(part[:got], b[off:off+want]) || (err == nil) != (want == len(part)) || err != nil && !errors.Is(err, io.EOF) {
				t.Errorf("%d of %d bytes at %d: %d, %v", len(part), n, off, got, err)
			}
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestTwoSealedFilesOfTheSameTextLookDifferent(t *testing.T) {
	b := text(100)
	one, err := os.ReadFile(sealedFile(t, b))
	two, err2 := os.ReadFile(sealedFile(t, b))
	if err != nil || err2 != nil || bytes.Equal(one[sealedHead:], two[sealedHead:]) || bytes.Equal(one[8:40], two[8:40]) {
		t.Errorf("they look the same, %v, %v", err, err2)
	}
}

func TestASealedFileTellsWhatIsWrongWithIt(t *testing.T) {
	b := text(3*chunk + 777)
	whole, err := os.ReadFile(sealedFile(t, b))
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := os.ReadFile(sealedFile(t, b))
	if err != nil {
		t.Fatal(err)
	}
	at := func(f []byte, i int) []byte { return f[sealedHead+i*unit : min(len(f), sealedHead+(i+1)*unit)] }
	flip := func(i int) func([]byte) []byte { return func(f []byte) []byte { f[i] ^= 1; return f } }
	cut := func(n int) func([]byte) []byte { return func(f []byte) []byte { return f[:n] } }
	last := sealedHead + 3*unit
	for what, c := range map[string]struct {
		change func([]byte) []byte
		want   error
		read   int // bytes before the error
	}{
		"nothing":                           {func(f []byte) []byte { return f }, nil, len(b)},
		"a flipped bit in a chunk":          {flip(sealedHead + unit + 99), vault.ErrDamaged, chunk},
		"a flipped bit in the first length": {flip(sealedHead), vault.ErrDamaged, 0},
		"a flipped last bit":                {flip(len(whole) - 1), vault.ErrDamaged, 3 * chunk},
		"a flipped bit in the salt":         {flip(9), vault.ErrDamaged, 0},
		"a flipped bit in the magic":        {flip(0), vault.ErrNotSealed, 0},
		"two chunks swapped": {func(f []byte) []byte {
			a := bytes.Clone(at(f, 0))
			copy(at(f, 0), at(f, 2))
			copy(at(f, 2), a)
			return f
		}, vault.ErrMoved, 0},
		"a chunk doubled over another":           {func(f []byte) []byte { copy(at(f, 1), at(f, 0)); return f }, vault.ErrMoved, chunk},
		"a chunk of another file":                {func(f []byte) []byte { copy(at(f, 1), at(foreign, 1)); return f }, vault.ErrDamaged, chunk},
		"a chunk left out":                       {func(f []byte) []byte { return append(f[:sealedHead+unit], f[sealedHead+2*unit:]...) }, vault.ErrMoved, chunk},
		"cut in the last chunk":                  {cut(len(whole) - 1), vault.ErrUnfinished, 3 * chunk},
		"cut behind the last chunk's length":     {cut(last + 4), vault.ErrUnfinished, 3 * chunk},
		"cut in the last chunk's length":         {cut(last + 2), vault.ErrUnfinished, 3 * chunk},
		"cut between chunks":                     {cut(sealedHead + 2*unit), vault.ErrUnfinished, 2 * chunk},
		"cut in a chunk":                         {cut(sealedHead + 2*unit + 1000), vault.ErrUnfinished, 2 * chunk},
		"cut behind the head":                    {cut(sealedHead), vault.ErrUnfinished, 0},
		"cut in the head":                        {cut(20), vault.ErrUnfinished, 0},
		"empty":                                  {cut(0), vault.ErrUnfinished, 0},
		"something behind the end":               {func(f []byte) []byte { return append(f, 0) }, vault.ErrDamaged, 0},
		"another file":                           {func([]byte) []byte { return []byte("RIFF and so on, quite another file, longer than a head is") }, vault.ErrNotSealed, 0},
		"the last chunk as an earlier one's end": {func(f []byte) []byte { return append(f[:sealedHead+2*unit], f[last:]...) }, vault.ErrMoved, 2 * chunk},
	} {
		t.Run(what, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "b.sealed")
			if err := os.WriteFile(path, c.change(bytes.Clone(whole)), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := readSealed(path, key)
			if !errors.Is(err, c.want) || len(got) != c.read || !bytes.Equal(got, b[:len(got)]) {
				t.Errorf("%d bytes, %v; want %d, %v", len(got), err, c.read, c.want)
			}
		})
	}
	path := filepath.Join(t.TempDir(), "b.sealed")
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readSealed(path, second); !errors.Is(err, vault.ErrKey) {
		t.Errorf("another key: %v", err)
	}
	if _, err := vault.CreateSealed(path, key); !errors.Is(err, os.ErrExist) {
		t.Errorf("a file that is there: %v", err)
	}
}

func TestAFileWhoseWriterDiedIsReadableUpToItsLastWholeChunk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.sealed")
	w, err := vault.CreateSealed(path, key)
	if err != nil {
		t.Fatal(err)
	}
	b := text(2*chunk + 500)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Sync(); err != nil { // and never closed
		t.Fatal(err)
	}
	got, err := readSealed(path, key)
	if !errors.Is(err, vault.ErrUnfinished) || !bytes.Equal(got, b[:2*chunk]) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := readSealed(path, key); err != nil || !bytes.Equal(got, b) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func FuzzOpenSealed(f *testing.F) {
	f.Add([]byte("CBSEAL1\n"))
	path := filepath.Join(f.TempDir(), "a.sealed")
	w, err := vault.CreateSealed(path, key)
	if err != nil {
		f.Fatal(err)
	}
	_, err = w.Write(text(300))
	if err := errors.Join(err, w.Close()); err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := readSealed(path, key)
		if err == nil && !bytes.Equal(got, text(300)) { // what this test or its sister processes have sealed
			t.Errorf("a forged file opened: %d bytes", len(got))
		}
	})
}
