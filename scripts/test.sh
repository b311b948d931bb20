#!/usr/bin/env bash
# test.sh: everything CI checks, in stages (run it by `make test`, which sees to packages and linter).
# The cheap stages are first; what one compiles the next uses again.
set -euo pipefail
. scripts/stages.sh

build() {
  make --no-print-directory build
  for binary in bin/callbench-cli bin/centrald; do
    if readelf -d "$binary" | grep -q NEEDED; then
      echo "$binary wants shared libraries; it is meant to run where there are none"
      return 1
    fi
  done
}

vet() { # unsafeptr is left to the linter, which knows that SQLite hands C pointers to the vault
  go vet -unsafeptr=false -tags windowtest,asterisk ./...
  GOOS=windows CGO_ENABLED=0 go vet -unsafeptr=false -tags nowindow ./...
}

demo() { # The whole main job through the program as it is shipped.
  local pictures=$logs/demo stage
  rm -rf "$pictures"
  if ! timeout 180 bin/callbench-cli demo --headless "$pictures"; then
    [ -e "$pictures/report.json" ] && cat "$pictures/report.json"
    return 1
  fi
  for stage in started registered ringing popped answered audio_heard flow_done saved synced board_seen offline_saved resynced stopped; do
    compgen -G "$pictures/[0-9][0-9]-$stage.png" >/dev/null || { echo "demo: no picture of the stage $stage"; return 1; }
  done
}

# race watches what is Go. SQLite, C translated to Go, has locks of its own, which stay visible; watching its every
# load makes it sixteen times slower. It is watched too where it calls us back, and everywhere in make nightly.
race() {
  local translated=() package
  for package in libc memory sqlite/lib; do translated+=("-gcflags=modernc.org/$package=-race=false"); done
  gotest race -race "${translated[@]}" -timeout 15m ./...
  gotest race-sqlite -race ./localstore/vault ./internal/powercut
}

asterisk() {
  internal/testbed/get-asterisk.sh
  tagged asterisk
  gotest asterisk -timeout 10m "${arguments[@]}"
}

# whole is all of what the race detector sees a few cases of: 500 power cuts, kills, a failure of every write, all
# pairs of numbers, every state of the window in every size.
whole() {
  sampled
  gotest whole -timeout 10m "${arguments[@]}"
}

simulate() { # 500 histories of real desks and a real central; the race stage plays 12
  gotest simulate -timeout 20m -run '^TestNothingIsLostOrDoubled$' ./internal/simulate -histories 500
  gotest live -timeout 20m -run '^Test(WhatWaitsIsThrough|ADayOfFiftyDesks|NinetyDaysAway)' ./internal/simulate -live.runs 1
}

window() {
  tagged windowtest
  gotest window -timeout 10m -exec "$PWD/scripts/xvfb.sh" "${arguments[@]}"
}

stage arch gotest arch -count=1 ./internal/arch
stage build build
stage vet vet
stage lint scripts/lint.sh
stage test race
stage whole whole
stage simulate simulate
stage window window
stage demo demo
stage asterisk asterisk
summary
