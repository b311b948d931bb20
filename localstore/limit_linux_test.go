package localstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

const limitDir = "CALLBENCH_TEST_LIMIT_IN"

// TestTheSystemsOwnLimitIsAFullDisk lets the kernel refuse writes, in a child of its own: no file may grow any
// more. What it says (EFBIG) is nothing SQLite knows.
func TestTheSystemsOwnLimitIsAFullDisk(t *testing.T) {
	if dir := os.Getenv(limitDir); dir != "" {
		if err := limited(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
		return
	}
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	child.Env = append(os.Environ(), limitDir+"="+t.TempDir())
	if out, err := child.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func limited(ctx context.Context, dir string) error {
	s, err := localstore.Open(ctx, config(dir))
	if err != nil {
		return err
	}
	draft := desk.Draft{ID: "d1", Content: "写到一半", Changed: 1}
	if err := s.KeepDraft(ctx, draft); err != nil {
		return err
	}
	log, err := os.Stat(config(dir).Path + "-wal")
	if err != nil {
		return err
	}
	signal.Ignore(syscall.SIGXFSZ)
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		return err
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: uint64(log.Size()) + 10_000, Max: was.Max}); err != nil { // a size
		return err
	}
	in := desk.Intent{ID: "i1", Kind: "contact.save", At: 5, Draft: "d1", Changes: []desk.Change{{
		Table: desk.TableContact, Key: "k1", Fields: fmt.Appendf(nil, `{"id":"k1","content":%q}`, strings.Repeat("字", 15_000)),
	}}}
	if _, err := s.Commit(ctx, in); !errors.Is(err, desk.ErrDiskFull) {
		return fmt.Errorf("at the limit: %w", err)
	}
	if drafts, err := s.Drafts(ctx); err != nil || len(drafts) != 1 {
		return fmt.Errorf("%d drafts, %w", len(drafts), err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		return err
	}
	if done, err := s.Commit(ctx, in); err != nil || done.N != 1 {
		return fmt.Errorf("with room again: %+v, %w", done, err)
	}
	return errors.Join(s.Check(ctx), s.Close())
}
