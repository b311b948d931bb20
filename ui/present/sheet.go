package present

import (
	"slices"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// Swatch is a colour of the palette by its role, as ui/tokens.go numbers them.
type Swatch struct {
	Name string
}

// Sheet is one of every component of the window, in every state, for whoever draws it. It shows no desk.
type Sheet struct {
	Title string
	Lang  string

	Colours  string
	Swatches []Swatch // in the order of the roles
	Type     string
	Sample   string
	Icons    string
	States   string
	Chips    []Chip // each state of an agent, with a timer
	Stale    Chip

	Buttons string
	Columns []string // at rest, under the mouse, with the focus, on, disabled
	Kinds   []Button

	Fields   string
	Empty    Field
	Filled   Field
	Text     Field
	Choices  string
	Options  []Option
	Picks    []Pick
	Rows     string
	History  []Row
	Agents   []AgentCell
	Messages string
	Said     []Message
}

// SheetOf makes the sheet in the words of w; its rows are those of the screens given.
func SheetOf(w *words.Catalogue, screens ...Screen) Sheet {
	say := w.Say
	s := Sheet{
		Title: say(words.GalleryTitle), Lang: w.Lang(), Colours: say(words.GalleryColours), Type: say(words.GalleryType), Sample: say(words.GallerySample),
		Icons: say(words.GalleryIcons), States: say(words.GalleryStates), Buttons: say(words.GalleryButtons), Fields: say(words.GalleryFields),
		Choices: say(words.GalleryChoices), Rows: say(words.GalleryRows), Messages: say(words.GalleryMessages),
	}
	for _, k := range []words.Key{
		words.RolePage, words.RoleCard, words.RoleField, words.RoleLine, words.RoleEdge, words.RoleText, words.RoleSecondary, words.RoleAccent,
		words.RoleOnAccent, words.RoleDanger,
	} {
		s.Swatches = append(s.Swatches, Swatch{say(k)})
	}
	for _, k := range []words.Key{words.GalleryAtRest, words.GalleryHovered, words.GalleryFocused, words.GalleryOn, words.GalleryDisabled} {
		s.Columns = append(s.Columns, say(k))
	}
	for i, state := range []desk.AgentStatus{
		desk.AgentReady, desk.AgentRinging, desk.AgentOnCall, desk.AgentHold, desk.AgentWrapUp, desk.AgentNotReady, desk.AgentOffline,
	} {
		shape, tone := stateLook(state)
		s.Chips = append(s.Chips, Chip{Shape: shape, Tone: tone, Text: StateText(w, state, ""), Timer: w.Timer(desk.Millis(0).Sub(-desk.Millis(i * 37_000)))})
	}
	s.Kinds = []Button{
		{Text: say(words.DoAnswer), Key: "Ctrl+Enter", Kind: KindPrimary},
		{Text: say(words.DoHold), Key: "F7"},
		{Text: say(words.DoHangUp), Key: "F10", Kind: KindDanger},
		{Text: say(words.DoDial), Shape: ShapePhone},
	}
	for _, screen := range screens {
		s.take(screen)
	}
	return s
}

// take adds what a screen shows of what the sheet still lacks.
func (s *Sheet) take(screen Screen) {
	if s.Empty.Prompt == "" {
		s.Empty, s.Filled, s.Text = screen.Note.Subject, screen.Note.Subject, screen.Note.Content
		s.Empty.Value = ""
	}
	if len(s.History) == 0 {
		s.History = screen.Customer.History
	}
	if len(s.Picks) == 0 {
		s.Picks = screen.Note.Reasons
	}
	if len(s.Agents) == 0 {
		s.Agents = screen.Board.Agents
	}
	if screen.Board.Stale {
		s.Stale = screen.Board.Live
	}
	for _, a := range screen.Flow.Asks {
		if len(s.Options) == 0 && len(a.Options) > 0 {
			s.Options = a.Options
			s.Options[0].Chosen = true
		}
	}
	for _, said := range slices.Concat(screen.Customer.Warnings, screen.Messages) {
		if !slices.ContainsFunc(s.Said, func(m Message) bool { return m.Text == said.Text }) {
			s.Said = append(s.Said, said)
		}
	}
}
