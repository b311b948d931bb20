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
	// PhraseTaken writes a text of an article into a note: the one that was open when it was offered.
	PhraseTaken struct{ Draft, Text string }
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
		u.takePhrase(e)
	default: // the others are not for this function
	}
}

// takePhrase writes a text into a note, and goes back to the notes. Without the note nothing happens.
func (u *step) takePhrase(e PhraseTaken) {
	d, ok := u.s.Draft(e.Draft)
	if !ok {
		return
	}
	if d, ok = withPhrase(d, e.Text); ok {
		u.edit(d, false)
		u.view("work")
	}
}

// withPhrase is a draft with a text behind what stands in its note; false: there is nothing to write.
func withPhrase(d Draft, text string) (Draft, bool) {
	if strings.TrimSpace(text) == "" {
		return d, false
	}
	content := d.Content + text
	return rewrite(d, NoteEdited{Content: &content})
}
