// Package simulate plays histories of desks and a central against each other: the real client (sync), the real store
// (localstore) and the real server (central) in one process, on a network and on disks that go wrong as a seed says.
// The promise of docs/PROTOCOL.md is held against every history, by a book of its own of what was committed where.
//
// Prepare makes the files that every history begins with; Play plays one history in a directory of its own and gives
// its Failure or nil. A history is one goroutine, has no sockets, never sleeps, and reads no clock but its own: the same
// seed gives the same history. Several may be played at the same time. Nothing runs on when Play has returned.
package simulate
