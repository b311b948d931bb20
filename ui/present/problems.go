package present

import (
	"strings"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// coded words a code: the key prefix+code where the catalogue has one, else the fallback.
func coded(w *words.Catalogue, prefix, code string, fallback words.Key, pairs ...string) string {
	if k := words.Key(prefix + code); code != "" && w.Has(k) {
		return w.Fill(k, pairs...)
	}
	return w.Fill(fallback, append(pairs, "code", code)...)
}

// NoticeText words a notice.
func NoticeText(w *words.Catalogue, n desk.Notice) string {
	switch code, found := strings.CutPrefix(n.Code, "not_saved_"); {
	case found:
		return ProblemText(w, code)
	case strings.HasPrefix(n.Code, "audio_"):
		return SoundText(w, strings.TrimPrefix(n.Code, "audio_"))
	}
	if n.Code == "missed_call" {
		return missedText(w, n)
	}
	pairs := make([]string, 0, 2*len(n.Args))
	for k, v := range n.Args {
		pairs = append(pairs, k, v)
	}
	return coded(w, "notice.", n.Code, words.NoticeOther, pairs...)
}

// missedText words a call that nobody took: who, for which queue, when.
func missedText(w *words.Catalogue, n desk.Notice) string {
	who := shown(n.Args["number"])
	if who == "" {
		who = w.Say(words.CallAnonymous)
	}
	text := w.Fill(words.NoticeMissedCall, "number", who, "queue", n.Args["queue"], "time", w.Clock(n.At.Time()))
	return strings.Join(strings.Fields(text), " ") // a call without a queue leaves two blanks
}

// ProblemText words why a draft or record is not on disk: disk_full, read_only, held, invalid, store.
func ProblemText(w *words.Catalogue, code string) string {
	return coded(w, "unsaved.", code, words.NotKeptStore)
}

// SoundText words a problem of the sound devices: none_found, stalled, lost.
func SoundText(w *words.Catalogue, code string) string {
	return coded(w, "sound.", code, words.SoundNoneFound)
}

// RegistrationText words a phone account that is not registered, and what to do; empty for one that
// is, or is on its way.
func RegistrationText(w *words.Catalogue, r desk.Registration) string {
	if r.State != desk.RegFailed {
		return ""
	}
	return coded(w, "reg.", r.Reason, words.RegOther, "account", account(r.AOR))
}

// account is the part of an address of record that people know: 101 of sip:101@pbx.
func account(aor string) string {
	_, rest, found := strings.Cut(aor, ":")
	if !found {
		rest = aor
	}
	user, _, _ := strings.Cut(rest, "@")
	return user
}

// EndReasonText words why a call ended: busy, no_answer, cancelled, …
func EndReasonText(w *words.Catalogue, reason string) string {
	return coded(w, "end.", reason, words.CallEnded)
}

// AnswerText words why a flow could not take an answer.
func AnswerText(w *words.Catalogue, code string) string {
	return coded(w, "bad.", code, words.BadRequired)
}

// LinkText words a link to central that is down: what happened, what is safe, what to do. Empty for
// one that is up, on its way, or not there.
func LinkText(w *words.Catalogue, l desk.Link) string {
	if l.State != desk.CentralUnreachable && l.State != desk.CentralRefused {
		return ""
	}
	fallback := words.WhyUnreachable
	if l.State == desk.CentralRefused {
		fallback = words.WhyWrongPassword
	}
	why := coded(w, "why.", l.Reason, fallback)
	if l.State == desk.CentralUnreachable && l.Reason == "refused" {
		why = w.Say(words.WhyUnreachable)
	}
	if l.Outbox.Pending == 0 {
		return w.Fill(words.LinkOfflineSafe, "why", why)
	}
	return w.Fill(words.LinkOfflineWaiting, "why", why, "n", w.Number(l.Outbox.Pending))
}

// RefusalText words why central sent work back.
func RefusalText(w *words.Catalogue, code string) string {
	return coded(w, "refused.", code, words.RefusedInvalid)
}

// JoinText words why the first-run screen or the lock could not go on.
func JoinText(w *words.Catalogue, code string) string {
	if code == "" {
		return ""
	}
	return coded(w, "join.", code, words.JoinOther)
}

// StateText names an agent's state, with the reason where not ready.
func StateText(w *words.Catalogue, s desk.AgentStatus, reason desk.NotReadyReason) string {
	if s == desk.AgentNotReady && reason != "" {
		return coded(w, "away.", string(reason), words.AgentNotReady)
	}
	return coded(w, "agent.", string(s), words.AgentOffline)
}
