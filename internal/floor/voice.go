package floor

import (
	"embed"
	"encoding/binary"
	"fmt"
	"strings"
	"sync"

	"github.com/callbench/callbench/softphone/media"
)

//go:embed voices/*.wav
var voiceFiles embed.FS

// topics are what callers call about; each has a voice in both languages.
var topics = [...]string{"refund", "bill", "fault", "install", "product"}

// clip is sound at media.Rate, mono. It is shared and never written to.
type clip []int16

// clips decodes the embedded sounds when they are first asked for: all of them at 48 kHz would be
// 14 MB, a call needs about eight.
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
	p := clip(media.Resample(pcm, 8000, media.Rate))
	c.have[name] = p
	return p, nil
}

// decodeALaw reads a RIFF file of A-law, 8 kHz, mono (format 6), which is all that make.sh writes.
func decodeALaw(b []byte) ([]int16, error) {
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
				binary.LittleEndian.Uint32(p[4:]) == 8000
		case "data":
			if !known {
				return nil, fmt.Errorf("not A-law, 8 kHz, mono")
			}
			out := make([]int16, size)
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
	known := false
	for _, t := range topics {
		known = known || t == topic
	}
	if !known {
		topic = "bill"
	}
	who := lang + "-" + sexOf(topic) + "-"
	var v voice
	for _, w := range []struct {
		to   *clip
		name string
	}{
		{&v.matter, lang + "-" + topic + "-1"}, {&v.detail, lang + "-" + topic + "-2"},
		{&v.hello, who + "hello"}, {&v.yes, who + "yes"}, {&v.ok, who + "ok"},
		{&v.there, who + "there"}, {&v.bye, who + "bye"},
	} {
		p, err := c.get(w.name)
		if err != nil {
			return voice{}, err
		}
		*w.to = p
	}
	return v, nil
}
