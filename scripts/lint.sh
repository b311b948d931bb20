#!/usr/bin/env bash
# lint.sh: golangci-lint over everything, and over the files that only a build without the window has
# (run it by `make lint`).
set -euo pipefail
: "${LINT:?run make lint}"
"$LINT" run ./...
CGO_ENABLED=0 "$LINT" run --build-tags nowindow . ./app/... ./softphone/audio/...
