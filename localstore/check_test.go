package localstore_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
	"github.com/callbench/callbench/localstore/vault"
)

// closed gives a store of n customers whose log is folded and that nobody has open.
func closed(t *testing.T, n int) localstore.Config {
	t.Helper()
	s, cfg, _ := stocked(t, n)
	to := cfg
	to.Path = cfg.Path + ".closed"
	if _, err := s.Backup(t.Context(), to.Path, localstore.BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	return to
}

func checked(t *testing.T, cfg localstore.Config) localstore.CheckReport {
	t.Helper()
	before, err := os.ReadFile(cfg.Path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := localstore.Check(t.Context(), cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(cfg.Path)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the check changed the file, %v", err)
	}
	return r
}

// only checks that a report's findings are all of one part, and gives their words.
func only(t *testing.T, r localstore.CheckReport, parts ...string) string {
	t.Helper()
	if r.Good || len(r.Findings) == 0 {
		t.Fatalf("nothing found: %+v", r)
	}
	var b strings.Builder
	for _, f := range r.Findings {
		if !strings.Contains(" "+strings.Join(parts, " ")+" ", " "+f.Part+" ") {
			t.Errorf("found %+v, want it in %v", f, parts)
		}
		b.WriteString(f.What + " @ " + f.Where + "\n")
	}
	return b.String()
}

func TestCheckOfAWholeStoreAtWork(t *testing.T) {
	s, cfg, all := stocked(t, 300)
	r := checked(t, cfg)
	if !r.Good || len(r.Findings) != 0 || len(r.Skipped) != 0 || r.Checked["customer"] != 300 || r.Checked["contact"] != 301 || r.Pages.Pages == 0 || r.Pages.Frames == 0 || r.Chain == nil || r.Chain.Entries != 1 {
		t.Errorf("%+v", r)
	}
	commit(t, s, intent(contact(t, desk.Contact{ID: "on", Customer: all[0].ID, At: benchNow})))
	if r := checked(t, cfg); !r.Good {
		t.Errorf("%+v", r)
	}
}

func TestCheckSaysOfEachFaultWhatItIs(t *testing.T) {
	cfg := closed(t, 300)
	whole, err := os.ReadFile(cfg.Path)
	if err != nil {
		t.Fatal(err)
	}
	const size = vault.PageSize
	page := func(b []byte, n int) []byte { return b[(n-1)*size : n*size] }
	last := len(whole) / size
	for name, c := range map[string]struct {
		change func(b []byte)
		key    byte
		parts  []string
		says   []string
	}{
		"another key": {key: 9, parts: []string{"key"}, says: []string{"no page opens with this key"}},
		"a flipped bit": {
			change: func(b []byte) { page(b, last)[100] ^= 1 }, parts: []string{"pages", "sqlite", "derived", "outbox", "chain"},
			says: []string{"damaged: it is not what was written @ main"},
		},
		"two pages swapped": {
			change: func(b []byte) {
				x := bytes.Clone(page(b, 5))
				copy(page(b, 5), page(b, 6))
				copy(page(b, 6), x)
			},
			parts: []string{"pages", "sqlite", "derived", "outbox", "chain"}, says: []string{"moved: it was written for another place @ main 5, written as main 6"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			one := cfg
			one.Path = t.TempDir() + "/desk.db"
			one.Key[0] ^= c.key
			b := bytes.Clone(whole)
			if c.change != nil {
				c.change(b)
			}
			if err := os.WriteFile(one.Path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			text := only(t, checked(t, one), c.parts...)
			for _, says := range c.says {
				if !strings.Contains(text, says) {
					t.Errorf("%q lacks %q", text, says)
				}
			}
		})
	}
}

func TestCheckFindsWhatDoesNotFitTheRecords(t *testing.T) {
	for name, c := range map[string]struct {
		sql, part, says, where string
	}{
		"a column":            {`UPDATE customer SET name = 'x' WHERE rid = 7`, "derived", "look-up columns", "customer "},
		"a contact's moment":  {`UPDATE contact SET at = at + 1 WHERE rid = 9`, "derived", "look-up columns", "contact "},
		"a form is gone":      {localstore.DropForm, "derived", "search forms", "customer "},
		"a malformed record":  {`UPDATE customer SET body = '{"name":' WHERE rid = 3`, "derived", "malformed", "customer "},
		"a row of an op":      {`DELETE FROM base`, "outbox", "central's version is not kept", "contact own"},
		"a text of the chain": {`UPDATE op SET changes = replace(changes, '自己', '别人')`, "chain", "", ""},
		"a change undone":     {`UPDATE contact SET body = '{"id":"own","subject":"别的"}' WHERE key = 'own'`, "", "shown otherwise", "contact own"},
		"an index": {
			`PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = 'CREATE INDEX contact_at ON contact (customer)' WHERE name = 'contact_at'`,
			"sqlite", "contact_at", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, cfg, all := stocked(t, 100)
			if err := s.Spoil(t.Context(), c.sql); err != nil {
				t.Fatal(err)
			}
			r := checked(t, cfg)
			text := only(t, r, c.part, "derived", "outbox", "sqlite", "chain")
			if !strings.Contains(text, c.says) || !strings.Contains(text, "@ "+c.where) {
				t.Errorf("%q lacks %q of %q", text, c.says, c.where)
			}
			if c.part != "" && r.Counts[c.part] == 0 {
				t.Errorf("counts %v", r.Counts)
			}
			told, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			for _, secret := range []string{"标记", "别的", all[2].Name, all[2].Phones[0].E164} {
				if bytes.Contains(told, []byte(secret)) {
					t.Errorf("%s tells %q", told, secret)
				}
			}
		})
	}
}

func TestCheckOfNothingAndCheckThatIsCut(t *testing.T) {
	cfg := closed(t, 100)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := localstore.Check(ctx, cfg, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cut: %v", err)
	}
	cfg.Path += "-gone"
	if _, err := localstore.Check(t.Context(), cfg, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
