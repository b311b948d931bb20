package localstore_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

func TestEverythingIsThereAfterReopening(t *testing.T) {
	cfg := config(t.TempDir())
	s, err := localstore.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	commit(t, s, intent(customer(t, zhang())))
	draft := desk.Draft{ID: "d1", Content: "写到一半", Changed: 7}
	if err := errors.Join(s.KeepDraft(t.Context(), draft), s.SetSetting(t.Context(), "language", "en"), s.Close()); err != nil {
		t.Fatal(err)
	}
	s = open(t, cfg)
	drafts, err := s.Drafts(t.Context())
	if err != nil || len(drafts) != 1 || drafts[0].Content != draft.Content {
		t.Errorf("drafts %+v, %v", drafts, err)
	}
	if v, err := s.Setting(t.Context(), "language"); err != nil || v != "en" {
		t.Errorf("setting %q, %v", v, err)
	}
	if v, err := s.Setting(t.Context(), "never set"); err != nil || v != "" {
		t.Errorf("setting %q, %v", v, err)
	}
	if name(t, s, "c1") != "张三" {
		t.Error("the customer is gone")
	}
	if r, err := s.Replica(t.Context()); err != nil || r.NextN != 2 || r.Org != "acme" || r.User != "8021" {
		t.Errorf("replica %+v, %v", r, err)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestEveryConnectionHasWhatThePromisesStandOn(t *testing.T) {
	s := open(t, config(t.TempDir()))
	for name, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "temp_store": "2", "foreign_keys": "0", "page_size": "4096", "busy_timeout": "5000",
	} {
		writer, reader, err := s.Pragma(t.Context(), name)
		if err != nil || writer != want || reader != want {
			t.Errorf("%s: writer %s, reader %s, %v", name, writer, reader, err)
		}
	}
	if writer, reader, err := s.Pragma(t.Context(), "query_only"); err != nil || writer != "0" || reader != "1" {
		t.Errorf("query_only: writer %s, reader %s, %v", writer, reader, err)
	}
}

func TestAWrongKeyIsToldAndTheFilesStayAsTheyAre(t *testing.T) {
	dir := t.TempDir()
	cfg := config(dir)
	s, err := localstore.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	commit(t, s, intent(customer(t, zhang())))
	copied := t.TempDir() // as after a power cut: database and log, never closed
	for _, name := range []string{"desk.db", "desk.db-wal"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(copied, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before := readAll(t, copied)
	wrong := config(copied)
	wrong.Key[31] ^= 1
	_, err = localstore.Open(t.Context(), wrong)
	wantErr(t, err, desk.ErrWrongKey)
	wrong.Key = [32]byte{}
	_, err = localstore.Open(t.Context(), wrong)
	wantErr(t, err, desk.ErrInvalid)
	if after := readAll(t, copied); !bytes.Equal(before, after) {
		t.Error("the files changed")
	}
	if name(t, open(t, config(copied)), "c1") != "张三" {
		t.Error("the right key does not find what was committed")
	}
	plain := config(t.TempDir())
	if err := os.WriteFile(plain.Path, append([]byte("SQLite format 3\x00"), make([]byte, 8192)...), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = localstore.Open(t.Context(), plain)
	wantErr(t, err, desk.ErrWrongKey)
}

func readAll(t *testing.T, dir string) []byte {
	t.Helper()
	var all []byte
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all = append(append(all, e.Name()...), b...)
	}
	return all
}

func TestNoTextOfACustomerIsReadableOnDisk(t *testing.T) {
	dir := t.TempDir()
	s := open(t, config(dir))
	commit(t, s, intent(customer(t, zhang()), contact(t, desk.Contact{ID: "k1", Customer: "c1", Content: "very-secret-words"})))
	if err := s.KeepDraft(t.Context(), desk.Draft{ID: "d1", Content: "very-secret-words"}); err != nil {
		t.Fatal(err)
	}
	all := string(readAll(t, dir))
	for _, text := range []string{"very-secret-words", "张三", "13800138000", "CREATE TABLE", "SQLite format"} {
		if strings.Contains(all, text) {
			t.Errorf("%q is readable", text)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 {
		t.Errorf("files %v, %v", entries, err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", e.Name(), info.Mode(), err)
		}
	}
}

func TestAFileOfANewerProgramIsRefused(t *testing.T) {
	cfg := config(t.TempDir())
	s, err := localstore.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.SetVersion(t.Context(), 999), s.Close()); err != nil {
		t.Fatal(err)
	}
	before := readAll(t, filepath.Dir(cfg.Path))
	_, err = localstore.Open(t.Context(), cfg)
	wantErr(t, err, desk.ErrNewer)
	if !bytes.Equal(before, readAll(t, filepath.Dir(cfg.Path))) {
		t.Error("the files changed")
	}
}

func TestAFileOfAnotherUserIsRefused(t *testing.T) {
	cfg := config(t.TempDir())
	cfg.User = ""
	if err := open(t, cfg).DropDraft(t.Context(), "none"); err != nil {
		t.Fatal(err)
	}
	cfg.User = "8021"
	s := open(t, cfg)
	if r, err := s.Replica(t.Context()); err != nil || r.User != "8021" {
		t.Errorf("a file without an owner did not take its user: %+v, %v", r, err)
	}
	cfg.User = "8022"
	_, err := localstore.Open(t.Context(), cfg)
	wantErr(t, err, desk.ErrConflict)
}

func TestAHalfMadeFileIsMadeAnew(t *testing.T) {
	cfg := config(t.TempDir())
	for _, name := range []string{".new", ".new-wal", "-wal"} {
		if err := os.WriteFile(cfg.Path+name, []byte("rest of a power cut"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	commit(t, open(t, cfg), intent(customer(t, zhang())))
}

func TestAFullDiskIsToldAndNothingIsHalfWritten(t *testing.T) {
	s := open(t, config(t.TempDir()))
	ctx := t.Context()
	commit(t, s, intent(customer(t, zhang())))
	draft := desk.Draft{ID: "d1", Content: "short", Changed: 1}
	if err := errors.Join(s.KeepDraft(ctx, draft), s.FillDisk(ctx, 4)); err != nil {
		t.Fatal(err)
	}
	in := intent(contact(t, desk.Contact{ID: "k1", Customer: "c1", Content: strings.Repeat("字", 15_000)}))
	in.Draft = "d1"
	_, err := s.Commit(ctx, in)
	wantErr(t, err, desk.ErrDiskFull)
	draft.Content, draft.Changed = strings.Repeat("字", 20_000), 2
	wantErr(t, s.KeepDraft(ctx, draft), desk.ErrDiskFull)
	if _, err := s.ApplyPage(ctx, page("", "1", row(t, desk.TableContact, "k2", 1, desk.Contact{ID: "k2", Content: draft.Content}))); err == nil {
		t.Error("a page was applied on a full disk")
	}
	drafts, err := s.Drafts(ctx)
	if o := outbox(t, s); err != nil || len(drafts) != 1 || drafts[0].Content != "short" || o.Pending != 1 || name(t, s, "c1") != "张三" {
		t.Errorf("drafts %d, outbox %+v, %v", len(drafts), o, err)
	}
	if err := s.FillDisk(ctx, 0); err != nil {
		t.Fatal(err)
	}
	if done := commit(t, s, in); done.N != 2 || done.Pending != 2 {
		t.Errorf("once there is room: %+v", done)
	}
	if err := s.Check(ctx); err != nil {
		t.Error(err)
	}
}

func TestAReadOnlyDiskIsTold(t *testing.T) {
	s := open(t, config(t.TempDir()))
	if err := s.MakeReadOnly(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	_, err := s.Commit(t.Context(), intent(customer(t, zhang())))
	wantErr(t, err, desk.ErrReadOnly)
	wantErr(t, s.KeepDraft(t.Context(), desk.Draft{ID: "d1"}), desk.ErrReadOnly)
	if err := s.MakeReadOnly(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	commit(t, s, intent(customer(t, zhang())))
}

func TestAnIntentThatCannotBeKeptIsRefused(t *testing.T) {
	s := open(t, config(t.TempDir()))
	for what, in := range map[string]desk.Intent{
		"no changes":           intent(),
		"too many changes":     intent(make([]desk.Change, desk.MaxOpChanges+1)...),
		"too large":            intent(contact(t, desk.Contact{ID: "k", Content: strings.Repeat("x", desk.MaxOpBytes)})),
		"an unknown table":     intent(desk.Change{Table: "invoice", Key: "i", Fields: []byte(`{}`)}),
		"no key":               intent(desk.Change{Table: desk.TableContact, Fields: []byte(`{}`)}),
		"fields are no object": intent(desk.Change{Table: desk.TableContact, Key: "k", Fields: []byte(`[]`)}),
		"a member is no text":  intent(desk.Change{Table: desk.TableContact, Key: "k", Fields: []byte(`{"content":7}`)}),
	} {
		if _, err := s.Commit(t.Context(), in); !errors.Is(err, desk.ErrInvalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if done := commit(t, s, intent(customer(t, zhang()))); done.N != 1 {
		t.Errorf("a refused intent used up a number: %+v", done)
	}
}
