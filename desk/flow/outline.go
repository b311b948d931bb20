package flow

import "strings"

// Station is a step or an end of a flow as somebody reads it who is not in a call: what may be said, what to heed, what
// is asked. What depends on a condition is there too, since any of it may come.
type Station struct {
	ID, Name string
	Say      []string
	Hint     []string
	Ask      []Ask
	End      bool
	Outcome  string // of an end
}

// Outline gives the stations of a flow in lang, in the order of the file: the steps, then the ends. What is only known
// in a call is left out, or "…" where an answer would stand.
func (f *Flow) Outline(lang string) []Station {
	var list []Station
	for _, s := range f.steps {
		one := Station{ID: s.id, Name: f.plain(s.name, lang), Say: f.read(s.says, lang), Hint: f.read(s.hints, lang)}
		for _, a := range s.asks {
			one.Ask = append(one.Ask, f.shownAsk(a, "", lang))
		}
		list = append(list, one)
	}
	for _, e := range f.ends {
		list = append(list, Station{
			ID: e.id, Name: f.plain(e.name, lang), Say: f.read(e.says, lang), Hint: f.read(e.hints, lang), End: true, Outcome: e.outcome,
		})
	}
	return list
}

// read gives texts with nothing known; each once.
func (f *Flow) read(list []guarded, lang string) []string {
	var out []string
	seen := map[string]bool{}
	for _, g := range list {
		for _, p := range g.words.in(lang, f.langs) {
			text, _ := render(p.parts, func(name string) string {
				if strings.Contains(name, ".") { // a fact of the call; it has a stand-in, or is left out
					return ""
				}
				return "…"
			})
			if text = strings.TrimSpace(text); text != "" && !seen[text] {
				seen[text] = true
				out = append(out, text)
			}
		}
	}
	return out
}
