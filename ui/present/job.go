package present

import (
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// job tells of work under way that can be stopped, once it takes longer than an eye waits.
func (m maker) job() []Message {
	j := m.s.Job
	if j == nil || m.now.Sub(j.Since) < progressAfter {
		return nil
	}
	line := Message{
		ID: "job", Shape: ShapeSync, Tone: Accent, Text: m.w.Fill(words.Key("job."+string(j.Kind)), "n", m.w.Number(j.Done)),
		Look: Button{Text: m.say(words.DoCancel), Enabled: !j.Stopping, Do: desk.JobStopped{}},
	}
	if j.Stopping {
		line.Text = m.say(words.JobStopping)
	}
	return []Message{line}
}

// fetching tells of a first sync under way, and lets it be paused: central keeps its place.
func (m maker) fetching() []Message {
	l := m.s.Link
	if !m.fetches() || m.now.Sub(l.FetchSince) < progressAfter {
		return nil
	}
	line := Message{
		ID: "fetch", Shape: ShapeSync, Tone: Accent, Text: m.w.Fill(words.FetchUnderWay, "n", m.w.Number(l.Fetching)),
		Look: Button{Text: m.say(words.DoPause), Enabled: true, Do: desk.FetchPaused{On: true}},
	}
	if l.Paused {
		line.Text = m.w.Fill(words.FetchPaused, "n", m.w.Number(l.Fetching))
		line.Tone, line.Look.Text, line.Look.Do = Warn, m.say(words.DoGoOn), desk.FetchPaused{}
	}
	return []Message{line}
}

// fetches reports whether a first sync is under way or paused. One that cannot reach central is told of as that.
func (m maker) fetches() bool {
	l := m.s.Link
	return l.Fetching > 0 && (l.Paused || l.State == desk.CentralOnline || l.State == desk.CentralConnecting)
}

// doFetch pauses a first sync, or lets it go on.
func doFetch(m maker, _ *Screen, a *Action) {
	if m.fetches() {
		a.can(desk.FetchPaused{On: !m.s.Link.Paused})
	}
}

// doExport exports the customers: for those who lead.
func doExport(m maker, _ *Screen, a *Action) {
	if !m.leads() {
		a.absent = true
		return
	}
	if m.s.MayStart(desk.JobExport) {
		a.can(desk.JobPressed{Kind: desk.JobExport})
	}
}
