package present

import (
	"strconv"
	"strings"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/flow"
	"github.com/callbench/callbench/desk/pinyin"
	"github.com/callbench/callbench/ui/words"
)

// KnowledgePanel is the view of knowledge: articles at the left, the open one beside them. All of it is on the desk, so
// it is there without central.
type KnowledgePanel struct {
	Field   Field
	Note    string // how many were found
	Rows    []ArticleRow
	Article Article
}

// ArticleRow is an article in the list.
type ArticleRow struct {
	ID, Title, Kind string
	Shape           Shape
	On              bool
	Do              desk.Event
}

// Article is what somebody reads.
type Article struct {
	ID, Title, Kind string
	Lead            string   // how a line is taken
	Practice        []Button // of a flow: to practise it
	Lines           []ArticleLine
}

// ArticleLine is a part of it. Take writes Text into the open note; its key is the line's digit.
type ArticleLine struct {
	Head  string
	Text  []string
	Hint  []string
	Asks  []string
	Take  Button
	Found bool // what is sought stands in it
}

// maxTaken is how many lines of an article have a digit.
const maxTaken = 9

// knowledge gathers what there is to read: flows step by step, phrases by what they are about, what each tier advises.
func (m maker) knowledge() KnowledgePanel {
	s := m.s.Knowledge
	p := KnowledgePanel{Field: Field{Value: s.Text, Prompt: m.say(words.KnowledgePrompt)}}
	var found []Article
	for _, a := range m.articles() {
		if m.finds(&a, s.Text) {
			found = append(found, a)
		}
	}
	if len(found) == 0 {
		p.Note = m.w.Fill(words.KnowledgeNothing, "text", s.Text)
		return p
	}
	p.Note = m.w.Fill(words.KnowledgeFound, "n", m.w.Number(len(found)))
	open := found[0]
	for _, a := range found {
		if a.ID == s.Article {
			open = a
		}
	}
	for _, a := range found {
		p.Rows = append(p.Rows, ArticleRow{
			ID: a.ID, Title: a.Title, Kind: a.Kind, Shape: articleShape(a.ID), On: a.ID == open.ID, Do: desk.ArticleChosen{ID: a.ID},
		})
	}
	p.Article = m.taken(open)
	return p
}

func articleShape(id string) Shape {
	switch kind, _, _ := strings.Cut(id, ":"); kind {
	case "flow":
		return ShapeKnowledge
	case "play":
		return ShapePerson
	}
	return ShapeWrap
}

// articles are all there are, in their order.
func (m maker) articles() []Article {
	var list []Article
	for _, f := range m.s.Flows {
		list = append(list, m.flowArticle(f))
	}
	list = append(list, m.phraseArticles()...)
	for _, t := range []desk.Tier{desk.TierPotential, desk.TierNew, desk.TierEstablished, desk.TierLoyal, desk.TierSleeping} {
		list = append(list, Article{
			ID: "play:" + string(t), Title: coded(m.w, "tier.", string(t), words.TierPotential), Kind: m.say(words.PlayTitle),
			Lines: []ArticleLine{{Text: []string{coded(m.w, "play.", string(t), words.PlayPotential)}}},
		})
	}
	return list
}

func (m maker) flowArticle(f *flow.Flow) Article {
	a := Article{ID: "flow:" + f.ID(), Title: f.Title(m.w.Lang()), Kind: m.say(words.KnowledgeFlow), Practice: m.practiceButtons(f)}
	n := 0
	for _, s := range f.Outline(m.w.Lang()) {
		l := ArticleLine{Head: s.Name, Text: s.Say, Hint: s.Hint}
		if s.End {
			l.Head = m.w.Fill(words.KnowledgeEnd, "name", s.Name)
			if s.Outcome != "" {
				l.Asks = append(l.Asks, coded(m.w, "outcome.", s.Outcome, words.OutcomeResolved))
			}
		} else {
			n++
			l.Head = strconv.Itoa(n) + "  " + s.Name
		}
		for _, q := range s.Ask {
			options := make([]string, len(q.Options))
			for i, o := range q.Options {
				options[i] = o.Label
			}
			l.Asks = append(l.Asks, join("  ", q.Label, strings.Join(options, " / ")))
		}
		a.Lines = append(a.Lines, l)
	}
	return a
}

// phraseArticles are the phrase books: the user's own first, the team's by their headings.
func (m maker) phraseArticles() []Article {
	var list []Article
	add := func(id, title, kind string, p desk.Phrase) {
		if len(list) == 0 || list[len(list)-1].ID != id {
			list = append(list, Article{ID: id, Title: title, Kind: kind})
		}
		last := &list[len(list)-1]
		last.Lines = append(last.Lines, ArticleLine{Head: p.Short, Text: []string{p.Text}, Take: Button{Do: desk.PhraseTaken{Text: p.Text}}})
	}
	for _, p := range m.s.Settings.Phrases {
		add("own:", m.say(words.KnowledgeOwn), m.say(words.KnowledgePhrases), p)
	}
	for _, p := range m.s.Books[m.s.Language] {
		title := p.About
		if title == "" {
			title = m.say(words.KnowledgePhrases)
		}
		add("phrases:"+p.About, title, m.say(words.KnowledgePhrases), p)
	}
	return list
}

// finds reports whether what is sought stands in an article, and marks the lines where it does. Of phrases only those
// lines are left.
func (m maker) finds(a *Article, text string) bool {
	if strings.TrimSpace(text) == "" {
		return true
	}
	_, _, titled := pinyin.Find(text, a.Title)
	var lines []ArticleLine
	for i, l := range a.Lines {
		for _, part := range append(append(append([]string{l.Head}, l.Text...), l.Hint...), l.Asks...) {
			if _, _, ok := pinyin.Find(text, part); ok {
				a.Lines[i].Found = true
			}
		}
		if a.Lines[i].Found {
			lines = append(lines, a.Lines[i])
		}
	}
	if len(lines) > 0 && lines[0].Take.Do != nil {
		a.Lines = lines
	}
	return titled || len(lines) > 0
}

// taken gives the lines that can be written into the note their digits.
func (m maker) taken(a Article) Article {
	d, writing := m.active()
	n := 0
	for i := range a.Lines {
		t := &a.Lines[i].Take
		if t.Do == nil {
			continue
		}
		if n++; n <= maxTaken {
			t.Key = strconv.Itoa(n)
		}
		t.Enabled = writing
		if p, ok := t.Do.(desk.PhraseTaken); ok {
			p.Draft = d.ID
			t.Do = p
		}
	}
	switch {
	case n == 0:
	case writing:
		a.Lead = m.say(words.KnowledgeTake)
	default:
		a.Lead = m.say(words.KnowledgeNoNote)
	}
	return a
}
