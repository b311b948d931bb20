package softphone

import (
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// sessionTimer is RFC 4028 in one call. We never ask for it by ourselves, we take what the other side
// wants: Asterisk offers 180 s with 90 s at least.
type sessionTimer struct {
	interval time.Duration // 0: none
	ours     bool          // we refresh
	update   bool          // the other side takes UPDATE
	cancel   func()
}

func (t *sessionTimer) stop() {
	if t.cancel != nil {
		t.cancel()
		t.cancel = nil
	}
}

// start begins the interval anew: half of it until our refresh, or all but a last third (32 s at most) until
// the other side is taken for gone (section 10).
func (t *sessionTimer) start(c *call) {
	t.stop()
	switch {
	case t.interval == 0:
	case t.ours:
		t.cancel = c.box.After(t.interval/2, func() { c.step(refresh{}) })
	default:
		t.cancel = c.box.After(t.interval-min(32*time.Second, t.interval/3), func() { c.step(vanished{}) })
	}
}

// answer takes the timer of an INVITE or UPDATE and says so in our 2xx (section 9). Who asked refreshes
// unless it says otherwise.
func (t *sessionTimer) answer(req *sip.Request, res *sip.Response) {
	t.allowed(req)
	interval, refresher := sessionExpires(req)
	if interval == 0 {
		return
	}
	t.interval, t.ours = interval, refresher == "uas"
	if refresher == "" {
		refresher = "uac"
	}
	res.AppendHeader(sip.NewHeader("Session-Expires", expiresValue(interval, refresher)))
	if refresher == "uac" {
		res.AppendHeader(sip.NewHeader("Require", "timer"))
	}
}

// ask puts a running timer into a re-INVITE or UPDATE of ours; the roles stay as they are.
func (t *sessionTimer) ask(req *sip.Request) {
	if t.interval == 0 {
		return
	}
	refresher := "uas"
	if t.ours {
		refresher = "uac"
	}
	req.AppendHeader(sip.NewHeader("Session-Expires", expiresValue(t.interval, refresher)))
}

// agreed takes the timer of a 2xx to a request of ours (section 7.2).
func (t *sessionTimer) agreed(res *sip.Response) {
	t.allowed(res)
	interval, refresher := sessionExpires(res)
	t.interval, t.ours = interval, refresher != "uas"
}

func (t *sessionTimer) allowed(m interface{ GetHeaders(string) []sip.Header }) {
	for _, h := range m.GetHeaders("Allow") {
		t.update = t.update || strings.Contains(strings.ToUpper(h.Value()), "UPDATE")
	}
}

func expiresValue(d time.Duration, refresher string) string {
	return strconv.Itoa(int(d/time.Second)) + ";refresher=" + refresher
}

// sessionExpires reads the header, also in its short form. Intervals below the least allowed (section 4)
// are taken as that.
func sessionExpires(m interface{ GetHeader(string) sip.Header }) (time.Duration, string) {
	h := m.GetHeader("session-expires")
	if h == nil {
		h = m.GetHeader("x")
	}
	d := seconds(h)
	if d == 0 {
		return 0, ""
	}
	_, params, _ := strings.Cut(h.Value(), ";")
	refresher := ""
	for p := range strings.SplitSeq(params, ";") {
		if k, v, _ := strings.Cut(strings.TrimSpace(p), "="); strings.EqualFold(k, "refresher") {
			refresher = strings.ToLower(strings.TrimSpace(v))
		}
	}
	return max(d, 90*time.Second), refresher
}
