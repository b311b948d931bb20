package wire

import (
	"compress/gzip"
	"errors"
	"io"
	"sync"

	"connectrpc.com/connect"
	"github.com/klauspost/compress/zstd"
)

// How messages are packed. Every central of version 1 takes and gives both; zstd is preferred.
const (
	packZstd = "zstd"
	packGzip = "gzip"

	packFrom = 1 << 10 // bytes from which packing is worth it
	packBack = 1 << 20 // how far zstd looks back, and what it takes in memory on each side
)

// packers are shared by all links of a process: each holds one to two MiB, and is used for moments.
//
//nolint:gochecknoglobals // pools, nothing that one link could see of another
var (
	serverOptions = sync.OnceValue(serve)
	clientOptions = sync.OnceValue(ask)
)

// ServerOptions is how central speaks, apart from limits: its codecs, and what it packs messages with.
func ServerOptions() connect.HandlerOption { return serverOptions() }

// ClientOptions is how a desk speaks.
func ClientOptions() connect.ClientOption { return clientOptions() }

func serve() connect.HandlerOption {
	return connect.WithHandlerOptions(
		connect.WithCodec(binary{}), connect.WithCodec(text{"json"}), connect.WithCodec(text{"json; charset=utf-8"}),
		connect.WithCompression(packGzip, unpackers(unzip, MaxPushBytes), zip), // the last one is the one preferred
		connect.WithCompression(packZstd, unpackers(unzstd, MaxPushBytes), packer),
		connect.WithCompressMinBytes(packFrom),
	)
}

func ask() connect.ClientOption {
	return connect.WithClientOptions(
		connect.WithCodec(binary{sealed: true}),
		connect.WithAcceptCompression(packGzip, unpackers(unzip, MaxAnswer), zip),
		connect.WithAcceptCompression(packZstd, unpackers(unzstd, MaxAnswer), packer),
		connect.WithSendCompression(packZstd), connect.WithCompressMinBytes(packFrom), connect.WithReadMaxBytes(MaxAnswer),
	)
}

func zip() connect.Compressor { return gzip.NewWriter(io.Discard) }

func packer() connect.Compressor {
	w, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(packBack), zstd.WithLowerEncoderMem(true))
	if err != nil {
		panic(err) // the options are wrong, whatever is packed
	}
	return w
}

// unpacked reads what was packed, at most max bytes of it: a small message may unpack to a very large one, and
// Connect reads what is above its limit to the end.
type unpacked struct {
	from interface {
		io.Reader
		Reset(r io.Reader) error
	}
	max, left int64
}

var errUnpacked = errors.New("the message unpacks to more than its limit")

func unpackers(from func() *unpacked, limit int64) func() connect.Decompressor {
	return func() connect.Decompressor {
		u := from()
		u.max = limit + 1 // Connect's own limit comes first
		return u
	}
}

func unzip() *unpacked { return &unpacked{from: &gzip.Reader{}} }

func unzstd() *unpacked {
	// With one goroutine's worth of concurrency there is none: it unpacks as it is read.
	r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(8<<20))
	if err != nil {
		panic(err) // the options are wrong, whatever is unpacked
	}
	return &unpacked{from: r}
}

func (u *unpacked) Read(p []byte) (int, error) {
	if u.left <= 0 {
		return 0, errUnpacked
	}
	n, err := u.from.Read(p[:min(int64(len(p)), u.left)])
	u.left -= int64(n)
	return n, err
}

func (u *unpacked) Reset(r io.Reader) error {
	u.left = u.max
	return u.from.Reset(r)
}

// Close does nothing: a zstd decoder that is closed cannot be used again, and one that nobody holds is garbage.
func (u *unpacked) Close() error { return nil }
