//go:build !race

package chain_test

const many = 10_000
