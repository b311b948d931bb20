package wire

import (
	"errors"
	"net/http"

	"connectrpc.com/connect"

	"github.com/callbench/callbench/desk"
	v1 "github.com/callbench/callbench/sync/wire/callbenchv1"
)

// Code is a Connect error code.
type Code string

// The codes central answers with.
const (
	CodeInvalid         Code = "invalid_argument"
	CodeUnauthenticated Code = "unauthenticated"
	CodeForbidden       Code = "permission_denied"
	CodePrecondition    Code = "failed_precondition"
	CodeExhausted       Code = "resource_exhausted"
	CodeNotThere        Code = "unimplemented"
	CodeUnavailable     Code = "unavailable"
	CodeInternal        Code = "internal"
)

// codes are Code's values as numbers.
func codes() map[Code]connect.Code {
	return map[Code]connect.Code{
		CodeInvalid:         connect.CodeInvalidArgument,
		CodeUnauthenticated: connect.CodeUnauthenticated,
		CodeForbidden:       connect.CodePermissionDenied,
		CodePrecondition:    connect.CodeFailedPrecondition,
		CodeExhausted:       connect.CodeResourceExhausted,
		CodeNotThere:        connect.CodeUnimplemented,
		CodeUnavailable:     connect.CodeUnavailable,
		CodeInternal:        connect.CodeInternal,
	}
}

// Cause says more exactly why, where the desk does something about it.
type Cause string

// The causes.
const (
	CauseWrongPassword Cause = "wrong_password"
	CauseDisabled      Cause = "disabled"
	CauseTooMany       Cause = "too_many_attempts"
	CauseToken         Cause = "token"       // unknown, expired or taken back: sign in again
	CauseCloned        Cause = "cloned"      // this desk and number were used for other work: take a new desk id
	CauseGap           Cause = "gap"         // an op before the first one is missing; LastN tells the last taken
	CauseEpoch         Cause = "epoch"       // the cursor of a Push is of another life of central: pull first
	CauseWiped         Cause = "wiped"       // Wipe says what the desk has to do
	CauseDeskOld       Cause = "desk_old"    // the desk's program is to be brought up to date; Version is central's
	CauseCentralOld    Cause = "central_old" // central's program is to be brought up to date; Version is central's, LastN as with gap
)

// FaultError is the answer to a call that failed. Message is for a log; it holds no customer data.
type FaultError struct {
	Code    Code
	Cause   Cause
	Message string
	LastN   int64
	Retry   int    // seconds to wait
	Version string // of central's program, with CauseDeskOld and CauseCentralOld

	Wipe *WipeOrder // with CauseWiped
}

// Error gives code, cause and message.
func (f *FaultError) Error() string {
	if f.Cause != "" {
		return "central: " + string(f.Code) + " (" + string(f.Cause) + "): " + f.Message
	}
	return "central: " + string(f.Code) + ": " + f.Message
}

// Unwrap gives the error of package desk that fits, nil where none does.
func (f *FaultError) Unwrap() error {
	if f.Code == CodeInvalid {
		return desk.ErrInvalid
	}
	if f.Code == CodeForbidden || f.Code == CodeUnauthenticated {
		return desk.ErrForbidden
	}
	if f.Code == CodePrecondition {
		return desk.ErrConflict
	}
	if f.Code == CodeUnavailable {
		return desk.ErrOffline
	}
	return nil
}

// Status is the HTTP status that goes with f (Connect protocol, "Error codes").
func (f *FaultError) Status() int {
	status, ok := map[Code]int{
		CodeInvalid:         http.StatusBadRequest,
		CodeUnauthenticated: http.StatusUnauthorized,
		CodeForbidden:       http.StatusForbidden,
		CodePrecondition:    http.StatusBadRequest,
		CodeExhausted:       http.StatusTooManyRequests,
		CodeNotThere:        http.StatusNotImplemented,
		CodeUnavailable:     http.StatusServiceUnavailable,
	}[f.Code]
	if !ok {
		return http.StatusInternalServerError
	}
	return status
}

// Proto is f as it travels among the details of an error.
func (f *FaultError) Proto() *v1.Fault {
	return &v1.Fault{Cause: string(f.Cause), LastN: f.LastN, Retry: small(f.Retry), Wipe: f.Wipe.Proto(), Version: f.Version}
}

// Connect is f as the error of a Connect handler.
func (f *FaultError) Connect() *connect.Error {
	code, ok := codes()[f.Code]
	if !ok {
		code = connect.CodeInternal
	}
	out := connect.NewError(code, errors.New(f.Message))
	if detail, err := connect.NewErrorDetail(f.Proto()); err == nil {
		out.AddDetail(detail)
	}
	return out
}

// FaultOf reads the fault out of the error of a Connect client; nil where the error is none that central sent. A
// fault without a detail is one that Connect itself found at central: a message too long, or of a method that
// central does not know.
func FaultOf(err error) *FaultError {
	remote, ok := errors.AsType[*connect.Error](err)
	if !ok || !connect.IsWireError(remote) {
		return nil
	}
	f := &FaultError{Code: Code(remote.Code().String()), Message: remote.Message()}
	for _, detail := range remote.Details() {
		value, err := detail.Value()
		if m, ok := value.(*v1.Fault); ok && err == nil {
			f.read(m)
			return f
		}
	}
	if _, known := codes()[f.Code]; !known {
		f.Code = CodeUnavailable // the call ended before its time, say
	}
	if f.Code == CodeExhausted {
		f.Code = CodeInvalid // Connect's word for a message above the limit
	}
	return f
}

// read takes over a detail.
func (f *FaultError) read(m *v1.Fault) {
	f.Cause, f.LastN, f.Retry, f.Version = Cause(m.GetCause()), m.GetLastN(), int(m.GetRetry()), m.GetVersion()
	f.Wipe = WipeOrderOf(m.GetWipe())
}
