package host

import "context"

// Tray tells that Windows has a tray, and returns when ctx ends.
func Tray(ctx context.Context, tell func(there bool)) error {
	tell(true)
	<-ctx.Done()
	return ctx.Err() //nolint:wrapcheck // the caller ended it
}
