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
		ID: "job", Shape: ShapeSync, Tone: Accent, Text: m.w.Fill(words.JobExport, "n", m.w.Number(j.Done)),
		Look: Button{Text: m.say(words.DoCancel), Enabled: !j.Stopping, Do: desk.JobStopped{}},
	}
	if j.Stopping {
		line.Text = m.say(words.JobStopping)
	}
	return []Message{line}
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
