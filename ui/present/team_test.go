package present_test

import (
	"slices"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
)

func teamOf(change func(*desk.State)) present.TeamPanel {
	s := gallery.State("team", desk.ZhHans)
	if change != nil {
		change(&s)
	}
	return present.Of(s, catalogue(desk.ZhHans), gallery.Now()).Team
}

func TestColleaguesStayWhereTheyAreWhateverTheirStates(t *testing.T) {
	names := func(p present.TeamPanel) (list []string) {
		for _, m := range p.Members {
			list = append(list, m.Name)
		}
		return list
	}
	before := names(teamOf(nil))
	after := names(teamOf(func(s *desk.State) {
		s.Board.Agents = slices.Clone(s.Board.Agents)
		for i := range s.Board.Agents {
			s.Board.Agents[i].State = desk.AgentOffline
		}
	}))
	if len(before) < 4 || !slices.Equal(before, after) {
		t.Errorf("%v became %v", before, after)
	}
}

func TestAColleagueIsDialledByTheExtensionAndNobodyDialsOneself(t *testing.T) {
	for _, m := range teamOf(nil).Members {
		me := m.User == "lin"
		if dial, ok := m.Dial.Do.(desk.DialPressed); me == ok || ok && dial.To == "" || m.Chip.Text == "" {
			t.Errorf("%+v", m)
		}
	}
}

func TestTheTeamSaysWhenItIsStaleOrUnknown(t *testing.T) {
	stale := teamOf(func(s *desk.State) { s.Board.Stale, s.Board.AsOf = true, gallery.Now()-12_000 })
	if stale.Live.Shape != present.ShapeStale || stale.Members[0].Chip.Tone != present.Muted {
		t.Errorf("stale: %+v, %+v", stale.Live, stale.Members[0])
	}
	if p := teamOf(func(s *desk.State) { s.BoardKnown = false }); p.Empty == "" || len(p.Members) != 0 {
		t.Errorf("unknown: %+v", p)
	}
	alone := teamOf(func(s *desk.State) { s.BoardKnown, s.Link.State = false, desk.CentralNone })
	if alone.Empty == "" || alone.Live.Text != "" {
		t.Errorf("without central: %+v", alone)
	}
}

func TestTheLoadChartCountsFromItsFirstMinute(t *testing.T) {
	s := present.Of(gallery.State("board", desk.ZhHans), catalogue(desk.ZhHans), gallery.Now())
	c := s.Board.Load
	known, late, most := 0, 0, 0
	for _, col := range c.Columns {
		if !col.None {
			known++
		}
		if col.Late == present.Danger {
			late++
		}
		most = max(most, col.Full)
	}
	if len(c.Columns) != 120 || known == 0 || known == 120 || late == 0 || c.Top != most || c.Note == "" || len(c.Ticks) < 3 {
		t.Errorf("%d columns, %d known, %d late, top %d of %d, %q, %d ticks", len(c.Columns), known, late, c.Top, most, c.Note, len(c.Ticks))
	}
}
