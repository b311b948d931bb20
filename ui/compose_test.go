package ui

import (
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/callbench/callbench/assets"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

// composing is a window in mid-call with the caret in the note, and the shipped phrases.
func composing(t *testing.T, lang desk.Language) *bench {
	t.Helper()
	b := newBench(t, lang)
	s := firstStepIn(lang)
	s.Phrases = present.Phrases{Hint: s.Phrases.Hint}
	for _, p := range desk.ParsePhrases(string(assets.Phrases(string(lang)))) {
		s.Phrases.All = append(s.Phrases.All, present.Phrase{Short: p.Short, Text: p.Text, Book: s.Lang})
	}
	b.show(s)
	b.w.note.open()
	return b
}

func (b *bench) note() string { return b.w.note.text.Text }

func TestAPhraseIsWrittenByItsInitials(t *testing.T) {
	b := composing(t, desk.ZhHans)
	before := b.note()
	b.typed("3天,;khyqtk")
	if !b.w.compose.content.Visible() || b.w.compose.offered[0].Text != "客户要求退款。" {
		t.Fatalf("offered: %+v", b.w.compose.offered)
	}
	b.picture("composer")
	b.press("Enter")
	if want := before + "3天,客户要求退款。"; b.note() != want || b.w.compose.content.Visible() {
		t.Fatalf("note %q, want %q", b.note(), want)
	}
	var last string
	for _, e := range b.took() {
		if n, ok := e.(desk.NoteEdited); ok && n.Content != nil {
			last = *n.Content
		}
	}
	if last != b.note() {
		t.Errorf("the desk has %q, the field %q", last, b.note())
	}
	b.typed(";ycn")
	b.press("Esc") // closes the list, and only the list
	if b.w.focused() != b.w.note.text || !strings.HasSuffix(b.note(), ";ycn") {
		t.Errorf("after Esc: %q", b.note())
	}
	b.press("Enter")
	if !strings.HasSuffix(b.note(), ";ycn\n") {
		t.Errorf("Enter with nothing offered: %q", b.note())
	}
}

func TestADigitTakesAPhraseAndTheArrowsChoose(t *testing.T) {
	b := composing(t, desk.ZhHans)
	before := b.note()
	b.typed(";ycn")
	second := b.w.compose.offered[1].Text
	b.typed("2")
	if b.note() != before+second {
		t.Errorf("%q, want %q", b.note(), before+second)
	}
	b.typed(";ycn")
	third := b.w.compose.offered[2].Text
	b.press("Down", "Down", "Enter")
	if b.note() != before+second+third {
		t.Errorf("%q, want …%q", b.note(), third)
	}
	b.typed(";ycnx")
	if b.w.compose.content.Visible() {
		t.Error("offered though nothing fits")
	}
	b.press("BackSpace", "BackSpace")
	b.typed("n")
	if !b.w.compose.content.Visible() {
		t.Error("nothing offered after what did not fit was taken back")
	}
	b.w.leave()
	if b.w.compose.content.Visible() {
		t.Error("offered though the field has lost the focus")
	}
}

func TestTwoSemicolonsAreOneOfTheText(t *testing.T) {
	b := composing(t, desk.ZhHans)
	before := b.note()
	b.typed(";;tk")
	if b.note() != before+";tk" || b.w.compose.content.Visible() {
		t.Errorf("%q, offered %+v", b.note(), b.w.compose.offered)
	}
	b.typed("1 ;tk")
	if !b.w.compose.content.Visible() {
		t.Error("the next semicolon offers nothing")
	}
	b.press("Esc")
	b.typed("；；")
	if !strings.HasSuffix(b.note(), ";tk；") {
		t.Errorf("full width: %q", b.note())
	}
}

func TestZhuyinSeeksAPhrase(t *testing.T) {
	b := composing(t, desk.ZhHant)
	before := b.note()
	b.typed(";ㄎㄏㄧㄠㄑㄧㄡㄊㄨㄟ")
	b.picture("composer-zhuyin")
	b.press("Enter")
	if b.note() != before+"客戶要求退款。" {
		t.Errorf("%q", b.note())
	}
}

func TestTheOwnPhraseBookIsWrittenOnThePageOfSettings(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	st := gallery.State("talking", desk.ZhHans)
	show := func() {
		b.show(present.Of(st, words.For("zh-Hans").In(gallery.Zone()), gallery.Now()))
		for _, e := range b.took() {
			st, _ = desk.Update(st, desk.Stamp{At: gallery.Now()}, e)
		}
	}
	st.View, st.SettingsAt = "settings", desk.SettingsPhrases
	st.Settings.Phrases = []desk.Phrase{{Short: "tk", Text: "客户要求退款。"}}
	show()
	field := b.w.settings.phrases.field
	if field.Text != "tk=客户要求退款。\n" || !b.w.settings.phrases.content.Visible() {
		t.Fatalf("%q", field.Text)
	}
	b.w.focus(field)
	field.toEnd()
	for _, line := range []string{"已道歉。", "", "hd=已回电。"} { // each sign goes round through the state
		for _, r := range line {
			b.typed(string(r))
			show()
			show()
		}
		b.press("Enter")
		show()
		show()
	}
	want := []desk.Phrase{{Short: "tk", Text: "客户要求退款。"}, {Text: "已道歉。"}, {Short: "hd", Text: "已回电。"}}
	if !slices.Equal(st.Settings.Phrases, want) || field.Text != "tk=客户要求退款。\n已道歉。\n\nhd=已回电。\n" {
		t.Errorf("%+v\n%q", st.Settings.Phrases, field.Text)
	}
	b.picture("phrase-book")
}

// picture keeps a picture where CALLBENCH_PICTURES names a folder.
func (b *bench) picture(name string) {
	b.t.Helper()
	dir := os.Getenv("CALLBENCH_PICTURES")
	if dir == "" {
		return
	}
	f, err := os.Create(filepath.Join(dir, name+".png"))
	if err != nil {
		b.t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, b.p.c.Capture()); err != nil {
		b.t.Fatal(err)
	}
}
