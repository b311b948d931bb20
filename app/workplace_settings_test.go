package app

import (
	"context"
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestSettingsAreThereAtTheNextStart(t *testing.T) {
	cfg := aloneDesk(t)
	first, err := openWorkplace(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- first.run(ctx) }()
	liked := desk.Settings{Language: desk.ZhHant, Scheme: "dark", Zoom: 125, Keys: map[string]string{"hangup": "F12"}, Phrases: []desk.Phrase{{Short: "nh", Text: "您好"}}}
	first.loop.send(desk.SettingsChanged{Settings: liked})
	stop() // the loop takes what waits, the writer what the loop gave
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	second, err := openWorkplace(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop = context.WithCancel(t.Context())
	if !second.settings.Same(liked) || second.language() != desk.ZhHant {
		t.Errorf("before the first screen: %+v", second.settings)
	}
	go func() { ended <- second.run(ctx) }()
	second.loop.send(desk.Ticked{})
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if s := second.loop.current(); !s.Settings.Same(liked) || s.Language != desk.ZhHant {
		t.Errorf("state: %+v in %q", s.Settings, s.Language)
	}
}
