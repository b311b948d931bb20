package wire

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// errForm is all that is said of a message that cannot be read: the decoders' own words may quote it.
var errForm = errors.New("the message is not in this method's form")

// binary and text are the two forms of a message. They differ from Connect's own in that a string that is not
// UTF-8 (a caller's name from a PBX, say) is mended and no reason for a call to fail for ever, and in errForm.
type (
	binary struct{ sealed bool } // sealed: a message without the end that endOf makes is none
	text   struct{ name string }
)

func (binary) Name() string   { return "proto" }
func (c text) Name() string   { return c.name }
func (binary) IsBinary() bool { return true }
func (text) IsBinary() bool   { return false }

func (binary) Marshal(message any) ([]byte, error) {
	out, err := marshal(message, proto.Marshal)
	return append(out, endOf(len(out))...), err
}

// MarshalStable is what Connect asks of a codec; our messages are never part of an address.
func (c binary) MarshalStable(message any) ([]byte, error) { return c.Marshal(message) }

func (text) Marshal(message any) ([]byte, error) { return marshal(message, protojson.Marshal) }

func (c text) MarshalStable(message any) ([]byte, error) { return c.Marshal(message) }

func marshal(message any, form func(proto.Message) ([]byte, error)) ([]byte, error) {
	m, ok := message.(proto.Message)
	if !ok {
		return nil, fmt.Errorf("%T is no message", message)
	}
	out, err := form(m)
	if err != nil {
		mend(m.ProtoReflect())
		out, err = form(m)
	}
	return out, err
}

func (c binary) Unmarshal(body []byte, message any) error {
	n := len(body) - endBytes
	ended := n >= 0 && bytes.Equal(body[n:], endOf(n))
	if c.sealed && !ended {
		return errForm
	}
	m, ok := message.(proto.Message)
	if !ok || proto.Unmarshal(body, m) != nil {
		return errForm
	}
	return nil
}

// endField is the last field of every message in its binary form: a fixed32 that says how many bytes are before it. Without
// it a message that a proxy has cut off between two fields would be a good one: a page with fewer rows and the same cursor.
// Who does not know the field does not see it.
const (
	endField = 2047
	endBytes = 2 + 4
)

func endOf(n int) []byte {
	return protowire.AppendFixed32(protowire.AppendTag(nil, endField, protowire.Fixed32Type), uint32(n)) //nolint:gosec // messages are bounded
}

func (text) Unmarshal(body []byte, message any) error {
	m, ok := message.(proto.Message)
	if !ok || (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(body, m) != nil {
		return errForm
	}
	return nil
}

// mend replaces bytes that are not UTF-8 in every string of a message, its lists and its parts. None of our
// messages has a map.
func mend(m protoreflect.Message) {
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case field.IsList():
			list := value.List()
			for i := range list.Len() {
				if field.Message() != nil {
					mend(list.Get(i).Message())
				} else if s, ok := list.Get(i).Interface().(string); ok && !utf8.ValidString(s) {
					list.Set(i, protoreflect.ValueOfString(strings.ToValidUTF8(s, "\uFFFD")))
				}
			}
		case field.Message() != nil:
			mend(value.Message())
		case field.Kind() == protoreflect.StringKind && !utf8.ValidString(value.String()):
			m.Set(field, protoreflect.ValueOfString(strings.ToValidUTF8(value.String(), "\uFFFD")))
		}
		return true
	})
}
