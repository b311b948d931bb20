#!/usr/bin/env bash
# proto.sh: makes the Go of proto/ anew (run it by `make proto`). With "check" it fails where the committed Go was not
# what the .proto says, or where version 1 has not only grown since the last commit.
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
  buf breaking --against "../.git#ref=HEAD,subdir=proto"
else
  buf format --write
fi
buf generate
[[ ${1:-} != check ]] || git diff --exit-code -- sync/wire/callbenchv1
