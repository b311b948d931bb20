package desk

import "strings"

// Knowledge is what the view of knowledge shows: what is sought there, and the article that is open.
type Knowledge struct {
	Text    string
	Article string // ID, as ui/present makes it; empty: the first that is found
}

// Events of the view of knowledge.
type (
	// KnowledgeSought is typed into its search; the whole text each time.
	KnowledgeSought struct{ Text string }
	// ArticleChosen opens an article.
	ArticleChosen struct{ ID string }
	// PhraseTaken writes a text of an article into the open note.
	PhraseTaken struct{ Text string }
)

func (KnowledgeSought) event() {}
func (ArticleChosen) event()   {}
func (PhraseTaken) event()     {}

// maxSought bounds what is sought in the view of knowledge, in runes.
const maxSought = 100

// atKnowledge takes what is pressed in the view of knowledge.
func (u *step) atKnowledge(e Event) {
	switch e := e.(type) {
	case KnowledgeSought:
		u.s.Knowledge = Knowledge{Text: cutRunes(e.Text, maxSought), Article: ""}
	case ArticleChosen:
		u.s.Knowledge.Article = e.ID
	case PhraseTaken:
		u.takePhrase(e.Text)
	default: // the others are not for this function
	}
}

// takePhrase writes a text behind what stands in the open note, and shows the note. Without a note nothing happens.
func (u *step) takePhrase(text string) {
	d, ok := u.draft("")
	if !ok || strings.TrimSpace(text) == "" {
		return
	}
	content := d.Content + text
	u.typed(NoteEdited{Draft: d.ID, Content: &content})
	u.view("work")
}

// withPhrase is a draft with a text behind what stands in its note.
func withPhrase(d Draft, text string) Draft {
	content := d.Content + text
	d, _ = rewrite(d, NoteEdited{Content: &content})
	return d
}
