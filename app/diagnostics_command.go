package app

import (
	"context"
	"fmt"
	"time"

	"github.com/callbench/callbench/localstore"
)

type diagnosticsCommand struct {
	storeProfileFlags
	File string `arg:"" type:"path" help:"The zip file to write."`
}

// Run writes what helps to find out why a desk does not work, and nothing about customers. A store that cannot be
// opened is part of the answer.
func (c diagnosticsCommand) Run(ctx context.Context, p *program) error {
	dir, err := c.folder()
	if err != nil {
		return err
	}
	d := diagnostics{version: p.version, log: readLog(dir, diagnosticsLog), at: time.Now()}
	at, err := c.findStore(p)
	if err == nil {
		d.store = storeFacts(inspected(ctx, at.cfg))
	} else {
		d.store = fault{storeProblem(err)}
	}
	if err := d.write(c.File); err != nil {
		return err
	}
	if c.JSON {
		return p.printJSON(map[string]string{"file": c.File})
	}
	return p.print(fmt.Sprintf("%s holds no customer's data; read it before you send it, if you like.\n", c.File))
}

// inspected counts a store that another program may have open.
func inspected(ctx context.Context, cfg localstore.Config) (localstore.Stats, error) {
	s, err := localstore.Inspect(ctx, cfg)
	if err != nil {
		return localstore.Stats{}, err //nolint:wrapcheck // told by its code
	}
	defer s.Close() //nolint:errcheck // only read
	return s.Stats(ctx)
}
