package present

import (
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// FirstRunState is where the first-run screen stands. Problem is a code: bad_address, unreachable,
// timeout, dns, tls, bad_join_code, wrong_password, disabled, too_many_attempts, server_error, keyring,
// disk_full, passphrase_short, passphrase_differs, or one of a phone account as in RegistrationText, with
// Phone set.
type FirstRunState struct {
	Keyring bool // this computer has one: no passphrase is asked for
	Busy    bool
	Problem string
	Phone   desk.Registration // failed: why the phone could not be registered
	URL     string            // what the fields begin with
	User    string
	Reach   string // what stands at the address: looking, good, join, code, open, or why it cannot be reached; empty: nobody has looked
	From    string // another user is to sign in at a desk that has been joined; this one worked at it
}

// FirstRunScreen is the first-run screen in words.
type FirstRunScreen struct {
	Lang                                               string
	Title, Lead                                        string
	URL, JoinCode, User, Password                      Field
	PhoneTitle, ByHand                                 string
	PhoneNumber, PhoneServer, PhoneUser, PhonePassword Field
	Passphrase, Again                                  Field // no label: a keyring is there
	KeyringNote, AloneNote                             string
	Join                                               Button
	Problem                                            string
	Back                                               Button // to the user before; without text there is none
	Short, Differs                                     string // of the passphrases, told before joining
	Languages                                          []Pick
	Marks                                              []SetupMark // the four steps; this is the first
	Reach                                              Chip        // what stands at the address
}

// FirstRun makes the first-run screen.
func FirstRun(s FirstRunState, w *words.Catalogue) FirstRunScreen {
	out := FirstRunScreen{
		Lang: w.Lang(), Title: w.Say(words.RunTitle), Lead: w.Say(words.RunLead),
		URL:         Field{Label: w.Say(words.RunAddress), Prompt: w.Say(words.RunAddressPrompt), Value: s.URL},
		JoinCode:    Field{Label: w.Say(words.RunJoinCode), Prompt: w.Say(words.RunJoinPrompt)},
		User:        Field{Label: w.Say(words.RunUser), Value: s.User},
		Password:    Field{Label: w.Say(words.RunPassword)},
		PhoneTitle:  w.Say(words.RunPhoneFromCentral),
		ByHand:      w.Say(words.RunPhoneByHand),
		PhoneNumber: Field{Label: w.Say(words.RunPhoneNumber)},
		PhoneServer: Field{Label: w.Say(words.RunPhoneServer), Prompt: w.Say(words.RunPhoneServerPrompt)},
		PhoneUser:   Field{Label: w.Say(words.RunPhoneUser)}, PhonePassword: Field{Label: w.Say(words.RunPhonePassword)},
		KeyringNote: w.Say(words.RunKeyring), AloneNote: w.Say(words.RunWithoutCentral),
		Join:    Button{Text: w.Say(words.DoJoin), Key: "Enter", Kind: KindPrimary, Enabled: !s.Busy},
		Problem: JoinText(w, s.Problem),
		Short:   JoinText(w, "passphrase_short"), Differs: JoinText(w, "passphrase_differs"),
		Marks: marks(w, 1), Reach: reachChip(w, s.Reach),
	}
	if s.Phone.State == desk.RegFailed {
		out.Problem = RegistrationText(w, s.Phone)
	}
	if s.Busy {
		out.Join.Text = w.Say(words.RunBusy)
	}
	if !s.Keyring {
		out.Passphrase = Field{Label: w.Say(words.RunPassphrase)}
		out.Again = Field{Label: w.Say(words.RunPassphraseAgain)}
		out.KeyringNote = w.Say(words.RunNoKeyring)
	}
	if s.From != "" {
		out.Title, out.Lead = w.Say(words.SwitchTitle), w.Fill(words.SwitchLead, "user", s.From)
		out.URL, out.JoinCode, out.ByHand, out.AloneNote = Field{}, Field{}, "", ""
		out.Marks, out.Reach = nil, Chip{}
		out.Passphrase, out.Again, out.KeyringNote = Field{}, Field{}, ""
		out.Join.Text = w.Say(words.DoSignIn)
		if s.Busy {
			out.Join.Text = w.Say(words.RunBusy)
		}
		out.Back = Button{Text: w.Fill(words.SwitchBack, "user", s.From), Key: "Esc", Enabled: !s.Busy}
	}
	for _, l := range Languages() {
		out.Languages = append(out.Languages, Pick{
			ID: string(l.Tag), Text: l.Name, Chosen: string(l.Tag) == w.Lang(), Do: desk.LanguageChosen{Language: l.Tag},
		})
	}
	return out
}

// reachChip tells what stands at the address that was typed, before anybody signs in there.
func reachChip(w *words.Catalogue, reach string) Chip {
	switch reach {
	case "":
		return Chip{}
	case "looking":
		return Chip{Shape: ShapeSync, Tone: Muted, Text: w.Say(words.SetupReachLooking)}
	case "good":
		return Chip{Shape: ShapeOK, Tone: Good, Text: w.Say(words.SetupReachGood)}
	case "join":
		return Chip{Shape: ShapeOK, Tone: Good, Text: w.Say(words.SetupReachJoin)}
	case "open":
		return Chip{Shape: ShapeInfo, Tone: Warn, Text: w.Say(words.SetupReachOpen)}
	case "tls":
		return Chip{Shape: ShapeInfo, Tone: Warn, Text: w.Say(words.SetupReachCode)}
	}
	return Chip{Shape: ShapeWarn, Tone: Warn, Text: JoinText(w, reach)}
}

// LanguageName is an interface language as those who read it call it.
type LanguageName struct {
	Tag  desk.Language
	Name string
}

// Languages are the interface languages under their own names, which are the same in each.
func Languages() []LanguageName {
	return []LanguageName{{desk.ZhHans, "简体中文"}, {desk.ZhHant, "繁體中文"}, {desk.English, "English"}}
}

// UnlockScreen asks for the passphrase at start where there is no keyring.
type UnlockScreen struct {
	Lang, Title, Lead string
	Passphrase        Field
	Unlock            Button
	Problem           string
}

// Unlock makes the screen that asks for the passphrase; problem is a code, empty at first.
func Unlock(w *words.Catalogue, problem string, busy bool) UnlockScreen {
	return UnlockScreen{
		Lang: w.Lang(), Title: w.Say(words.UnlockTitle), Lead: w.Say(words.UnlockLead),
		Passphrase: Field{Label: w.Say(words.RunPassphrase)},
		Unlock:     Button{Text: w.Say(words.DoUnlock), Key: "Enter", Kind: KindPrimary, Enabled: !busy},
		Problem:    unlockProblem(w, problem),
	}
}

// unlockProblem also says what is left to whoever has forgotten the passphrase.
func unlockProblem(w *words.Catalogue, problem string) string {
	text := JoinText(w, problem)
	if problem == "wrong_passphrase" {
		text += "\n" + w.Say(words.UnlockForgotten)
	}
	return text
}
