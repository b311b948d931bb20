package vault_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"testing"

	"github.com/callbench/callbench/localstore/vault"
)

func TestExamineTellsAFlippedBitFromAMovedPageFromAnotherKey(t *testing.T) {
	path, _ := fill(t, openVault(t, key))
	const size, frame = vault.PageSize, vault.PageSize + 24
	page := func(b []byte, n int) []byte { return b[(n-1)*size : n*size] }
	logged := func(b []byte, n int) []byte { return b[32+(n-1)*frame+24 : 32+n*frame] }
	swap := func(a, b []byte) { c := bytes.Clone(a); copy(a, b); copy(b, c) }
	main, log := func(n int64, kind, from string) vault.Fault {
		return vault.Fault{Page: n, File: "main", Kind: kind, From: from}
	},
		func(n int64, kind, from string) vault.Fault {
			return vault.Fault{Page: n, File: "wal", Kind: kind, From: from}
		}
	for what, c := range map[string]struct {
		change func(m, l []byte)
		key    [32]byte
		want   []vault.Fault
	}{
		"nothing":                             {func(m, l []byte) {}, key, nil},
		"a flipped bit":                       {func(m, l []byte) { page(m, 4)[9] ^= 1 }, key, []vault.Fault{main(4, "damaged", "")}},
		"a flipped bit in the first page":     {func(m, l []byte) { page(m, 1)[9] ^= 1 }, key, []vault.Fault{main(1, "damaged", "")}},
		"a flipped bit in a tag":              {func(m, l []byte) { page(m, 4)[size-20] ^= 1 }, key, []vault.Fault{main(4, "damaged", "")}},
		"a flipped bit in an epoch":           {func(m, l []byte) { page(m, 4)[size-4] ^= 2 }, key, []vault.Fault{main(4, "damaged", "")}},
		"two pages swapped":                   {func(m, l []byte) { swap(page(m, 3), page(m, 5)) }, key, []vault.Fault{main(3, "moved", "main 5"), main(5, "moved", "main 3")}},
		"a page copied over another":          {func(m, l []byte) { copy(page(m, 6), page(m, 7)) }, key, []vault.Fault{main(6, "moved", "main 7")}},
		"a page of the log in the database":   {func(m, l []byte) { copy(page(m, 6), logged(l, 2)) }, key, []vault.Fault{main(6, "moved", "wal 2")}},
		"two frames of the log swapped":       {func(m, l []byte) { swap(logged(l, 1), logged(l, 3)) }, key, []vault.Fault{log(1, "moved", "wal 3"), log(3, "moved", "wal 1")}},
		"a page of zeros":                     {func(m, l []byte) { clear(page(m, 6)) }, key, []vault.Fault{main(6, "damaged", "")}},
		"a page of zeros that the log holds":  {func(m, l []byte) { clear(page(m, int(binary.BigEndian.Uint32(l[32:])))) }, key, nil},
		"a flipped bit in the log":            {func(m, l []byte) { logged(l, 2)[77] ^= 4 }, key, []vault.Fault{log(2, "damaged", "")}},
		"the log's last frame torn":           {func(m, l []byte) { clear(l[len(l)-1000:]) }, key, []vault.Fault{log(0, "torn", "")}},
		"a page sealed with an unknown epoch": {func(m, l []byte) { page(m, 4)[9] ^= 1; page(m, 4)[size-4] = 7 }, key, []vault.Fault{main(4, "key", "")}},
	} {
		t.Run(what, func(t *testing.T) {
			copied := copyOf(t, path)
			m, err := os.ReadFile(copied)
			if err != nil {
				t.Fatal(err)
			}
			l, err := os.ReadFile(copied + "-wal")
			if err != nil {
				t.Fatal(err)
			}
			c.change(m, l)
			if err := errors.Join(os.WriteFile(copied, m, 0o600), os.WriteFile(copied+"-wal", l, 0o600)); err != nil {
				t.Fatal(err)
			}
			r, err := vault.Examine(t.Context(), copied, vault.One(c.key))
			if err != nil || r.Pages < 10 || r.Frames < 10 || len(r.Faults) != len(c.want) {
				t.Fatalf("%+v, %v", r, err)
			}
			for i, f := range r.Faults {
				want := c.want[i]
				if want.Page == 0 {
					want.Page = r.Frames
				}
				if f != want {
					t.Errorf("found %+v, want %+v", f, want)
				}
			}
			if good := len(c.want) == 0 || c.want[0].Kind == vault.FaultTorn; r.Good() != good {
				t.Errorf("good: %t", r.Good())
			}
		})
	}
}

func TestExamineWithAnotherKeySaysSoOfTheWholeFile(t *testing.T) {
	path, db := fill(t, openVault(t, key))
	r, err := vault.Examine(t.Context(), path, vault.One(second))
	if err != nil || r.Counts[vault.FaultKey] != r.Pages+r.Frames || len(r.Counts) != 1 || r.Good() {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := vault.Examine(t.Context(), path+".none", vault.One(key)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	exec(t, db, `INSERT INTO t (body) VALUES ('it is in use all the while')`)
}
