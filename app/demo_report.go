package app

import (
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/callbench/callbench/app/host"
)

// stage is one step of the main job as it went.
type stage struct {
	Name   string `json:"name"`
	AtMs   int64  `json:"at_ms"` // since the process began
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
}

// timings are in milliseconds.
type timings struct {
	InviteToRinging   float64 `json:"invite_to_ringing_ms"`
	InviteToPop       float64 `json:"invite_to_pop_ms"`
	AnswerToFirstRTP  float64 `json:"answer_to_first_rtp_ms"`
	Save              float64 `json:"save_ms"`
	SaveToCentral     float64 `json:"save_to_central_ms"`
	StartToFirstFrame float64 `json:"start_to_first_frame_ms"`
	FirstSync         float64 `json:"first_sync_ms"`
}

// demoReport is report.json.
type demoReport struct {
	OK       bool              `json:"ok"`
	Stages   []stage           `json:"stages"`
	Timings  timings           `json:"timings"`
	Versions map[string]string `json:"versions"`
}

// ms is a duration in milliseconds with two decimals.
func ms(d time.Duration) float64 {
	return float64(d.Round(10*time.Microsecond)) / float64(time.Millisecond)
}

func versions(own string) map[string]string {
	v := map[string]string{"callbench": own, "go": runtime.Version(), "os": runtime.GOOS + "/" + runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, d := range info.Deps {
			switch d.Path {
			case "fyne.io/fyne/v2", "modernc.org/sqlite", "github.com/emiago/sipgo", "github.com/thesyncim/gopus":
				v[d.Path] = d.Version
			}
		}
	}
	return v
}

func (r demoReport) write(dir string) error {
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return host.WriteFile(filepath.Join(dir, "report.json"), append(b, '\n')) //nolint:wrapcheck // it names the file
}

// writePicture writes a PNG, fast rather than small.
func writePicture(path string, img image.Image) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("picture: %w", err)
	}
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := enc.Encode(f, img); err != nil {
		f.Close() //nolint:errcheck,gosec // the first error tells
		return fmt.Errorf("picture: %w", err)
	}
	return f.Close() //nolint:wrapcheck // it names the file
}
