package present_test

import (
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
)

func ownDay(change func(*desk.State)) present.Screen {
	s := gallery.State("day", desk.ZhHans)
	if change != nil {
		change(&s)
	}
	return present.Of(s, catalogue(desk.ZhHans), gallery.Now())
}

func TestTheOwnDayAddsUp(t *testing.T) {
	s := ownDay(nil)
	if !s.Day.Shown || len(s.Day.Figures) != 4 {
		t.Fatalf("the day is %+v", s.Day)
	}
	full, hollow := 0, 0
	for _, c := range s.Day.Chart.Columns {
		full, hollow = full+c.Full, hollow+c.Hollow
	}
	calls, missed, promises := s.Day.Figures[0], s.Day.Figures[2], s.Day.Figures[3]
	if calls.Value != "15" || full != 15 {
		t.Errorf("calls %+v, the chart shows %d", calls, full)
	}
	if missed.Value != "4" || hollow != 4 || missed.Note != "已回拨 1" {
		t.Errorf("missed %+v, the chart shows %d", missed, hollow)
	}
	if promises.Value != "3/4" || promises.Note != "还有 1 个待回电" {
		t.Errorf("promises %+v", promises)
	}
}

func TestAMissedCallIsCalledBackFromTheListAndThenSaysSo(t *testing.T) {
	s := ownDay(nil)
	first := s.Customer.Recent[0]
	want := desk.DialPressed{To: "02087654321"}
	if first.Chip.Tone != present.Danger || first.Chip.Shape != present.ShapeMissed || first.Back.Do != want {
		t.Errorf("the newest missed call is shown as %+v", first)
	}
	if a, ok := s.Action("call.back"); !ok || !a.Enabled || a.Do != want {
		t.Errorf("the action is %+v", a)
	}
	back := ownDay(func(s *desk.State) {
		r := desk.CallRecord{ID: "x", Direction: desk.Outbound, Number: "02087654321", E164: "+8602087654321", How: desk.EndTalked, Started: gallery.Now() - 1000, Answered: gallery.Now() - 900, Ended: gallery.Now()}
		s.Day.Calls = append([]desk.CallRecord{r}, s.Day.Calls...)
	})
	if row := back.Customer.Recent[1]; row.Note != "已回拨" || row.Chip.Tone != present.Muted {
		t.Errorf("called back it is shown as %+v", row)
	}
	if a, _ := back.Action("call.back"); a.Do == want {
		t.Error("it is offered again")
	}
}

func TestTheDayOfYesterdayIsNotToday(t *testing.T) {
	s := ownDay(func(s *desk.State) { s.Day.From += 24 * 60 * 60 * 1000 })
	if s.Day.Figures[0].Value != "0" || len(s.Customer.Recent) == 0 {
		t.Errorf("a new day begins with %+v", s.Day.Figures[0])
	}
}

func TestACallWithoutANumberCannotBeCalledBack(t *testing.T) {
	s := ownDay(func(s *desk.State) {
		s.Day.Calls = []desk.CallRecord{{ID: "a", Direction: desk.Inbound, Number: "anonymous", How: desk.EndMissed, Started: gallery.Now(), Ended: gallery.Now()}}
	})
	if r := s.Customer.Recent[0]; r.Back.Shown() || r.Who == "" {
		t.Errorf("shown as %+v", r)
	}
}

func TestTheDayGoesWhenANoteIsOpen(t *testing.T) {
	talking := gallery.State("talking", desk.ZhHans)
	talking.Day = gallery.State("day", desk.ZhHans).Day
	s := present.Of(talking, catalogue(desk.ZhHans), gallery.Now())
	if s.Day.Shown || len(s.Customer.Recent) != 0 {
		t.Error("the day stands over a talk")
	}
}
