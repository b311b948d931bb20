package present

import (
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/number"
	"github.com/callbench/callbench/ui/words"
)

// CallAlert words a ringing call for a notification of the operating system. It names the number and the
// queue, not the customer: notifications stay on lock screens.
func CallAlert(w *words.Catalogue, c desk.Call) (title, text string) {
	text = number.Show(c.Number, region)
	if c.Queue != "" {
		text = join(" · ", text, c.Queue)
	}
	return w.Say(words.CallRinging), text
}
