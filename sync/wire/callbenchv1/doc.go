// Package callbenchv1 is version 1 of the messages between a desk and central as they travel, with their Connect
// client and handler: made from proto/callbench/v1/desk.proto by scripts/proto.sh, never by hand. It owns nothing
// and does nothing by itself. Only package wire and the two ends (sync, central) know it; everyone else works with
// wire's own types.
package callbenchv1
