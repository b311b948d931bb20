package present

import (
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// table is the view in which customers are imported: the tables that there are, what each column of one is taken for,
// and what an import would do, before anything is written.
func (m maker) table() ListPanel {
	t := m.s.Table
	p := ListPanel{
		Title: m.say(words.CustomersImport), Search: Field{Value: t.Path, Prompt: m.say(words.TablePrompt)},
		Head: []string{m.say(words.TableColumn), m.say(words.TableField), m.say(words.TableCells)}, Shares: []float32{0.26, 0.24, 0.5},
		Nobody: m.say(words.TableSafe), Progress: m.tableProgress(), Note: m.tableNote(),
	}
	if len(t.Files) > 0 {
		files := NavGroup{Title: m.say(words.TableFiles)}
		for _, f := range t.Files {
			files.Items = append(files.Items, Pick{ID: f.Path, Text: shortened(f.Name), Chosen: f.Path == t.Path, Do: desk.TableNamed{Path: f.Path}})
		}
		p.Nav = []NavGroup{files}
	}
	if !t.Read {
		p.Empty = Empty{Shape: ShapeCustomers, Title: m.say(words.TableNone), How: m.say(words.TableNoneHow)}
		return p
	}
	var ways []Pick
	for _, d := range desk.AllDuplicates() {
		ways = append(ways, Pick{ID: string(d), Text: m.say(words.Key("table.duplicates_" + string(d))), Chosen: d == t.Duplicates, Do: desk.DuplicatesChosen{Duplicates: d}})
	}
	p.Filters = [][]Pick{ways}
	for i, c := range t.Preview.Columns {
		p.Rows = append(p.Rows, ListLine{
			ID: c.Heading, Cells: []string{c.Heading, m.field(c.Field), strings.Join(c.Cells, dot)}, On: i == t.Column, Do: desk.ColumnPicked{Column: i},
		})
	}
	p.Actions = []Button{m.importButton()}
	if t.Column < len(t.Preview.Columns) {
		p.Choices = m.fieldPicks(t.Preview.Columns[t.Column])
	}
	back := t.Preview.Back
	if len(back) > 0 {
		p.Nobody = m.say(words.TableBack) + "\n" + strings.Join(back, "\n")
	}
	return p
}

// shortened is a file's name in the room of a list of them: its beginning, and what kind of file it is.
func shortened(name string) string {
	const room = 24 // letters; a Chinese sign takes that of two
	width := func(r rune) int {
		if r > 0x2E80 {
			return 2
		}
		return 1
	}
	whole, cut := 0, 0
	for i, r := range name {
		if whole += width(r); whole <= room-7 {
			cut = i + utf8.RuneLen(r)
		}
	}
	if whole <= room {
		return name
	}
	return name[:cut] + "…" + path.Ext(name)
}

func (m maker) importButton() Button {
	b := Button{Text: m.say(words.TableDo), Kind: KindPrimary}
	if m.s.MayStart(desk.JobImport) {
		b.Enabled, b.Do = true, desk.JobPressed{Kind: desk.JobImport}
	}
	return b
}

// tableFields are what a column may hold, in the order in which they are offered: those of package desk/intake.
func tableFields() []string {
	return []string{"name", "phone", "company", "number", "title", "sex", "email", "address", "industry", "source", "status", "level", "created"}
}

// attributes begins the name of a free attribute, ignored is a column that is left out.
const attributes, ignored = "attr:", "-"

// field is what a column is taken for, as people call it.
func (m maker) field(f string) string {
	if name, ok := strings.CutPrefix(f, attributes); ok {
		return m.w.Fill(words.TableAttribute, "name", name)
	}
	if f == ignored {
		return m.say(words.TableIgnored)
	}
	return m.say(words.Key("table.field_" + f))
}

func (m maker) fieldPicks(c desk.TableColumn) []Pick {
	fields := append(slices.Clone(tableFields()), attributes+c.Heading, ignored)
	if strings.HasPrefix(c.Field, attributes) {
		fields[len(fields)-2] = c.Field
	}
	var list []Pick
	for _, f := range fields {
		list = append(list, Pick{ID: f, Text: m.field(f), Chosen: f == c.Field, Do: desk.ColumnTaken{Field: f}})
	}
	return list
}

func (m maker) tableProgress() Progress {
	t := m.s.Table
	if j := m.s.Job; j != nil && j.Kind == desk.JobImport && m.now.Sub(j.Since) >= progressAfter {
		line := m.job()[0]
		p := Progress{Text: line.Text, Share: -1, Cancel: line.Look}
		if j.Total > 0 {
			p.Share = float64(j.Done) / float64(j.Total)
		}
		return p
	}
	if t.Busy && m.now.Sub(t.Asked) >= progressAfter {
		return Progress{Text: m.say(words.TableReading), Share: -1, Cancel: Button{Text: m.say(words.DoCancel), Enabled: true, Do: desk.TableReadStopped{}}}
	}
	return Progress{}
}

// tableNote says why a table cannot be imported, else what an import would do.
func (m maker) tableNote() Message {
	t, v := m.s.Table, m.s.Table.Preview
	switch {
	case t.Problem != "":
		return Message{ID: "table", Shape: ShapeWarn, Tone: Danger, Text: coded(m.w, "table.problem_", t.Problem, words.TableUnreadable)}
	case !t.Read:
		return Message{}
	case !v.Named:
		return Message{ID: "table", Shape: ShapeWarn, Tone: Warn, Text: m.say(words.TableNoName)}
	}
	line := words.TableWould
	if !v.Whole {
		line = words.TableWouldFirst
	}
	text := m.w.Fill(line, "n", m.w.Number(v.Rows), "in", m.w.Number(v.In), "back", m.w.Number(v.Bad))
	for _, more := range []struct {
		n    int
		line words.Key
	}{{v.Merged, words.TableMerged}, {v.Skipped, words.TableSkipped}, {v.Known, words.TableKnown}} {
		if more.n > 0 {
			text = join(dot, text, m.w.Fill(more.line, "n", m.w.Number(more.n)))
		}
	}
	tone := Plain
	if v.Guessed {
		text, tone = join(dot, text, m.w.Fill(words.TableGuessed, "encoding", v.Encoding)), Warn
	}
	return Message{ID: "table", Shape: ShapeInfo, Tone: tone, Text: text}
}

// doImport imports the table that is looked at.
func doImport(m maker, s *Screen, a *Action) {
	if !m.leads() {
		a.absent = true
		return
	}
	if s.View == "import" {
		a.button(m.importButton())
	}
}
