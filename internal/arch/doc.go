// Package arch holds no code, only the tests that keep the others in their places: who may import
// whom (docs/ARCHITECTURE.md says why), what a binary may link, and which names say nothing.
package arch
