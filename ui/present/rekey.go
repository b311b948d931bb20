package present

import (
	"cmp"
	"slices"
	"strings"
)

// rekey writes the chords that this user has chosen into the sentences that name a key. What has no chord any more
// is found through the search, which is named instead.
func (m maker) rekey(s *Screen) {
	if len(m.s.Settings.Keys) == 0 {
		return
	}
	type pair struct{ was, now string }
	var list []pair
	for _, r := range m.rows {
		if r.chord == "" || r.fixed {
			continue
		}
		now := m.chord(r.id)
		if now == "" {
			now = cmp.Or(m.chord(ActSearch), r.chord)
		}
		list = append(list, pair{Printed(r.chord), Printed(now)})
	}
	slices.SortStableFunc(list, func(a, b pair) int { return cmp.Compare(len(b.was), len(a.was)) }) // F10 before F1
	flat := make([]string, 0, 2*len(list))
	for _, p := range list {
		flat = append(flat, p.was, p.now)
	}
	said := strings.NewReplacer(flat...) // at once: two chords that were exchanged stay two
	for _, text := range []*string{&s.Status.Hints, &s.Status.InNote, &s.Customer.How, &s.Customer.More, &s.Hint.Text, &s.Flow.How} {
		*text = said.Replace(*text)
	}
}
