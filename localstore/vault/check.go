package vault

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// maxChecked bounds how many pages of a file EpochOf tries: 16 MiB. A file has that many torn pages only
// if a checkpoint of that size was cut, and then its log holds them.
const maxChecked = 4096

// lockPage is the page that SQLite never writes: its locks lie there (https://sqlite.org/fileformat2.html#the_lock_byte_page).
const lockPage = 0x40000000 / PageSize // counted from 0

// CheckKey reports whether key opens the database at path, without touching it: nil, or ErrKey. It
// must be asked before SQLite opens an existing file: with a wrong key every frame of the log would look
// torn, and SQLite would throw away what is not in the database yet.
func CheckKey(path string, key [32]byte) error {
	_, err := EpochOf(path, key)
	return err
}

// EpochOf gives the epoch in which key sealed pages of the database at path, without touching it; ErrKey: it
// sealed none of them.
//
// One page that opens is enough. A power cut may have torn pages of the database, page 1 among them;
// then the log has whole ones.
func EpochOf(path string, key [32]byte) (uint32, error) {
	for _, part := range parts(path) {
		epoch, err := part.epochOf(key)
		if err != nil && (part.kind == kindMain || !errors.Is(err, os.ErrNotExist)) {
			return 0, fmt.Errorf("vault: %w", err)
		}
		if epoch != 0 {
			return epoch, nil
		}
	}
	return 0, ErrKey
}

// part is one of the two files that pages lie in: the database, or its log.
type part struct {
	path       string
	skip, unit int64 // bytes before the first page, and of each page with what is before it
	kind       byte
}

func parts(path string) [2]part {
	return [2]part{{path, 0, PageSize, kindMain}, {path + "-wal", logHeader, frameSize, kindLog}}
}

// epochOf gives the epoch of the first page that opens with key; 0: none.
func (p part) epochOf(key [32]byte) (uint32, error) {
	d, err := openDisk(p.path)
	if err != nil {
		return 0, err
	}
	defer d.close()
	s := newSealer(0, key)
	buf := make([]byte, p.unit)
	for i := range uint64(maxChecked) {
		if err := d.readAt(buf, p.skip+int64(i)*p.unit); errors.Is(err, io.EOF) {
			return 0, nil
		} else if err != nil {
			return 0, err
		}
		b := buf[p.unit-PageSize:]
		if s.epoch = pageEpoch(b); s.epoch != 0 && s.openPage(b, place{p.kind, i}) == nil {
			return s.epoch, nil
		}
	}
	return 0, nil
}
