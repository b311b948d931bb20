//go:build !race

package number_test

// oneOf so many spellings is asked against all numbers.
const oneOf = 1
