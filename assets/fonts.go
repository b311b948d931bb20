package assets

import (
	_ "embed" // for the faces
	"unsafe"
)

// The faces, each some 10 MB. They are strings and not files of the embedded tree, because a file of that is copied
// each time it is read; the linker keeps one of both.
var (
	//go:embed fonts/callbench-sc-Regular.otf
	scRegular string
	//go:embed fonts/callbench-sc-Bold.otf
	scBold string
	//go:embed fonts/callbench-tc-Regular.otf
	tcRegular string
	//go:embed fonts/callbench-tc-Bold.otf
	tcBold string
)

func fontText(name string) string {
	switch name {
	case "callbench-tc-Regular.otf":
		return tcRegular
	case "callbench-tc-Bold.otf":
		return tcBold
	case "callbench-sc-Bold.otf":
		return scBold
	}
	return scRegular
}

// inPlace gives the bytes of a text without a copy. They lie in the program itself, which the system lets nobody write to.
func inPlace(text string) []byte {
	return unsafe.Slice(unsafe.StringData(text), len(text)) //nolint:gosec // read only, as the package says of all it returns
}
