package app

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/internal/monkey"
)

// A monkey at a window without a display: real state, store, view models and widgets; the phone, the clock and the
// link are played, so that a script always goes the same way and can be made shorter.
//
//	go test ./app -run Monkey -args -monkey.seed 7 -monkey.moves 10000
//	go test ./app -run Monkey -args -monkey.script FILE
var (
	monkeySeed   = flag.Uint64("monkey.seed", 0, "play this seed only; 0: the usual ones")
	monkeyMoves  = flag.Int("monkey.moves", 400, "moves of a script")
	monkeyScript = flag.String("monkey.script", "", "play this script")
)

// shrinkPlays bounds how often a failing script is played again to make it shorter.
const shrinkPlays = 120

func TestAMonkeyBreaksNothingAndLosesNothing(t *testing.T) {
	if *monkeyScript != "" {
		text, err := os.ReadFile(*monkeyScript)
		if err != nil {
			t.Fatal(err)
		}
		script, err := monkey.Parse(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := playMonkey(t, script); err != nil {
			t.Fatal(err)
		}
		return
	}
	seeds := []uint64{1, 2}
	if *monkeySeed != 0 {
		seeds = []uint64{*monkeySeed}
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			script := monkeyZoo().Script(seed, *monkeyMoves)
			err := playMonkey(t, script)
			if err == nil {
				return
			}
			short := monkey.Shrink(script, shrinkPlays, func(s []monkey.Move) bool { return playMonkey(t, s) != nil })
			var text strings.Builder
			if werr := monkey.Write(&text, short); werr != nil {
				t.Error(werr)
			}
			t.Fatalf("seed %d: %v\nas a script for -monkey.script, %d of %d moves:\n%s", seed, err, len(short), len(script), text.String())
		})
	}
}

// playMonkey plays a script from the beginning, in a new store, and says what did not hold.
func playMonkey(t *testing.T, script []monkey.Move) (err error) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	m, err := newMonkeyRoom(ctx, t)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := m.close(); err == nil {
			err = cerr
		}
	}()
	at := 0
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("move %d, %s: panic: %v\n%s", at, script[at], r, oursOf(debug.Stack()))
		}
	}()
	for at = range script {
		if err := m.move(ctx, script[at]); err != nil {
			return fmt.Errorf("move %d, %s: %w", at, script[at], err)
		}
		if at%40 == 39 {
			m.painter.Draw()
		}
	}
	m.painter.Draw()
	return m.kept(ctx)
}

// oursOf keeps the first lines of a stack and those of this program.
func oursOf(stack []byte) string {
	var out strings.Builder
	n := 0
	for line := range strings.Lines(string(stack)) {
		if n++; n < 16 || strings.Contains(line, "callbench") {
			out.WriteString(line)
		}
	}
	return out.String()
}

// move makes one move and looks whether all still holds.
func (m *monkeyRoom) move(ctx context.Context, v monkey.Move) error {
	size := m.painter.Size()
	place := func(p [2]float64) fyne.Position {
		return fyne.NewPos(float32(p[0])*size.Width, float32(p[1])*size.Height)
	}
	began := time.Now()
	switch v.Verb {
	case monkey.Key:
		m.painter.Press(v.Text)
	case monkey.Type:
		for _, r := range v.Text { // each with its round through the loop
			m.painter.Type(string(r))
			m.settle(ctx)
		}
	case monkey.Click:
		m.painter.Click(place(v.At), v.N == 3, false)
	case monkey.Double:
		m.painter.Click(place(v.At), false, true)
	case monkey.Drag:
		m.painter.Drag(place(v.At), place(v.To))
	case monkey.Wheel:
		m.painter.Wheel(place(v.At), v.N > 0)
	case monkey.Hover:
		m.painter.Hover(place(v.At))
	case monkey.Resize:
		m.painter.Resize(fyne.NewSize(float32(v.At[0]), float32(v.At[1])))
	case monkey.World:
		m.world(v.Text, v.N)
	case monkey.Choose:
		choose(m.w.loop, v.Text)
	}
	m.settle(ctx)
	if took := time.Since(began); took > freezeAtMost {
		return fmt.Errorf("it took %s", took)
	}
	return m.holds()
}

// freezeAtMost is far above what a move may take: how long one takes is measured in the real window.
const freezeAtMost = 20 * time.Second

// holds looks whether the window shows what the state has.
func (m *monkeyRoom) holds() error {
	if m.broken != nil {
		return m.broken
	}
	if err := m.law.kept(); err != nil {
		return err
	}
	s := m.w.loop.current()
	id, _, content := m.painter.Window().Written()
	if d, ok := s.Draft(id); ok && m.screen.Note.Shown && m.screen.Note.Draft == id && d.Content != content {
		return fmt.Errorf("the note shows %q, its draft has %q", content, d.Content)
	}
	return nil
}

// kept compares what is on disk with what is on screen, once the writer has come to an end.
func (m *monkeyRoom) kept(ctx context.Context) error {
	limit := time.Now().Add(testPatience)
	for {
		drafts, err := m.w.store.Drafts(ctx)
		if err != nil {
			return err
		}
		m.settle(ctx)
		fault := unkept(m.w.loop.current().Drafts, drafts)
		if fault == nil {
			return nil
		}
		if time.Now().After(limit) {
			return fault
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func monkeyStore(t *testing.T) string { t.Helper(); return filepath.Join(t.TempDir(), "desk.db") }
