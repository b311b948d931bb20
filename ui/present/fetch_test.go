package present_test

import (
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
)

func TestAFirstSyncTellsHowFarItIsAndCanBePaused(t *testing.T) {
	s := gallery.State("idle", desk.ZhHans)
	s.Notices = nil
	s.Link.Fetching, s.Link.FetchSince = 12_345, gallery.Now()-200
	line := func() (found present.Message) {
		for _, m := range chinese(s).Messages {
			if m.ID == "fetch" {
				found = m
			}
		}
		return found
	}
	if m := line(); m.Text != "" {
		t.Errorf("after 200 ms it says %q", m.Text)
	}
	s.Link.FetchSince = gallery.Now() - 400
	if m := line(); m.Look.Do != (desk.FetchPaused{On: true}) || m.Look.Text != "暂停" {
		t.Errorf("under way it says %+v", m)
	}
	if a, ok := chinese(s).Action(present.ActFetch); !ok || a.Do != (desk.FetchPaused{On: true}) {
		t.Errorf("the keyboard has %+v", a)
	}
	s.Link.Paused = true
	if m := line(); m.Look.Do != (desk.FetchPaused{}) || m.Look.Text != "继续" || m.Tone != present.Warn {
		t.Errorf("paused it says %+v", m)
	}
	s.Link.Paused, s.Link.State = false, desk.CentralUnreachable
	if m := line(); m.Text != "" {
		t.Errorf("without central it says %q", m.Text)
	}
}
