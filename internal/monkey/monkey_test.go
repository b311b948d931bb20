package monkey

import (
	"bytes"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func zoo() Zoo {
	return Zoo{
		Keys: []string{"F2", "Ctrl+Enter", "a"}, Texts: []string{"王 \"x\"\n", ";nh"}, Worlds: []string{"call", "net_off"},
		Choices: []string{"view board", "zoom 125"}, Sizes: [][2]float64{{1366, 768}, {1024, 640}},
	}
}

func TestTheSameSeedGivesTheSameScriptAndAScriptCanBeReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed, n := rapid.Uint64().Draw(t, "seed"), rapid.IntRange(0, 300).Draw(t, "n")
		script := zoo().Script(seed, n)
		if len(script) != n || !slices.Equal(script, zoo().Script(seed, n)) {
			t.Fatalf("%d moves, or others the second time", len(script))
		}
		var text bytes.Buffer
		if err := Write(&text, script); err != nil {
			t.Fatal(err)
		}
		again, err := Parse(&text)
		if err != nil || !slices.Equal(again, script) {
			t.Fatalf("read again: %v\n%v\n%v", err, script, again)
		}
	})
}

func TestEveryKindOfMoveComes(t *testing.T) {
	seen := map[Verb]int{}
	for _, m := range zoo().Script(1, 5000) {
		seen[m.Verb]++
	}
	for _, v := range []Verb{Key, Type, Click, Double, Drag, Wheel, Hover, Resize, World, Choose} {
		if seen[v] < 50 {
			t.Errorf("%s comes %d times", v, seen[v])
		}
	}
}

func TestAFailingScriptShrinksToWhatItTakes(t *testing.T) {
	script := zoo().Script(3, 400)
	script[57], script[311] = Move{Verb: Key, Text: "first"}, Move{Verb: Key, Text: "second"}
	played := 0
	short := Shrink(script, 1000, func(s []Move) bool {
		played++
		i := slices.Index(s, Move{Verb: Key, Text: "first"})
		j := slices.Index(s, Move{Verb: Key, Text: "second"})
		return i >= 0 && i < j
	})
	if len(short) != 2 || played > 1000 {
		t.Errorf("%d moves are left after %d plays: %v", len(short), played, short)
	}
}

func TestWhatIsNoMoveIsRefused(t *testing.T) {
	for _, text := range []string{"fly 1 2", "click here", "type no quotes", "resize 3"} {
		if _, err := Parse(bytes.NewBufferString(text)); err == nil {
			t.Errorf("%q is read", text)
		}
	}
	if got, err := Parse(bytes.NewBufferString("# a fault\n\nkey F2\n")); err != nil || len(got) != 1 {
		t.Errorf("comments: %v %v", got, err)
	}
}
