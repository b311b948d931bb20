//go:build race

package chain_test

const many = 1000
