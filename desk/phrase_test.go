package desk_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestAPhraseBookIsReadALineAPhrase(t *testing.T) {
	book := desk.ParsePhrases("\ufeff# 诉求\n客户要求退款。\r\n\n  tk2\t 客户要求全额退款。 \n#约定\n回电\n\t\n")
	want := []desk.Phrase{
		{About: "诉求", Text: "客户要求退款。"}, {About: "诉求", Short: "tk2", Text: "客户要求全额退款。"}, {About: "约定", Text: "回电"},
	}
	if len(book) != len(want) {
		t.Fatalf("%+v", book)
	}
	for i := range want {
		if book[i] != want[i] {
			t.Errorf("%+v, want %+v", book[i], want[i])
		}
	}
	if book := desk.ParsePhrases(strings.Repeat("好\n", 2*desk.MaxPhrases)); len(book) != desk.MaxPhrases {
		t.Errorf("%d phrases", len(book))
	}
}

func TestTheOwnPhraseBookIsKeptAsItIsWritten(t *testing.T) {
	b := newBench(t)
	b.do(desk.SettingsOpened{Part: desk.SettingsPhrases})
	text := "# 退款\ntk=客户要求退款。\nE=mc2 是公式\n按时回电\n"
	b.do(desk.PhrasesWritten{Text: text})
	want := []desk.Phrase{
		{About: "退款", Short: "tk", Text: "客户要求退款。"}, {About: "退款", Short: "E", Text: "mc2 是公式"}, {About: "退款", Text: "按时回电"},
	}
	if got := b.s.Settings.Phrases; !slices.Equal(got, want) || b.s.BookText != text {
		t.Fatalf("%+v, text %q", got, b.s.BookText)
	}
	if got := desk.ParsePhrases(desk.WritePhrases(want)); !slices.Equal(got, want) {
		t.Errorf("written and read: %+v", got)
	}
	b.do(desk.SettingsOpened{Part: desk.SettingsDisplay})
	if b.s.BookText != "" {
		t.Error("the text stays though another part is open")
	}
	if got := desk.ParsePhrases("a b=c\n=d"); got[0].Text != "a b=c" || got[1].Text != "=d" {
		t.Errorf("%+v", got)
	}
}
