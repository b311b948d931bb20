package present

import (
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// PasswordForm is where a new password for central is typed. It is shown only once somebody asks for it, by Open or
// its key; everything else goes on meanwhile.
type PasswordForm struct {
	Open    Button // without text while there is nothing to type
	Lead    string
	Field   Field
	Send    Button
	Close   Button
	Problem string
	Taken   int // one more than before: the form has done its work
}

// password makes the form. It is offered where central refuses the password the desk has: no other trouble with
// central is mended by typing.
func (m maker) password() PasswordForm {
	in := m.s.SignIn
	if !in.Offered || m.s.Wiping {
		return PasswordForm{}
	}
	f := PasswordForm{
		Lead:    m.w.Fill(words.SignInLead, "user", m.s.Session.User),
		Field:   Field{Prompt: m.say(words.RunPassword)},
		Send:    Button{Text: m.say(words.DoSignIn), Key: "Enter", Kind: KindPrimary, Enabled: !in.Busy},
		Close:   Button{Text: m.say(words.DoClose), Key: "Esc", Enabled: true},
		Problem: JoinText(m.w, in.Problem), Taken: in.Taken,
	}
	if in.Busy {
		f.Send.Text = m.say(words.RunBusy)
	}
	if l := m.s.Link; l.State == desk.CentralRefused && l.Reason == "wrong_password" {
		f.Open = Button{Text: m.say(words.DoSignInAgain), Key: m.chord(ActPassword), Enabled: true}
	}
	return f
}
