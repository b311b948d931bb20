package ui

import (
	"image/color"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"pgregory.net/rapid"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

// contrast is the ratio of WCAG 2.1, 1.4.3.
func contrast(a, b color.NRGBA) float64 {
	lum := func(c color.NRGBA) float64 {
		part := func(v uint8) float64 {
			f := float64(v) / 255
			if f <= 0.04045 {
				return f / 12.92
			}
			return math.Pow((f+0.055)/1.055, 2.4)
		}
		return 0.2126*part(c.R) + 0.7152*part(c.G) + 0.0722*part(c.B)
	}
	x, y := lum(a), lum(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestEveryTextCanBeReadOnItsGround(t *testing.T) {
	tones := []present.Tone{
		present.Plain, present.Muted, present.Accent, present.Good, present.Ring, present.Talk, present.Held, present.Wrap,
		present.Away, present.Off, present.Warn, present.Danger,
	}
	for _, s := range []Scheme{Light, Dark, ContrastLight, ContrastDark} {
		p := paletteOf(s)
		check := func(what string, text, ground paint, least float64) {
			if c := contrast(text.NRGBA, ground.NRGBA); c < least {
				t.Errorf("%s: %s has a contrast of %.2f, not %.1f", s, what, c, least)
			}
		}
		for _, ground := range []paint{p.page, p.card, p.field} {
			check("text", p.text, ground, 4.5)
			check("secondary text", p.muted, ground, 4.5)
		}
		for _, tone := range tones {
			check("a word in tone "+string(tone), p.word(tone), p.card, 4.5)
			check("text on a chip of tone "+string(tone), p.text, p.tinted(tone), 4.5)
			check("a timer on a chip of tone "+string(tone), p.muted, p.tinted(tone), 4.5)
		}
		check("a primary button", p.onAccent, p.accent, 4.5)
		check("a danger button", p.danger, tint(p.card, p.danger, 0.07), 4.5)
		check("a chosen option", p.text, tint(p.card, p.accent, 0.12), 4.5)
		check("the hint line", p.text, tint(p.page, p.accent, 0.12), 4.5)
	}
}

func TestStatesAreToldApartByShapeToo(t *testing.T) {
	shapes := map[present.Shape]string{}
	for _, name := range []string{"idle", "popped", "talking", "held", "wrapup", "away", "trouble"} {
		chip := screen(name, desk.English).Top.Agent
		if other, taken := shapes[chip.Shape]; taken {
			t.Errorf("%s and %s both show %s", name, other, chip.Shape)
		}
		shapes[chip.Shape] = name
	}
}

func TestLinesBreakWhereChineseMayBreak(t *testing.T) {
	test.NewApp().Settings().SetTheme(newLook(Light, "zh-Hans"))
	k := newKit(Light, "zh-Hans")
	alphabet := []rune("我们为您服务，。！“”（）《》 Callbench 12:30 Enter、；…")
	rapid.Check(t, func(rt *rapid.T) {
		text := string(rapid.SliceOfN(rapid.SampledFrom(alphabet), 0, 80).Draw(rt, "text"))
		width := float32(rapid.IntRange(60, 400).Draw(rt, "width"))
		lines := k.wrap(text, sizeBody, false, width)
		if got, want := strings.ReplaceAll(strings.Join(lines, ""), " ", ""), strings.ReplaceAll(text, " ", ""); got != want {
			rt.Fatalf("text changed: %q from %q", got, want)
		}
		for i, l := range lines {
			if w := k.width(l, sizeBody, false); w > width+0.5 && utf8.RuneCountInString(l) > 1 {
				rt.Fatalf("line %q is %.1f wide, not %.1f", l, w, width)
			}
			if i > 0 && l != "" {
				first, _ := utf8.DecodeRuneInString(l)
				before, _ := utf8.DecodeLastRuneInString(lines[i-1])
				if forced := k.width(lines[i-1], sizeBody, false) > width-3*sizeBody; !forced && strings.ContainsRune(noStart, first) {
					rt.Fatalf("%q begins a line after %q", string(first), string(before))
				}
			}
		}
	})
	for _, c := range []struct {
		text  string
		width float32
		want  []string
	}{
		{"已答应，今天回电。", 4 * sizeBody, []string{"已答应，", "今天回", "电。"}},
		{"press Enter to go on", 75, []string{"press Enter", "to go on"}},
		{"一\n二", 200, []string{"一", "二"}},
		{"", 100, []string{""}},
	} {
		if got := k.wrap(c.text, sizeBody, false, c.width); !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}

func TestOnlyTheNewestIsDrawnAndAtMostOnceAFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var drawn []int
		c := &crossing[int]{show: func(i int) { drawn = append(drawn, i) }}
		<-time.After(time.Second) // the bubble's clock, away from the zero time
		for i := range 100 {
			c.Draw(i)
		}
		<-time.After(frame) // the bubble's clock
		synctest.Wait()
		if !slices.Equal(drawn, []int{0, 99}) {
			t.Errorf("drawn: %v", drawn)
		}
		c.Draw(100)
		c.Draw(101)
		c.Close()
		<-time.After(time.Second) // the bubble's clock
		synctest.Wait()
		c.Draw(102)
		if slices.Contains(drawn, 101) || slices.Contains(drawn, 102) {
			t.Errorf("drawn after Close: %v", drawn)
		}
	})
}

func firstRunScreen(s present.FirstRunState) present.FirstRunScreen {
	return present.FirstRun(s, words.For("zh-Hans"))
}

func TestTheFirstRunFormIsFilledByKeysAndKeepsWhatWasTyped(t *testing.T) {
	var got []Form
	f := NewFirstRun(Options{Lang: "zh-Hans"}, func(form Form) { got = append(got, form) }, func(desk.Language) {})
	f.Show(firstRunScreen(present.FirstRunState{Keyring: true}))
	win := test.NewTempWindow(t, f.Content())
	f.Attach(win)
	win.Resize(fyne.NewSize(1366, 768))
	typed := func(s string) {
		for _, r := range s {
			win.Canvas().Focused().TypedRune(r)
		}
		win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	}
	typed("https://127.0.0.1:8443")
	typed("lin")
	typed("secret")
	want := Form{URL: "https://127.0.0.1:8443", User: "lin", Password: "secret"}
	if len(got) != 1 || got[0] != want {
		t.Fatalf("joined with %+v, want %+v", got, want)
	}
	f.Show(firstRunScreen(present.FirstRunState{Keyring: true, Problem: "wrong_password"}))
	if f.fields[fieldUser].entry.Text != "lin" {
		t.Error("a refused form lost what was typed")
	}
	if f.problem.text == "" {
		t.Error("the problem is not worded")
	}
	f.Show(firstRunScreen(present.FirstRunState{Keyring: true, Busy: true}))
	f.submit()
	if len(got) != 1 {
		t.Error("a busy form was sent again")
	}
	f.Show(firstRunScreen(present.FirstRunState{Keyring: true, Problem: "wrong_password"}))
	before := f.button.Position()
	height := heightOf(f.column, widthForm)
	f.Show(firstRunScreen(present.FirstRunState{Keyring: true}))
	if f.button.Position() != before || heightOf(f.column, widthForm) != height {
		t.Error("the form moves when a problem goes")
	}
	code := "SNYD-BNBP-ERTE-OJGB-P5FC-TXDI-FGX7-H7LW" // as long as each is, and W is wide
	if room := f.fields[fieldJoinCode].entry.Size().Width - 2*space3; f.kit.width(code, sizeBody, false) > room {
		t.Errorf("a join code takes %.0f, its field has %.0f", f.kit.width(code, sizeBody, false), room)
	}
	f.setByHand(true)
	f.Show(firstRunScreen(present.FirstRunState{Problem: "unreachable"}))
	checkFit(t, "first run", f.Content(), win.Canvas().Size())
}

func TestComponentsLookTheSame(t *testing.T) {
	app := test.NewTempApp(t)
	k := newKit(Light, "zh-Hans")
	app.Settings().SetTheme(k.look)
	w := New(nil, Options{Lang: "zh-Hans"})
	list := container.NewVBox()
	for _, b := range []present.Button{
		{Text: "接听", Key: "Ctrl+Enter", Kind: present.KindPrimary, Enabled: true},
		{Text: "挂断", Key: "F10", Kind: present.KindDanger, Enabled: true},
		{Text: "静音", Key: "F6", Enabled: true, On: true},
		{Text: "保存", Key: "Ctrl+S"},
	} {
		o := newButton(k, w, nil)
		o.set(b)
		list.Add(o)
	}
	for _, c := range []present.Chip{screen("idle", desk.ZhHans).Top.Agent, screen("held", desk.ZhHans).Top.Lines[0].Chip} {
		o := newChip(k, sizeBody)
		o.set(c)
		list.Add(o)
		if o.icon.shape != c.Shape || o.icon.paint != k.pal.tone(c.Tone) { // markup says only that there is a picture
			t.Errorf("%s has the sign %+v", c.Text, *o.icon)
		}
	}
	o := newOption(k)
	o.set(present.Option{Key: "1", Label: "退款", Chosen: true}, nil)
	list.Add(o)
	test.AssertObjectRendersToMarkup(t, "components.xml", list)
}

func TestPassphrasesAreCheckedBeforeAnythingIsSent(t *testing.T) {
	joined := 0
	f := NewFirstRun(Options{Lang: "zh-Hans"}, func(Form) { joined++ }, func(desk.Language) {})
	m := firstRunScreen(present.FirstRunState{})
	f.Show(m)
	for _, c := range []struct{ one, again, want string }{
		{"123456789", "123456789", m.Short}, {"口令口令口令口令口令", "口令口令口令口令口", m.Differs}, {"口令口令口令口令口令", "口令口令口令口令口令", ""},
	} {
		f.fields[fieldPassphrase].entry.SetText(c.one)
		f.fields[fieldAgain].entry.SetText(c.again)
		before := joined
		f.submit()
		if went := joined > before; went != (c.want == "") || !went && f.problem.text != c.want {
			t.Errorf("%s / %s: joined %v, told %q", c.one, c.again, went, f.problem.text)
		}
	}
	if m.Short == "" || m.Differs == "" || m.Short == m.Differs {
		t.Errorf("worded %q and %q", m.Short, m.Differs)
	}
}

func TestTheLeastLengthOfAPassphraseIsToldBeforeOneIsTyped(t *testing.T) {
	for _, lang := range words.Languages() {
		s := present.FirstRun(present.FirstRunState{}, words.For(lang))
		least := strconv.Itoa(minPassphrase)
		if !strings.Contains(s.KeyringNote, least) && !strings.Contains(s.Passphrase.Label, least) {
			t.Errorf("%s: not a word of %s characters in %q", lang, least, s.KeyringNote)
		}
	}
}
