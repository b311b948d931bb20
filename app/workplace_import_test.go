package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestALeadImportsATableInTheWindowAndGetsTheBadRowsBack(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
	if err := os.MkdirAll(filepath.Join(home, "Downloads"), 0o700); err != nil {
		t.Fatal(err)
	}
	table := filepath.Join(home, "Downloads", "list.csv")
	if err := os.WriteFile(table, []byte("谁,手机\n陈怡君,13800138000\n张建国,13900139000\n李淑芬,1.38E+10\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w := viewsDesk(t)
	every(t, "nobody is there", func() bool { return w.loop.current().Session.User != "" })
	session := w.loop.current().Session
	session.Role = desk.RoleLead
	w.loop.send(desk.SignedIn{Session: session})
	w.loop.send(desk.ViewChosen{View: "import"})
	every(t, "the table is not found", func() bool {
		f := w.loop.current().Table.Files
		return len(f) == 1 && f[0].Path == table
	})
	w.loop.send(desk.TableNamed{Path: table})
	every(t, "the table is not read", func() bool { return w.loop.current().Table.Read })
	if p := w.loop.current().Table.Preview; p.Named || len(p.Columns) != 2 || p.Columns[0].Field != "attr:谁" || p.Columns[1].Field != "phone" || p.Columns[1].Cells[0] != "13800138000" {
		t.Fatalf("%+v", p)
	}
	w.loop.send(desk.ColumnTaken{Field: "name"})
	every(t, "the column is not taken", func() bool {
		s := w.loop.current()
		return !s.Table.Busy && s.Table.Preview.In == 2 && s.Table.Preview.Bad == 1 && s.MayStart(desk.JobImport)
	})
	if n, err := w.store.Count(t.Context()); err != nil || n[desk.TableCustomer] != 0 {
		t.Fatalf("looking at it made %d customers, %v", n[desk.TableCustomer], err)
	}
	w.loop.send(desk.JobPressed{Kind: desk.JobImport})
	every(t, "the import does not end", func() bool {
		s := w.loop.current()
		return s.Job == nil && len(s.Notices) > 0 && s.Notices[len(s.Notices)-1].Code == "job_import_back"
	})
	if args := w.loop.current().Notices[len(w.loop.current().Notices)-1].Args; args["in"] != "2" || args["bad"] != "1" {
		t.Errorf("%v", args)
	}
	back, err := os.ReadFile(filepath.Join(home, "Downloads", "list.bad.csv"))
	if err != nil || !strings.Contains(string(back), "1.38E+10") {
		t.Errorf("what came back: %q, %v", back, err)
	}
	every(t, "what is in is not seen", func() bool { p := w.loop.current().Table.Preview; return p.Known == 2 && p.In == 0 })
	every(t, "what waits is not told", func() bool { return w.loop.current().Link.Outbox.Pending > 0 })
	ctx, stop := context.WithCancel(t.Context())
	stop()
	order := desk.TableOrder{Path: table, Duplicates: desk.DuplicatesReport}
	if e := w.runJob(ctx, desk.StartJob{ID: "j", Kind: desk.JobImport, Table: &order}); e.Code != "stopped" {
		t.Errorf("%+v", e)
	}
	for name, want := range map[string]string{"no.csv": "missing", "empty.csv": "empty", "old.xls": "old_excel"} {
		path := filepath.Join(home, name)
		if text, there := map[string]string{"empty.csv": "", "old.xls": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600)}[name]; there {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		w.loop.send(desk.TableNamed{Path: path})
		every(t, name+" is not judged", func() bool { return w.loop.current().Table.Problem == want })
	}
}
