package app

import (
	"errors"
	"os/signal"
	"syscall"
)

// flowCommand groups the commands for the authors of call flows (docs/FLOWS.md).
type flowCommand struct {
	Lint  flowLintCommand  `cmd:"" help:"Say what is wrong with flows."`
	Fmt   flowFmtCommand   `cmd:"" help:"Write flows in their canonical form."`
	Test  flowTestCommand  `cmd:"" help:"Run the tests in flows."`
	Cover flowCoverCommand `cmd:"" help:"List what no test of a flow passes."`
	Graph flowGraphCommand `cmd:"" help:"Draw a flow as a Mermaid chart."`
	Play  flowPlayCommand  `cmd:"" help:"Walk through a flow at the terminal."`
}

type flowLintCommand struct {
	JSON  bool     `help:"Print JSON."`
	Files []string `arg:"" name:"file" help:"Flow files."`
}

// Run lints; exit code 1 if there is an error.
func (c flowLintCommand) Run(p *program) error {
	return flowVerdict(lintFlows(&sheet{w: p.stdout}, c.Files, c.JSON))
}

type flowFmtCommand struct {
	Write bool     `short:"w" xor:"how" help:"Write the files instead of printing them."`
	Check bool     `xor:"how" help:"Only list files that are not canonical; exit code 1 if there are any."`
	Files []string `arg:"" name:"file" help:"Flow files."`
}

// Run formats.
func (c flowFmtCommand) Run(p *program) error {
	return flowVerdict(formatFlows(&sheet{w: p.stdout}, &sheet{w: p.stderr}, c.Files, c.Write, c.Check))
}

type flowTestCommand struct {
	JSON  bool     `help:"Print JSON."`
	Files []string `arg:"" name:"file" help:"Flow files."`
}

// Run tests; exit code 1 if a test fails.
func (c flowTestCommand) Run(p *program) error {
	return flowVerdict(testFlows(&sheet{w: p.stdout}, &sheet{w: p.stderr}, c.Files, c.JSON))
}

type flowCoverCommand struct {
	JSON  bool     `help:"Print JSON."`
	Files []string `arg:"" name:"file" help:"Flow files."`
}

// Run lists gaps; exit code 1 if there are any.
func (c flowCoverCommand) Run(p *program) error {
	return flowVerdict(coverFlows(&sheet{w: p.stdout}, &sheet{w: p.stderr}, c.Files, c.JSON))
}

type flowGraphCommand struct {
	Lang string `enum:"zh-Hans,zh-Hant,en" default:"zh-Hans" help:"Language of the names."`
	File string `arg:"" help:"Flow file."`
}

// Run draws.
func (c flowGraphCommand) Run(p *program) error {
	return flowVerdict(graphFlow(&sheet{w: p.stdout}, &sheet{w: p.stderr}, c.File, c.Lang))
}

type flowPlayCommand struct {
	Lang string            `enum:"zh-Hans,zh-Hant,en" default:"zh-Hans" help:"Language of the talk."`
	Fact map[string]string `help:"What is known, such as customer.name=陈怡君."`
	File string            `arg:"" help:"Flow file."`
}

// Run plays. Reading the terminal cannot be interrupted from inside, so Ctrl+C ends the process as
// it does by default; nothing is open that could be lost.
func (c flowPlayCommand) Run(p *program) error {
	signal.Reset(syscall.SIGINT, syscall.SIGTERM)
	return flowVerdict(playFlow(p.stdin, &sheet{w: p.stdout}, &sheet{w: p.stderr}, c.File, c.Lang, c.Fact))
}

// flowVerdict gives the error of a flow command: what is in its way, or a "no" that is printed already.
func flowVerdict(good bool, err error) error {
	var unreadable *flowFileError
	switch {
	case errors.As(err, &unreadable):
		return &usageError{err: err}
	case err != nil:
		return err
	case !good:
		return silent{code: exitNo}
	}
	return nil
}
