package central

import "github.com/callbench/callbench/desk"

// Upcast and OpHash are upcast and opHash.
var Upcast = upcast

// OpHash is what central remembers an op by.
func OpHash(op desk.Op) ([]byte, error) {
	hash, _, err := opHash(op)
	return hash, err
}
