package floor

import (
	"embed"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed voices/*.wav
var voiceFiles embed.FS

// topics are what callers call about; each has a voice in both languages.
func topics() []string { return []string{"refund", "bill", "fault", "install", "product"} }

// clip is sound at clipRate, mono. It is shared and never written to.
type clip []int16

// clipRate is the sampling rate of the embedded sounds in Hz.
const clipRate = 8000

// clips decodes the embedded sounds when they are first asked for.
type clips struct {
	mu   sync.Mutex
	have map[string]clip
}

// get returns a sound by its file name without ".wav". desk.ErrNotFound cannot come up for the names
// that voiceOf gives: a test opens them all.
func (c *clips) get(name string) (clip, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p, ok := c.have[name]; ok {
		return p, nil
	}
	b, err := voiceFiles.ReadFile("voices/" + name + ".wav")
	if err != nil {
		return nil, fmt.Errorf("voice %s: %w", name, err)
	}
	pcm, err := decodeALaw(b)
	if err != nil {
		return nil, fmt.Errorf("voice %s: %w", name, err)
	}
	if c.have == nil {
		c.have = map[string]clip{}
	}
	c.have[name] = pcm
	return pcm, nil
}

// decodeALaw reads a RIFF file of A-law, 8 kHz, mono (format 6), which is all that make.sh writes.
func decodeALaw(b []byte) (clip, error) {
	if len(b) < 12 || string(b[:4]) != "RIFF" || string(b[8:12]) != "WAVE" {
		return nil, fmt.Errorf("not a WAV file")
	}
	known := false
	for p := b[12:]; len(p) >= 8; {
		name, size := string(p[:4]), int(binary.LittleEndian.Uint32(p[4:]))
		p = p[8:]
		if size < 0 || size > len(p) {
			break
		}
		switch name {
		case "fmt ":
			known = size >= 16 && binary.LittleEndian.Uint16(p) == 6 && binary.LittleEndian.Uint16(p[2:]) == 1 &&
				binary.LittleEndian.Uint32(p[4:]) == clipRate
		case "data":
			if !known {
				return nil, fmt.Errorf("not A-law, 8 kHz, mono")
			}
			out := make(clip, size)
			for i, v := range p[:size] {
				out[i] = aLaw(v)
			}
			return out, nil
		}
		p = p[min(size+size&1, len(p)):]
	}
	return nil, fmt.Errorf("WAV file is cut short")
}

// aLaw expands one sample (ITU-T G.711, table 1a).
func aLaw(v byte) int16 {
	v ^= 0x55
	x := int16(v&0x0f)<<4 + 8
	if seg := v >> 4 & 7; seg > 0 {
		x = (x + 0x100) << (seg - 1)
	}
	if v&0x80 == 0 {
		return -x
	}
	return x
}

// voice is what one caller can say.
type voice struct {
	matter, detail, hello, yes, ok, there, bye clip
}

// sexOf tells which of the two voices of a language a topic was spoken by (voices/make.sh).
func sexOf(topic string) string {
	if topic == "bill" || topic == "install" {
		return "m"
	}
	return "f"
}

func langOf(lang string) string {
	if strings.HasPrefix(lang, "en") {
		return "en"
	}
	return "zh"
}

// of collects a caller's voice; an unknown topic is an enquiry about a bill.
func (c *clips) of(lang, topic string) (voice, error) {
	lang = langOf(lang)
	if !slices.Contains(topics(), topic) {
		topic = "bill"
	}
	who := lang + "-" + sexOf(topic) + "-"
	var v voice
	for _, w := range []struct {
		to   *clip
		name string
	}{
		{&v.matter, lang + "-" + topic + "-1"},
		{&v.detail, lang + "-" + topic + "-2"},
		{&v.hello, who + "hello"},
		{&v.yes, who + "yes"},
		{&v.ok, who + "ok"},
		{&v.there, who + "there"},
		{&v.bye, who + "bye"},
	} {
		p, err := c.get(w.name)
		if err != nil {
			return voice{}, err
		}
		*w.to = p
	}
	return v, nil
}

// clip and voice give sounds. All names are made here and a test opens every one, so that a miss can
// only be a broken build: it is said and the person stays silent.
func (f *Floor) clip(name string) clip {
	c, err := f.clips.get(name)
	if err != nil {
		f.cfg.Log.Error("a sound is missing", "err", err)
	}
	return c
}

func (f *Floor) voice(c Caller) voice {
	v, err := f.clips.of(c.Lang, c.Topic)
	if err != nil {
		f.cfg.Log.Error("a voice is missing", "err", err)
	}
	return v
}

func (f *Floor) pilot(c Caller) float64 {
	if c.Pilot != 0 {
		return c.Pilot
	}
	return f.cfg.Pilot
}
