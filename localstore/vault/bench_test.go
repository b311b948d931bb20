package vault

import (
	"crypto/rand"
	"testing"
)

// BenchmarkPage tells what a page costs, and what two keys cost over one: the search for the page's key.
func BenchmarkPage(b *testing.B) {
	old, second := [32]byte{1}, [32]byte{2}
	plain, page := make([]byte, PageSize), make([]byte, PageSize)
	rand.Read(plain[:sealed])
	one := One(old)
	both := one.With(2, second)
	work := make([]byte, PageSize)
	open := func(b *testing.B, r *Ring, epoch uint32) {
		b.Helper()
		at := place{kindMain, 7}
		if err := r.find(epoch).sealPage(page, plain, at); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(PageSize)
		for b.Loop() {
			copy(work, page)
			if r.openPage(work, at) != nil {
				b.Fatal("does not open")
			}
		}
	}
	b.Run("Open/alone", func(b *testing.B) {
		at := place{kindMain, 7}
		if err := one.seals.sealPage(page, plain, at); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(PageSize)
		for b.Loop() {
			copy(work, page)
			if one.seals.openPage(work, at) != nil {
				b.Fatal("does not open")
			}
		}
	})
	b.Run("Open/ring of one", func(b *testing.B) { open(b, one, 1) })
	b.Run("Open/ring of two, the new key", func(b *testing.B) { open(b, both, 2) })
	b.Run("Open/ring of two, the old key", func(b *testing.B) { open(b, both, 1) })
	b.Run("Seal", func(b *testing.B) {
		b.SetBytes(PageSize)
		for b.Loop() {
			if err := both.seals.sealPage(page, plain, place{kindMain, 7}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
