//go:build !race

package app

// listRows go in and out while the folders around are looked at.
const listRows = 20_000
