package app

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/callbench/callbench/desk/flow"
)

// maxPlayLine bounds a typed line; a longer one ends the play.
const maxPlayLine = 64 << 10

// flowPlayer walks through a flow with a person at a terminal. It belongs to one goroutine.
type flowPlayer struct {
	flow *flow.Flow
	run  flow.Run
	lang string
	in   *bufio.Scanner
	out  *sheet
}

// What a typed line means instead of an answer.
const (
	playBack  = "<"
	playClear = "-"
	playNote  = "?"
	playQuit  = "q!"
)

// errPlayQuit ends a play in the middle.
var errPlayQuit = errors.New("quit")

// playFlow plays until the flow's end, the end of in, or q!. It always ends with the note.
func playFlow(in io.Reader, out, errs *sheet, file, lang string, facts flow.Facts) (bool, error) {
	f, err := parseFlow(errs, file)
	if err != nil || f == nil {
		return false, err
	}
	p := &flowPlayer{flow: f, run: flow.Start(f, "play", facts), lang: lang, in: bufio.NewScanner(in), out: out}
	p.in.Buffer(make([]byte, 0, 4096), maxPlayLine)
	out.printf("%s (version %d)\nEnter an option's key or the answer; Enter alone keeps what stands in [ ]; %s back, %s clears, %s note so far, %s quits.\n",
		f.Title(lang), f.Version(), playBack, playClear, playNote, playQuit)
	for !p.run.Done {
		if err := p.step(); err != nil {
			break // quit or end of input: the note so far follows
		}
	}
	if err := p.in.Err(); err != nil {
		return false, fmt.Errorf("read the terminal: %w", err)
	}
	p.finish()
	return true, out.err
}

// show prints a step without its questions.
func (p *flowPlayer) show() flow.View {
	v := flow.Show(p.flow, p.run, p.lang)
	if v.Done {
		p.out.printf("\n── %s · %s\n", v.Name, v.Outcome)
	} else {
		p.out.printf("\n── %d/%d %s\n", v.Position, v.Length, v.Name)
	}
	p.lines("   ", v.Say)
	p.lines("   * ", v.Hint)
	return v
}

func (p *flowPlayer) lines(prefix, text string) {
	for l := range strings.SplitSeq(text, "\n") {
		if l != "" {
			p.out.printf("%s%s\n", prefix, l)
		}
	}
}

// step shows the step, asks its questions and goes on, or back.
func (p *flowPlayer) step() error {
	v := p.show()
	answers := map[string]string{}
	if len(v.Ask) == 0 {
		back, err := p.pause()
		if back || err != nil {
			return err
		}
	}
	for _, a := range v.Ask {
		typed, back, err := p.ask(a)
		if back || err != nil {
			return err
		}
		if typed != nil {
			answers[a.ID] = *typed
		}
	}
	next, err := flow.Answer(p.flow, p.run, answers)
	if refused, ok := errors.AsType[*flow.AnswerError](err); ok {
		p.out.printf("   ! %s: %s\n", labelOf(v, refused.Ask), playReason(refused.Code))
		return nil
	}
	if err != nil {
		return fmt.Errorf("play: %w", err)
	}
	p.run = next
	return nil
}

func labelOf(v flow.View, id string) string {
	for _, a := range v.Ask {
		if a.ID == id {
			return a.Label
		}
	}
	return id
}

// playReason words the code of a refused answer.
func playReason(code string) string {
	switch code {
	case "required":
		return "needs an answer"
	case "not_a_number":
		return "this is not a number, such as 12 or 3.5"
	case "not_a_date":
		return "this is not a date, such as 2026-11-24 15:00"
	case "not_an_amount":
		return "this is not an amount, such as 1200.50"
	case "not_a_phone":
		return "this is not a telephone number"
	case "not_an_option":
		return "press one of the keys shown"
	case "too_long":
		return fmt.Sprintf("this is longer than %d characters", flow.MaxAnswer)
	}
	return code
}

// ask reads one answer; nil keeps what was there.
func (p *flowPlayer) ask(a flow.Ask) (typed *string, back bool, err error) {
	mark := ""
	if a.Required {
		mark = " *"
	}
	p.out.printf("   %s (%s)%s", a.Label, a.Type, mark)
	for _, o := range a.Options {
		p.out.printf("  [%s] %s", o.Key, o.Label)
	}
	p.out.printf("\n")
	line, back, err := p.read(a.Value)
	switch {
	case back || err != nil:
		return nil, back, err
	case line == "":
		return nil, false, nil
	case line == playClear:
		line = ""
	}
	return &line, false, nil
}

func (p *flowPlayer) pause() (back bool, err error) {
	_, back, err = p.read("")
	return back, err
}

// read reads a line that is no command; back tells that the run has gone back a step.
func (p *flowPlayer) read(present string) (line string, back bool, err error) {
	for {
		if present == "" {
			p.out.printf("> ")
		} else {
			p.out.printf("[%s] > ", present)
		}
		if !p.in.Scan() {
			p.out.printf("\n")
			return "", false, errPlayQuit
		}
		line = strings.TrimSpace(p.in.Text())
		switch line {
		case playQuit:
			return "", false, errPlayQuit
		case playNote:
			p.lines("   | ", flow.Finish(p.flow, p.run, p.lang).Content)
			continue
		case playBack:
			if previous, err := flow.Back(p.flow, p.run); err == nil {
				p.run = previous
				return "", true, nil
			}
			p.out.printf("   ! this is the first step\n")
			continue
		}
		return line, false, nil
	}
}

// finish prints the end, if it was reached, and what would be written down.
func (p *flowPlayer) finish() {
	if p.run.Done {
		p.show()
	}
	r := flow.Finish(p.flow, p.run, p.lang)
	p.out.printf("\n%s [%s]\n", r.Subject, r.Reason)
	p.lines("   | ", r.Content)
	if t := r.Ticket; t != nil {
		p.out.printf("   ticket %s, department %s, priority %s", t.Kind, t.Department, t.Priority)
		if t.Amount != "" {
			p.out.printf(", amount %s %s", t.Currency, t.Amount)
		}
		if t.Approval != "" {
			p.out.printf(", approval %s", t.Approval)
		}
		p.out.printf("\n")
	}
	if c := r.Callback; c != nil {
		p.out.printf("   callback %s: %s\n", c.Wall, c.Note)
	}
}
