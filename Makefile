# Callbench. `make run` and `make test` are all a newcomer needs; CONTRIBUTING.md has the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

CACHE   := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/callbench
LINT    := $(CACHE)/bin/golangci-lint
LINT_V  := v2.15.0
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
# No -trimpath here: with it nothing compiled for the tests could be used again. `make dist` has it.
GOBUILD := go build -ldflags '-s -w -X main.version=$(VERSION)'
export CACHE LINT VERSION

.PHONY: help deps run test nightly bench dist build proto lint lint-tool fmt screenshots icon clean callbench callbench-cli centrald

help: ## this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

deps: ## name and install the system packages that are missing (NO_DEPS=1: leave that alone)
	@scripts/deps.sh test

run: deps ## open the demo; with no display, make pictures of it
	@$(MAKE) --no-print-directory build
	@scripts/run.sh

build: callbench callbench-cli centrald ## bin/callbench, bin/callbench-cli (no window, no cgo), bin/centrald

callbench:
	$(GOBUILD) -o bin/callbench .
callbench-cli:
	CGO_ENABLED=0 $(GOBUILD) -tags nowindow -o bin/callbench-cli .
centrald:
	CGO_ENABLED=0 $(GOBUILD) -o bin/centrald ./central/centrald

test: deps lint-tool ## everything CI checks
	@scripts/test.sh

nightly: deps ## what takes longer: fuzzing, more seeds, the demo again and again (at most 4 h)
	@scripts/nightly.sh

CUSTOMERS ?= 1000000
bench: callbench-cli ## the store with a million customers against plain SQLite: bin/bench/report.json (CUSTOMERS=N)
	cd internal/bench && CGO_ENABLED=1 go build -tags sqlite_fts5 -o ../../bin/bench/mattn .
	bin/callbench-cli store bench --customers $(CUSTOMERS) --dir bin/bench/stores-$(CUSTOMERS) --compare bin/bench/mattn --json >bin/bench/report.json.new
	mv bin/bench/report.json.new bin/bench/report.json

dist: ## .deb packages and a Windows zip with checksums in dist/
	@scripts/deps.sh dist
	@scripts/dist.sh

proto: ## sync/wire/callbenchv1 from proto/
	@scripts/proto.sh

lint: lint-tool ## golangci-lint over everything
	@scripts/lint.sh

fmt: lint-tool ## gofumpt and goimports over everything
	@$(LINT) fmt ./...

# Built once (3 min) and kept beside, not in, the tree.
lint-tool:
	@"$(LINT)" version 2>/dev/null | grep -qF "version $(LINT_V:v%=%) " || { \
	  echo "installing golangci-lint $(LINT_V) (once, some minutes)"; \
	  GOBIN=$(dir $(LINT)) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_V); }

screenshots: callbench-cli ## docs/pictures (every main screen, 3 languages, 2 schemes) and docs/picture.png from the real demo
	@scripts/screenshots.sh

icon: ## packaging/callbench.png and .ico from assets/icons/callbench.svg
	@scripts/deps.sh icon
	@scripts/icon.sh

clean: ## what was built here; never a cache
	rm -rf bin dist
