package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

func isZip(head []byte) bool { return bytes.HasPrefix(head, []byte("PK\x03\x04")) }

// isCompound tells Microsoft's compound file: .xls, and every .xlsx that has a password.
func isCompound(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
}

// compoundFault tells an .xlsx with a password from an .xls by the name of the stream inside, [MS-OFFCRYPTO]
// section 2.3.
func compoundFault(f io.ReaderAt) error {
	const name = "EncryptedPackage"
	var want []byte
	for _, c := range []byte(name) {
		want = append(want, c, 0) // names are UTF-16
	}
	buf := make([]byte, 1<<20)
	for at := int64(0); ; at += int64(len(buf) - len(want)) {
		n, err := f.ReadAt(buf, at)
		if bytes.Contains(buf[:n], want) {
			return ErrEncrypted
		}
		if errors.Is(err, io.EOF) {
			return ErrOldExcel
		}
		if err != nil {
			return err
		}
	}
}

// notText says of a file that is neither zip nor compound whether it can be CSV. Many programs write a web
// page and call it .xls.
func notText(head []byte) error {
	if hasUTF16Mark(head) {
		return nil
	}
	unmarked, marked := bytes.CutPrefix(head, []byte(utf8Mark))
	start := bytes.ToLower(bytes.TrimLeft(unmarked, " \t\r\n"))
	for _, page := range []string{"<!doctype", "<html", "<table", "<?xml", "{\\rtf", "%pdf-"} {
		if bytes.HasPrefix(start, []byte(page)) {
			return fmt.Errorf("a web page or document: %w", ErrNotSheet)
		}
	}
	if marked { // it says that it is text, whatever is in its cells
		return nil
	}
	control := 0
	for _, b := range head {
		if b < ' ' && b != '\t' && b != '\n' && b != '\r' || b == 0x7f {
			control++
		}
	}
	if control*20 > len(head) && control > 2 { // a stray NUL is a cell's fault, not the file's
		return fmt.Errorf("not text: %w", ErrNotSheet)
	}
	return nil
}
