package flow_test

import (
	"strings"
	"testing"

	"github.com/callbench/callbench/assets"
	"github.com/callbench/callbench/desk/flow"
)

func TestAnOutlineHasEveryStepInEveryLanguage(t *testing.T) {
	for name, text := range assets.Flows() {
		f, problems := flow.Parse(name, text)
		if f == nil {
			t.Fatal(name, problems)
		}
		for _, lang := range f.Langs() {
			list := f.Outline(lang)
			if len(list) < 4 {
				t.Errorf("%s in %s has %d stations", name, lang, len(list))
			}
			ends := 0
			for _, s := range list {
				if s.End {
					ends++
				}
				if s.Name == "" {
					t.Errorf("%s in %s: %s has no name", name, lang, s.ID)
				}
				for _, part := range append(append([]string{}, s.Say...), s.Hint...) {
					if strings.ContainsAny(part, "{}|") || part == "" {
						t.Errorf("%s in %s: %s says %q", name, lang, s.ID, part)
					}
				}
			}
			if ends == 0 {
				t.Errorf("%s in %s does not end", name, lang)
			}
		}
	}
}
