// Package monkey draws random scripts of what can happen at a window, writes them down and makes failing ones
// shorter. It is pure: who plays a script says what its words do, and what must hold.
//
// A script is a list of moves. The same seed gives the same script for ever; a script that failed is a text file of a
// line a move, which Parse reads again, so that a fault can be played without the seed that found it.
package monkey

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
)

// Verb is what a move does.
type Verb string

// The verbs. Places are shares of the window's size, 0 to 1.
const (
	Key    Verb = "key"    // Text: a key or chord, as printed on buttons
	Type   Verb = "type"   // Text: signs
	Click  Verb = "click"  // At; N: button 1 left, 3 right
	Double Verb = "double" // At
	Drag   Verb = "drag"   // At, To
	Wheel  Verb = "wheel"  // At; N: down, if above 0
	Hover  Verb = "hover"  // At
	Resize Verb = "resize" // At: width and height in units, not shares
	World  Verb = "world"  // Text: what happens outside; N: which of them
	Choose Verb = "choose" // Text: a view, a language, a scheme, a density or a zoom
)

// Move is one thing that happens. What a verb does not need is zero.
type Move struct {
	Verb Verb
	Text string
	At   [2]float64
	To   [2]float64
	N    int
}

// String is the move's line in a script.
func (m Move) String() string {
	place := func(p [2]float64) string { return fmt.Sprintf(" %.4g %.4g", p[0], p[1]) }
	switch m.Verb {
	case Key, Choose:
		return string(m.Verb) + " " + m.Text
	case Type:
		return string(m.Verb) + " " + strconv.Quote(m.Text)
	case World:
		return fmt.Sprintf("%s %s %d", m.Verb, m.Text, m.N)
	case Click, Wheel:
		return string(m.Verb) + place(m.At) + " " + strconv.Itoa(m.N)
	case Drag:
		return string(m.Verb) + place(m.At) + place(m.To)
	case Double, Hover, Resize:
	}
	return string(m.Verb) + place(m.At)
}

// Write writes a script down.
func Write(w io.Writer, script []Move) error {
	for _, m := range script {
		if _, err := fmt.Fprintln(w, m); err != nil {
			return fmt.Errorf("write script: %w", err)
		}
	}
	return nil
}

// Parse reads a script; empty lines and those that begin with # are passed over.
func Parse(r io.Reader) ([]Move, error) {
	var script []Move
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		m, err := parse(line)
		if err != nil {
			return nil, fmt.Errorf("script line %d: %w", n, err)
		}
		script = append(script, m)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read script: %w", err)
	}
	return script, nil
}

func parse(line string) (m Move, err error) {
	verb, rest, _ := strings.Cut(line, " ")
	m.Verb = Verb(verb)
	switch m.Verb {
	case Key, Choose:
		m.Text = rest
	case Type:
		m.Text, err = strconv.Unquote(rest)
	case World:
		_, err = fmt.Sscanf(rest, "%s %d", &m.Text, &m.N)
	case Click, Wheel:
		_, err = fmt.Sscanf(rest, "%g %g %d", &m.At[0], &m.At[1], &m.N)
	case Drag:
		_, err = fmt.Sscanf(rest, "%g %g %g %g", &m.At[0], &m.At[1], &m.To[0], &m.To[1])
	case Double, Hover, Resize:
		_, err = fmt.Sscanf(rest, "%g %g", &m.At[0], &m.At[1])
	default:
		err = fmt.Errorf("no move is called %q", verb)
	}
	return m, err
}

// Zoo is what a monkey may do: lists to draw from. A list that is empty is not drawn from.
type Zoo struct {
	Keys    []string
	Texts   []string
	Worlds  []string
	Choices []string
	Sizes   [][2]float64
}

// Script draws n moves. It goes in fits as people do: it stays with what it does for a while, so that texts get long
// and calls get through, and then does something else.
func (z Zoo) Script(seed uint64, n int) []Move {
	r := rand.New(rand.NewPCG(seed, 0x6d6f6e6b6579)) //nolint:gosec // it is to be the same again
	script := make([]Move, 0, n)
	for len(script) < n {
		mood := pick(r, []func(*rand.Rand) Move{z.key, z.key, z.text, z.mouse, z.mouse, z.world, z.any})
		for range 1 + r.IntN(12) {
			if len(script) == n {
				break
			}
			m := mood(r)
			if r.IntN(8) == 0 {
				m = z.any(r)
			}
			script = append(script, m)
		}
	}
	return script
}

func pick[T any](r *rand.Rand, list []T) (none T) {
	if len(list) == 0 {
		return none
	}
	return list[r.IntN(len(list))]
}

func (z Zoo) key(r *rand.Rand) Move { return Move{Verb: Key, Text: pick(r, z.Keys)} }

func (z Zoo) text(r *rand.Rand) Move { return Move{Verb: Type, Text: pick(r, z.Texts)} }

func (z Zoo) world(r *rand.Rand) Move {
	return Move{Verb: World, Text: pick(r, z.Worlds), N: r.IntN(100)}
}

func (z Zoo) mouse(r *rand.Rand) Move {
	m := Move{Verb: pick(r, []Verb{Click, Click, Click, Click, Double, Drag, Wheel, Hover}), At: place(r)}
	switch m.Verb {
	case Click:
		m.N = 1
		if r.IntN(12) == 0 {
			m.N = 3
		}
	case Wheel:
		m.N = r.IntN(2)
	case Drag:
		m.To = place(r)
	case Key, Type, Double, Hover, Resize, World, Choose:
	}
	return m
}

// place keeps to three places behind the point, so that a script that is read again is the same.
func place(r *rand.Rand) [2]float64 {
	return [2]float64{float64(r.IntN(1000)) / 1000, float64(r.IntN(1000)) / 1000}
}

func (z Zoo) any(r *rand.Rand) Move {
	switch n := r.IntN(20); {
	case n < 2 && len(z.Sizes) > 0:
		return Move{Verb: Resize, At: pick(r, z.Sizes)}
	case n < 5 && len(z.Choices) > 0:
		return Move{Verb: Choose, Text: pick(r, z.Choices)}
	case n < 9 && len(z.Worlds) > 0:
		return z.world(r)
	case n < 12:
		return z.mouse(r)
	case n < 15:
		return z.text(r)
	}
	return z.key(r)
}

// Shrink looks for a shorter script that fails as well: it takes out ever smaller pieces for as long as what is left
// still fails, and plays at most budget scripts. It gives the shortest that failed.
func Shrink(script []Move, budget int, fails func([]Move) bool) []Move {
	for piece := len(script) / 2; piece > 0; piece /= 2 {
		for at := 0; at+piece <= len(script) && budget > 0; {
			less := append(append([]Move(nil), script[:at]...), script[at+piece:]...)
			budget--
			if fails(less) {
				script = less
			} else {
				at += piece
			}
		}
	}
	return script
}
