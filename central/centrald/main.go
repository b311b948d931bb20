// Command centrald is the server that Callbench's desks synchronise with, in one binary without cgo.
//
// It owns the command line: serve answers desks until SIGTERM or SIGINT and then stops within five
// seconds; every other command opens the data, does one thing and ends, most of them also while serve
// runs. Results go to standard output (--json: as JSON), the log and complaints to standard error.
// Exit codes: 0 good, 1 the answer is no, 2 wrong use.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
)

// version is set by the linker.
var version = "0.1.0-dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// Exit codes.
const (
	exitGood = 0
	exitNo   = 1
	exitUse  = 2
)

// errUse is wrong use that only shows after parsing.
var errUse = errors.New("wrong use")

// world is what commands work with.
type world struct {
	ctx    func() context.Context
	in     io.Reader
	out    io.Writer
	err    io.Writer
	json   bool
	log    *slog.Logger
	exited *int // set when the parser has answered by itself (help)
}

// commands is the command line.
type commands struct {
	JSON    bool `name:"json" help:"Print results as JSON."`
	LogJSON bool `name:"log-json" help:"Write the log as JSON lines."`

	Serve       serveCommand       `cmd:"" help:"Answer desks."`
	Init        initCommand        `cmd:"" help:"Make an authority, a server certificate and the join code."`
	User        userCommands       `cmd:"" help:"Who may sign in."`
	Phone       phoneCommands      `cmd:"" help:"Phone accounts that desks get when they sign in."`
	Policy      policyCommand      `cmd:"" help:"What the desks of agents hold in full: own, group or all."`
	Desks       desksCommand       `cmd:"" help:"List the desks that have signed in."`
	Wipe        wipeCommand        `cmd:"" help:"Order a desk, or all desks of a user, to destroy what they keep."`
	Grants      grantsCommand      `cmd:"" help:"List who was let into customers of others, during which call."`
	Seed        seedCommand        `cmd:"" help:"Fill in generated customers, to try things out."`
	Backup      backupCommand      `cmd:"" help:"Write a whole copy of the data, also while serve runs."`
	BackedUp    backedUpCommand    `cmd:"" name:"backed-up" help:"Count a backup that has been copied to a safe place."`
	Restore     restoreCommand     `cmd:"" help:"Put a backup in the place of the data; serve must not run."`
	Verify      verifyCommand      `cmd:"" help:"Read all the data and compare."`
	RecoveryKey recoveryKeyCommand `cmd:"" name:"recovery-key" help:"Make the key that opens the store of every desk."`
	Envelope    envelopeCommand    `cmd:"" help:"Give back the sealed key of a desk's store."`
	ChainKey    chainKeyCommand    `cmd:"" name:"chain-key" help:"Make a new key that signs the chains; the old one vouches for it."`
	Version     versionCommand     `cmd:"" help:"Tell the version."`
}

// run is main without the process.
func run(ctx context.Context, args []string, in io.Reader, out, complaints io.Writer) int {
	var cli commands
	exited := -1
	w := &world{ctx: func() context.Context { return ctx }, in: in, out: out, err: complaints, exited: &exited}
	parser, err := kong.New(&cli, kong.Name("centrald"), kong.Description("The server of Callbench's desks."),
		kong.Writers(out, complaints), kong.Exit(func(code int) { panic(helped(code)) }), kong.UsageOnError())
	if err != nil {
		return complain(complaints, err, exitUse)
	}
	if len(args) > 0 && args[0] == "help" { // centrald help user add
		args = append(slices.Clone(args[1:]), "--help")
	}
	call, err := parse(parser, args, &exited)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		return complain(complaints, err, exitUse)
	}
	w.json = cli.JSON
	w.log = slog.New(slog.NewTextHandler(complaints, nil))
	if cli.LogJSON {
		w.log = slog.New(slog.NewJSONHandler(complaints, nil))
	}
	err = call.Run(w)
	if errors.Is(err, errUse) {
		return complain(complaints, err, exitUse)
	}
	return complain(complaints, err, exitNo)
}

// helped is the parser having printed its help.
type helped int

// parse parses; the parser leaves by a panic after --help, which ends here.
func parse(parser *kong.Kong, args []string, exited *int) (call *kong.Context, err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case helped:
			*exited = int(p)
		default:
			panic(p)
		}
	}()
	return parser.Parse(args)
}

// complain writes one line about an error and gives the exit code.
func complain(to io.Writer, err error, code int) int {
	if err == nil {
		return exitGood
	}
	_, _ = fmt.Fprintf(to, "centrald: %s\n", wording(err))
	return code
}

// wording is an error on one line, without the kind at its end: the rest says it.
func wording(err error) string {
	lines := strings.Split(err.Error(), "\n")
	for i := range lines {
		for _, kind := range []error{errUse, desk.ErrInvalid} {
			lines[i] = strings.TrimSuffix(lines[i], ": "+kind.Error())
		}
	}
	return strings.Join(lines, "; ")
}

// print writes a result: as JSON, or as the text of lines.
func (w *world) print(result any, lines string, args ...any) error {
	if w.json {
		return json.NewEncoder(w.out).Encode(result)
	}
	_, err := fmt.Fprintf(w.out, lines+"\n", args...)
	return err
}

// dirFlag is where the data is.
type dirFlag struct {
	Data string `required:"" type:"path" placeholder:"DIR" help:"Directory of the data."`

	org string // of new data, by init; empty: that of the data
}

// begun complains where there is no data: a directory with a typing mistake is not a new one.
func (d dirFlag) begun() error {
	switch is, err := central.Begun(d.Data); {
	case err != nil:
		return err
	case !is:
		return fmt.Errorf("there is no data of centrald in %s; centrald init and centrald user add begin it", d.Data)
	}
	return nil
}

// open opens data that must be there; only init, seed, user add and user import begin a new directory.
func (d dirFlag) open(w *world, mayBegin bool) (*central.Central, error) {
	if !mayBegin {
		if err := d.begun(); err != nil {
			return nil, err
		}
	}
	return central.Open(w.ctx(), central.Config{Dir: d.Data, Org: d.org, Log: w.log, Now: time.Now, Version: version})
}

// with opens the data, does something and closes it.
func (d dirFlag) with(w *world, mayBegin bool, f func(ctx context.Context, c *central.Central) error) error {
	c, err := d.open(w, mayBegin)
	if err != nil {
		return err
	}
	return errors.Join(f(w.ctx(), c), c.Close())
}

// passwordFlag says that the password comes on standard input: an argument would show in the process
// list.
type passwordFlag struct {
	PasswordStdin bool `name:"password-stdin" help:"Read the password from the first line of standard input."`
}

const maxLine = 1024

// read takes the first line.
func (p passwordFlag) read(w *world) (string, error) {
	if !p.PasswordStdin {
		return "", fmt.Errorf("give the password on standard input and say --password-stdin: %w", errUse)
	}
	line, err := bufio.NewReader(io.LimitReader(w.in, maxLine)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", fmt.Errorf("there is no password on standard input: %w", errUse)
	}
	return line, nil
}

type versionCommand struct{}

// Run tells the version.
func (versionCommand) Run(w *world) error {
	return w.print(map[string]string{"version": version}, "centrald %s", version)
}
