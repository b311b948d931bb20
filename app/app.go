// Package app wires Callbench: it reads the command line, opens the parts of a desk (softphone,
// localstore, sync, ui), runs the loop that owns desk.State, and stops everything in order. It is the
// only package where those parts meet; they do not know each other.
//
// Main is called once, from main. Everything it starts has ended when it returns.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

// Exit codes of every command.
const (
	exitGood  = 0
	exitNo    = 1 // the answer is no, or it did not work
	exitUsage = 2 // used in a wrong way
)

// program is what every command is given.
type program struct {
	version string
	started time.Time
	stdin   io.Reader
	stdout  io.Writer
	stderr  io.Writer
	log     *slog.Logger
}

type commandLine struct {
	Window      windowCommand      `cmd:"" default:"withargs" help:"Open the window (the default)."`
	Demo        demoCommand        `cmd:"" help:"Open the window with a simulated contact centre; no set-up."`
	Headless    headlessCommand    `cmd:"" help:"Run a desk without a window, driven by JSON-RPC on stdin and stdout."`
	Flow        flowCommand        `cmd:"" help:"Check, format, test and play call flows."`
	Store       storeCommand       `cmd:"" help:"Look after a desk's store."`
	Bench       benchCommand       `cmd:"" help:"Measure."`
	Import      importCommand      `cmd:"" help:"Bring customers of a table into the desk's store."`
	Export      exportCommand      `cmd:"" help:"Write customers or contacts into a table."`
	Gallery     galleryCommand     `cmd:"" help:"Show every component of the window in every state."`
	Diagnostics diagnosticsCommand `cmd:"" help:"Write a zip file that helps to find out why a desk does not work; no customer's data is in it."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
	Verbose     bool               `short:"v" help:"Log more."`
}

// usageError is a fault in how a command was used: exit code 2.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// silent is an error whose text has been printed already.
type silent struct{ code int }

func (e silent) Error() string { return fmt.Sprintf("exit code %d", e.code) }

// Main runs one command and gives the exit code of the process: 0 good, 1 the answer is no, 2 wrong
// use. SIGINT and SIGTERM end it in order.
func Main(version string, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{version: version, started: processStart(), stdin: stdin, stdout: stdout, stderr: stderr}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var line commandLine
	helped := false
	parser, err := kong.New(&line, kong.Name("callbench"), kong.Writers(stdout, stderr), kong.UsageOnError(),
		kong.Description("The workstation for contact-centre agents."), kong.Exit(func(int) { helped = true }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(p))
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "callbench:", err)
		return exitUsage
	}
	if len(args) > 0 && args[0] == "help" { // callbench help store backup
		args = append(slices.Clone(args[1:]), "--help")
	}
	k, err := parser.Parse(args)
	if helped {
		return exitGood
	}
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "callbench: %v (try callbench --help)\n", err)
		return exitUsage
	}
	level := slog.LevelWarn
	if line.Verbose {
		level = slog.LevelDebug
	}
	p.log = slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: level}))
	return p.exitCode(k.Run())
}

// exitCode prints an error as one line and gives the code it stands for.
func (p *program) exitCode(err error) int {
	var quiet silent
	var use *usageError
	var fault *profileError
	switch {
	case err == nil:
		return exitGood
	case errors.As(err, &quiet):
		return quiet.code
	case errors.As(err, &use), errors.As(err, &fault):
		_, _ = fmt.Fprintln(p.stderr, "callbench:", err)
		return exitUsage
	}
	_, _ = fmt.Fprintln(p.stderr, "callbench:", err)
	return exitNo
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(p *program) error {
	_, err := fmt.Fprintln(p.stdout, "callbench", p.version)
	return err //nolint:wrapcheck // the only thing that can fail is standard output
}
