package desk_test

import (
	"slices"
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestAFirstSyncIsPausedAndGoesOnAsTheLinkTells(t *testing.T) {
	s := desk.State{Link: desk.Link{State: desk.CentralOnline}}
	does := func(e desk.Event, want ...desk.Command) {
		t.Helper()
		var got []desk.Command
		if s, got = desk.Update(s, desk.Stamp{At: 5000}, e); !slices.Equal(got, want) {
			t.Errorf("%+v does %v, want %v", e, got, want)
		}
	}
	does(desk.FetchPaused{On: true}) // there is nothing to pause
	does(desk.Fetching{Rows: 900})
	if s.Link.FetchSince != 5000 {
		t.Errorf("it began at %d", s.Link.FetchSince)
	}
	does(desk.FetchPaused{On: true}, desk.PauseFetch{On: true})
	if s.Link.Paused {
		t.Error("it is paused before the link says so")
	}
	does(desk.Fetching{Rows: 1200, Paused: true})
	does(desk.FetchPaused{On: true}) // it is
	does(desk.SyncPressed{}, desk.PauseFetch{}, desk.SyncNow{})
	does(desk.FetchPaused{}, desk.PauseFetch{})
	does(desk.Synced{Rows: 1300})
	if s.Link.Paused || s.Link.Fetching != 0 {
		t.Errorf("after the last page: %+v", s.Link)
	}
}
