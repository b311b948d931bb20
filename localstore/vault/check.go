package vault

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// maxChecked bounds how many pages of a file CheckKey tries: 16 MiB. A file has that many torn pages only
// if a checkpoint of that size was cut, and then its log holds them.
const maxChecked = 4096

// CheckKey reports whether key opens the database at path, without touching it: nil, or ErrKey. It
// must be asked before SQLite opens an existing file: with a wrong key every frame of the log would look
// torn, and SQLite would throw away what is not in the database yet.
//
// One page that opens is enough. A power cut may have torn pages of the database, page 1 among them;
// then the log has whole ones.
func CheckKey(path string, key [32]byte) error {
	s, err := newSealer(key)
	if err != nil {
		return fmt.Errorf("vault: %w", err)
	}
	for _, f := range []struct {
		path       string
		skip, unit int64
		kind       byte
	}{{path, 0, PageSize, kindMain}, {path + "-wal", logHeader, frameSize, kindLog}} {
		found, err := anyOpens(s, f.path, f.skip, f.unit, f.kind)
		if err != nil && (f.kind == kindMain || !errors.Is(err, os.ErrNotExist)) {
			return fmt.Errorf("vault: %w", err)
		}
		if found {
			return nil
		}
	}
	return ErrKey
}

func anyOpens(s *sealer, path string, skip, unit int64, kind byte) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close() //nolint:errcheck // read only
	buf := make([]byte, unit)
	for i := range uint64(maxChecked) {
		if _, err := f.ReadAt(buf, skip+int64(i)*unit); errors.Is(err, io.EOF) {
			return false, nil
		} else if err != nil {
			return false, err
		}
		if s.openPage(buf[unit-PageSize:], place{kind, i}) == nil {
			return true, nil
		}
	}
	return false, nil
}
