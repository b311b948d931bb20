#!/usr/bin/env bash
# proto.sh: makes the Go of proto/ anew (run it by `make proto`). With "check" it only says whether the committed Go
# is what the .proto says, and whether version 1 has only grown since the last commit.
set -euo pipefail
cd "$(dirname "$0")/.."
BUF=github.com/bufbuild/buf/cmd/buf@v1.50.0
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
# The plugins at go.mod's versions, so that what they make fits what it is compiled with.
go build -o "$tools/" google.golang.org/protobuf/cmd/protoc-gen-go connectrpc.com/connect/cmd/protoc-gen-connect-go
buf() { (cd proto && PATH="$tools:$PATH" go run "$BUF" "$@"); }
buf lint
if [[ ${1:-} == check ]]; then
  buf generate --output "$tools"
  exit
fi
buf format --write
buf generate
