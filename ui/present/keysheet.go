package present

import (
	"strings"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// KeySheet is all that is done by keys, under its headings.
type KeySheet struct {
	Title  string
	Groups []KeyGroup
	Change Button // where chords are changed
	Close  Button
}

// KeyGroup are the keys of one heading.
type KeyGroup struct {
	Name string
	Rows []KeyRow
}

// KeyRow is a key and what it does. Now: it does it in this moment.
type KeyRow struct {
	Key, Name string
	Now       bool
}

// keySheet lists the actions that have a chord. The customers offered share a line, as their digits say enough.
func (m maker) keySheet(actions []Action) KeySheet {
	s := KeySheet{
		Title:  m.say(words.KeysTitle),
		Change: Button{Text: m.say(words.KeysChange), Enabled: true, Do: desk.SettingsOpened{Part: desk.SettingsKeys}},
		Close:  Button{Text: m.say(words.DoClose), Key: "Esc", Enabled: true},
	}
	for _, a := range actions {
		if n, offered := strings.CutPrefix(a.ID, ActOffered); offered && a.Key == a.Default {
			if n != "1" {
				continue
			}
			a.Key, a.Name = a.Key+"–"+digit(MaxChoices-1), m.say(words.ActOfferedAny)
		}
		if a.Key == "" || a.Name == "" {
			continue
		}
		if len(s.Groups) == 0 || s.Groups[len(s.Groups)-1].Name != a.Group {
			s.Groups = append(s.Groups, KeyGroup{Name: a.Group})
		}
		g := &s.Groups[len(s.Groups)-1]
		g.Rows = append(g.Rows, KeyRow{Key: Printed(join(" / ", a.Key, a.Also)), Name: a.Name, Now: a.Enabled || a.Fixed})
	}
	return s
}
