package vault

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// Stale lists, in ascending order, up to limit pages of the database at path, from page from on (1 and 0 are
// the first), that are not sealed in epoch. It reads what really lies in the file: a page that was written
// since may still be in the log only. next is the page to go on from, 0 at the end. It looks at no more than
// 16 Ki pages (64 MiB) a call, so that a caller can stop in between.
//
// Pages of zeros are left out: either the log holds them, and a checkpoint will write them, or they are damaged;
// nothing in them is sealed.
func Stale(path string, epoch, from uint32, limit int) (list []uint32, next uint32, err error) {
	d, err := openDisk(path)
	if err != nil {
		return nil, 0, fmt.Errorf("vault: %w", err)
	}
	defer d.close()
	size, err := d.size()
	if err != nil {
		return nil, 0, fmt.Errorf("vault: %w", err)
	}
	pages, at := uint32(size/PageSize), max(from, 1)-1 //nolint:gosec // SQLite's own bound is below
	end := min(pages, at+maxStale)
	buf := make([]byte, diskBuffer)
	for at < end {
		some := buf[:min(len(buf), int(end-at)*PageSize)]
		if err := d.readAt(some, int64(at)*PageSize); errors.Is(err, io.EOF) {
			return list, 0, nil // cut meanwhile
		} else if err != nil {
			return nil, 0, fmt.Errorf("vault: %w", err)
		}
		for ; len(some) > 0; some, at = some[PageSize:], at+1 {
			if pageEpoch(some) == epoch || at == lockPage || blank(some[:PageSize]) {
				continue
			}
			if list = append(list, at+1); len(list) == limit {
				return list, at + 2, nil
			}
		}
	}
	if at >= pages {
		return list, 0, nil
	}
	return list, at + 1, nil
}

const maxStale = 16 << 10

func blank(page []byte) bool { return bytes.Equal(page, zeros[:]) }

//nolint:gochecknoglobals // never written
var zeros [PageSize]byte

// LogIsOnly reports whether every frame of the log of the database at path was sealed in epoch; also when
// there is none.
func LogIsOnly(path string, epoch uint32) (bool, error) {
	p := parts(path)[1]
	d, err := openDisk(p.path)
	if errors.Is(err, os.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("vault: %w", err)
	}
	defer d.close()
	var b [4]byte
	for i := int64(0); ; i++ {
		switch err := d.readAt(b[:], p.skip+i*p.unit+frameHeader+epochAt); {
		case errors.Is(err, io.EOF):
			return true, nil
		case err != nil:
			return false, fmt.Errorf("vault: %w", err)
		case binary.LittleEndian.Uint32(b[:]) != epoch:
			return false, nil
		}
	}
}
