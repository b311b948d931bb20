// Callbench is the workstation for contact-centre agents. All it does is in package app; this is its
// exit code.
package main

import (
	"os"

	"github.com/callbench/callbench/app"
)

// version is set by the linker.
var version = "0.1.0-dev"

func main() {
	os.Exit(app.Main(version, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
