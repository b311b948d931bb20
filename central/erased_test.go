package central_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
)

func TestWhatWasErasedDoesNotComeBackWithABackup(t *testing.T) {
	for name, back := range map[string]func(t *testing.T, r *rig, dir, file string, before map[string][]byte) *rig{
		"restored": func(t *testing.T, r *rig, dir, file string, _ map[string][]byte) *rig {
			if err := r.central.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := central.Restore(t.Context(), dir, file, time.Now()); err != nil {
				t.Fatal(err)
			}
			return newRig(t, central.Config{Dir: dir})
		},
		"copied back": func(_ *testing.T, r *rig, dir, _ string, before map[string][]byte) *rig {
			return r.copiedBack(dir, before, time.Now)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, file := t.TempDir(), filepath.Join(t.TempDir(), "backup.db")
			r := newRig(t, central.Config{Dir: dir})
			r.user("li", desk.RoleAgent, "sales")
			r.push(r.token("li"), deskA, op(1, "op-00000001", set(desk.TableContact, "contact-1", `{"at":1,"content":"secret"}`)),
				op(2, "op-00000002", set(desk.TableContact, "contact-3", `{"at":1,"content":"stays"}`)))
			if err := r.central.Remove(t.Context(), desk.TableContact, "contact-0"); !errors.Is(err, desk.ErrNotFound) {
				t.Errorf("%v", err)
			}
			before := r.stopped(dir)
			r = newRig(t, central.Config{Dir: dir})
			if err := r.central.Backup(t.Context(), file); err != nil {
				t.Fatal(err)
			}
			made := op(3, "op-00000003", set(desk.TableContact, "contact-2", `{"at":1,"content":"made after the backup"}`))
			r.push(r.token("li"), deskA, made)
			for _, key := range []string{"contact-1", "contact-2"} {
				if err := r.central.Remove(t.Context(), desk.TableContact, key); err != nil {
					t.Fatal(err)
				}
			}
			r = back(t, r, dir, file, before)
			codes := r.push(r.token("li"), deskA, made) // the desk brings back what it has kept
			if codes[3] != "gone" {
				t.Errorf("brought back: %v", codes)
			}
			for key, want := range map[string]error{"contact-1": desk.ErrNotFound, "contact-2": desk.ErrNotFound, "contact-3": nil} {
				if _, err := r.central.Row(t.Context(), desk.TableContact, key); !errors.Is(err, want) {
					t.Errorf("%s: %v", key, err)
				}
			}
			if n, err := r.central.Tamper(t.Context(), `UPDATE chain_text SET text = text WHERE text LIKE '%secret%'`); err != nil || n != 0 {
				t.Errorf("its text is here: %d, %v", n, err)
			}
			if _, err := r.central.Verify(t.Context()); err != nil {
				t.Error(err)
			}
			list, err := os.ReadFile(filepath.Join(dir, "erased.jsonl"))
			if err != nil || strings.Count(string(list), "\n") != 2 || strings.Contains(string(list), "secret") {
				t.Errorf("%s, %v", list, err)
			}
		})
	}
}

func TestALineOfTheListThatWasCutShortSpoilsNoOther(t *testing.T) {
	dir := t.TempDir()
	r := newRig(t, central.Config{Dir: dir})
	r.user("li", desk.RoleAgent, "sales")
	r.push(r.token("li"), deskA, op(1, "op-00000001", set(desk.TableContact, "contact-1", `{"at":1}`)))
	if err := os.WriteFile(filepath.Join(dir, "erased.jsonl"), []byte(`{"org":"main","table":"cont`), 0o600); err != nil {
		t.Fatal(err)
	}
	before := r.stopped(dir)
	r = newRig(t, central.Config{Dir: dir})
	if err := r.central.Remove(t.Context(), desk.TableContact, "contact-1"); err != nil {
		t.Fatal(err)
	}
	r = r.copiedBack(dir, before, time.Now)
	if _, err := r.central.Row(t.Context(), desk.TableContact, "contact-1"); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("%v", err)
	}
}
