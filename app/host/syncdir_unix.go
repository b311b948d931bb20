//go:build unix

package host

import "os"

// syncDir makes the names in a folder durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err //nolint:wrapcheck // WriteFile wraps it
	}
	defer d.Close() //nolint:errcheck // only read
	return d.Sync() //nolint:wrapcheck // WriteFile wraps it
}
