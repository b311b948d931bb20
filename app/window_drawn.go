//go:build !nowindow

package app

import (
	"log/slog"
	"time"

	"github.com/callbench/callbench/ui/present"
)

// drawnScreen is window.drawn: what the window shows now. Step is the flow's, Early that its answers are
// not taken yet, Mini that the call stands in the mini bar.
type drawnScreen struct {
	View  string `json:"view"`
	Title string `json:"title"`
	Step  string `json:"step,omitempty"`
	Early bool   `json:"early,omitempty"`
	Mini  bool   `json:"mini,omitempty"`
}

// tellAll tells every client of something that no turn of the loop brought about.
func (p *port) tellAll(n notification) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.clients {
		c.notify(n.method, n.params)
	}
}

// shown tells the clients of the socket what the agent has in front of them now, when that is another
// view, call state or step. On Fyne's goroutine.
func (s *windowSession) shown(screen present.Screen) {
	if s.drawn == (drawnScreen{}) {
		s.p.log.Info("first frame", slog.Duration("after", time.Since(s.p.started)))
	}
	s.restyled(screen.Style)
	s.mini.follow(screen.Mini)
	s.tray.follow(screen.Tray, s.desk)
	now := drawnScreen{View: screen.View, Title: screen.Title, Mini: screen.Mini.Shown()}
	if screen.Flow.Kind == present.FlowStep {
		now.Step, now.Early = screen.Flow.Step, screen.Flow.Early
	}
	if now != s.drawn {
		s.drawn = now
		s.desk.port.tellAll(notification{"window.drawn", now})
	}
}
