package app

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/race"
	"github.com/callbench/callbench/localstore"
	"github.com/callbench/callbench/ui/words"
)

// plain looks for the marker in every file of the folders and in every file that this process has open, those
// without a name included; except gives files that hold it by their nature.
func plain(t *testing.T, dirs []string, except ...string) {
	t.Helper()
	look := func(path string) {
		b, err := os.ReadFile(path)
		if err == nil && bytes.Contains(b, []byte(marker)) {
			t.Errorf("%s holds plain text", path)
		}
	}
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				look(path)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range open {
		link := filepath.Join("/proc/self/fd", fd.Name())
		to, err := os.Readlink(link)
		if err != nil || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "/dev/") || strings.HasPrefix(to, "/proc/") || strings.HasPrefix(to, "/sys/") {
			continue
		}
		named := false
		for _, e := range except {
			named = named || to == e
		}
		if !named {
			look(link)
		}
	}
}

func TestNoPlainTextLiesBesideTheStoreWhileRowsGoInAndOut(t *testing.T) {
	listRows := race.Fewer(20_000, 4000)
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	lists := filepath.Join(t.TempDir(), "lists")
	if err := os.Mkdir(lists, 0o700); err != nil {
		t.Fatal(err)
	}
	s, dir := tableStore(t)
	file := filepath.Join(lists, "list.xlsx")
	longList(t, file, listRows)
	bad := filepath.Join(lists, "list.bad.xlsx")
	n := 0
	r, err := engine(t, s, file, func(importProgress) {
		if n++; n%(listRows/4000) == 0 {
			plain(t, []string{temp, dir}, file, bad)
		}
	}).Run(t.Context())
	if err != nil || r.In != listRows*99/100 || r.Bad != listRows/100 || n < listRows/2000 {
		t.Fatalf("%+v after %d transactions, %v", r, n, err)
	}
	for _, ending := range []string{".xlsx", ".csv"} {
		out := filepath.Join(lists, "out"+ending)
		rows := 0
		report, err := export(t.Context(), exportJob{
			File: out, What: exportCustomers, Store: s, Words: words.For("zh-Hans"), Zone: time.UTC,
			Progress: func(int) {
				if rows++; rows%(listRows/4) == 0 {
					plain(t, []string{temp, dir}, file, bad, out)
				}
			},
		})
		if err != nil || report.Rows != listRows*99/100 {
			t.Fatalf("%+v, %v", report, err)
		}
		if rows := table(t, out); len(rows) != listRows*99/100+1 || rows[1][1] != marker+"0" {
			t.Errorf("%d rows", len(rows))
		}
	}
	plain(t, []string{temp, dir}, file)
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left behind %v, %v", left, err)
	}
	if n, err := s.Count(t.Context()); err != nil || n[desk.TableCustomer] != listRows*99/100 {
		t.Errorf("%v, %v", n, err)
	}
}

var importRows = flag.Int("import.rows", 20_000, "rows of the table that a process imports within its bound of memory")

// peak watches a process and gives the most memory it had, in kB; it ends with the process.
func peak(pid int) <-chan int {
	most := make(chan int, 1)
	go func() {
		kb := 0
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for range tick.C {
			b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
			_, rest, found := strings.Cut(string(b), "VmHWM:")
			if err != nil || !found { // it has ended
				break
			}
			if n, err := strconv.Atoi(strings.Fields(rest)[0]); err == nil {
				kb = n
			}
		}
		most <- kb
	}()
	return most
}

func TestAProcessImportsWithin200MB(t *testing.T) {
	n := *importRows
	file := filepath.Join(t.TempDir(), "list.xlsx")
	longList(t, file, n)
	profile := tableProfile(t)
	for _, args := range [][]string{
		{"import", file, "--json"},
		{"import", file, "--json", "--bad", filepath.Join(t.TempDir(), "bad.csv")},
		{"export", filepath.Join(t.TempDir(), "out.xlsx")},
		{"export", filepath.Join(t.TempDir(), "out.csv")},
	} {
		cmd := exec.Command(binary(t, "callbench-cli"), append(args, "--profile", profile)...)
		start := time.Now()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		most := peak(cmd.Process.Pid)
		_ = cmd.Wait() // the code is looked at
		code, kb, took := cmd.ProcessState.ExitCode(), <-most, time.Since(start)
		t.Logf("%s of %d rows: %v, %.0f rows a second, at most %d MB", args[0], n, took, float64(n)/took.Seconds(), kb>>10)
		if want := map[string]int{"import": exitNo, "export": exitGood}[args[0]]; code != want || kb == 0 || kb > 200<<10 {
			t.Errorf("%s ended with %d after %d MB", args[0], code, kb>>10)
		}
	}
	var p program
	at, err := storeProfileFlags{Profile: profile}.find(&p)
	if err != nil {
		t.Fatal(err)
	}
	s, err := localstore.Open(t.Context(), at.cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	took := func(what string, f func() error) {
		start := time.Now()
		for range 10 {
			if err := f(); err != nil {
				t.Fatal(err)
			}
		}
		t.Logf("%s beside that outbox: %v", what, time.Since(start)/10)
	}
	took("Outbox", func() error {
		o, err := s.Outbox(t.Context())
		if want := (n*99/100 + 15) / 16; o.Pending < want {
			t.Errorf("%d ops wait, want %d", o.Pending, want)
		}
		return err
	})
	took("Pending", func() error {
		_, err := s.Pending(t.Context(), 0, 100, 1<<20)
		return err
	})
	k := 0
	took("Commit", func() error {
		k++
		_, err := s.Commit(t.Context(), desk.Intent{
			ID: fmt.Sprint("save-", k), Kind: "contact.save", At: 1,
			Changes: []desk.Change{{Table: desk.TableContact, Key: fmt.Sprint("contact-", k), Fields: []byte(`{"at":5}`)}},
		})
		return err
	})
}
