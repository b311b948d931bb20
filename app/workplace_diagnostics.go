package app

import (
	"context"
	"log/slog"
	"path/filepath"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/desk"
)

// diagnose writes the diagnostics of this desk where the agent finds them, until ctx ends one after the other.
func (w *workplace) diagnose(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.diagnoses:
		}
		path, err := w.writeDiagnostics(ctx)
		if err != nil {
			w.log.WarnContext(ctx, "diagnostics not written", slog.Any("error", err))
			w.loop.send(desk.DiagnosticsWritten{Problem: storeProblem(err)})
			continue
		}
		w.loop.send(desk.DiagnosticsWritten{File: path})
	}
}

func (w *workplace) writeDiagnostics(ctx context.Context) (string, error) {
	now, s, central := w.cfg.Now(), w.loop.current(), ""
	if w.cfg.Central != nil {
		central = w.cfg.Central.URL
	}
	bounded, cancel := context.WithTimeout(ctx, statsPatience)
	defer cancel()
	d := diagnostics{
		version: w.cfg.Version, settings: factsOfSettings(s.Settings, s.Language, central, len(w.cfg.Phones)), state: factsOfState(s, desk.MillisOf(now)),
		store: storeFacts(w.store.Stats(bounded)), log: readLog(filepath.Dir(w.cfg.StorePath), diagnosticsLog), stacks: true, at: now,
	}
	path := filepath.Join(w.diagnosticsDir(), "callbench-diagnostics-"+now.Format("20060102-150405")+".zip")
	return path, d.write(path)
}

// diagnosticsDir is where people look for files: their downloads, else beside the store.
func (w *workplace) diagnosticsDir() string {
	if w.cfg.Diagnostics != "" {
		return w.cfg.Diagnostics
	}
	dir, err := host.Downloads()
	if err != nil {
		return filepath.Dir(w.cfg.StorePath)
	}
	return dir
}
