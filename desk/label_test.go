package desk

import "testing"

func TestAnAnswerStandsBehindItsQuestionAsItsLanguageHasIt(t *testing.T) {
	for _, c := range []struct{ label, want string }{
		{"做了什么，还要做什么？", "做了什么，还要做什么？退款"},
		{"事情经过（用一句话）", "事情经过（用一句话）：退款"},
		{"诉求", "诉求：退款"},
		{"诉求：", "诉求：退款"},
		{"What was done?", "What was done? 退款"},
		{"Amount", "Amount: 退款"},
	} {
		if got := labelled(c.label, "退款"); got != c.want {
			t.Errorf("%q reads %q, want %q", c.label, got, c.want)
		}
	}
}
