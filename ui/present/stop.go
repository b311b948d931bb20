package present

import "github.com/callbench/callbench/ui/words"

// StopState is why there is no desk to work at. Code: no_key, wrong_key, no_sealed, keyring, newer, other_user,
// disk_full, store, wiped; an unknown one is worded as store. File is what the maintainer has to know, Lost how
// many changes went with a wiped desk.
type StopState struct {
	Code string
	File string
	Lost int
	Busy bool
}

// StopScreen says in words why there is no desk: what happened, what is safe, what to do now.
type StopScreen struct {
	Lang                            string
	Title, Happened, Safe, Do, File string
	Again                           Button // try again, or join again
	Quit                            Button
}

// Stop makes the screen.
func Stop(s StopState, w *words.Catalogue) StopScreen {
	code := s.Code
	if !w.Has(words.Key("stop." + code + ".title")) {
		code = "store"
	}
	say := func(part string) string {
		return w.Fill(words.Key("stop."+code+"."+part), "n", w.Number(s.Lost))
	}
	out := StopScreen{
		Lang: w.Lang(), Title: say("title"), Happened: say("happened"), Safe: say("safe"), Do: say("do"), File: s.File,
		Again: Button{Text: w.Say(words.DoRetry), Key: "Enter", Kind: KindPrimary, Enabled: !s.Busy},
		Quit:  Button{Text: w.Say(words.DoQuit), Key: "Esc", Enabled: true},
	}
	if code == "wiped" {
		out.Again.Text = w.Say(words.DoRejoin)
	}
	return out
}
