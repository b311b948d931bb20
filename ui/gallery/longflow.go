package gallery

import (
	"strings"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/flow"
)

// longest is a flow whose texts are as long as they may be.
const longest = `format 1
flow longest
  zh-Hans: LABEL
version 1
languages zh-Hans
for enquiry
subject
  zh-Hans: LABEL

step first
  zh-Hans: NAME
  say
    zh-Hans: TEXT
  hint
    zh-Hans: TEXT
  ask one choice required
    zh-Hans: LABEL
    option a
      zh-Hans: LABEL
    option b
      zh-Hans: 短
  ask two text required
    zh-Hans: LABEL
  note
    zh-Hans: {two}
  goto done

end done
  zh-Hans: NAME
  say
    zh-Hans: TEXT
  outcome resolved
`

// longFlow is a talk by a flow whose texts are as long as they may be: a lead writes such ones.
func longFlow(s desk.State) desk.State {
	long := func(text string, n int) string {
		return string([]rune(strings.Repeat(text, n/len([]rune(text))+1))[:n])
	}
	chinese, english := "请先确认客户的姓名和地址，再说明办理的步骤。", "Please make sure of the name and of the address, then say "
	label, name := chinese, chinese
	if s.Language == desk.English {
		label, name = english, english
	}
	src := strings.NewReplacer(
		"LABEL", strings.TrimSpace(long(label, flow.MaxLabel)), "NAME", strings.TrimSpace(long(name, flow.MaxName)), "TEXT", strings.TrimSpace(long(label, flow.MaxText)),
	).Replace(longest)
	f, problems := flow.Parse("longest.flow", []byte(src))
	if flow.Failed(problems) || f == nil {
		return s
	}
	s = talking(s)
	s.Flows = []*flow.Flow{f}
	run := flow.Start(f, "r1", flow.Facts{})
	s.Drafts[0].Run = &run
	s.Drafts[0].Unsent = map[string]string{"two": ""}
	return s
}
