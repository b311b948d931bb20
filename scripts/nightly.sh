#!/usr/bin/env bash
# nightly.sh: what takes longer than a developer waits, at most 4 h (run it by `make nightly`).
#
# It can be stopped at any time and goes on where it was: .cache/nightly holds the seed of the round
# and the stages that are done; what fuzzing has found stays in Go's cache. A round that ends well
# removes both, the next takes a new seed. SEED=N repeats a round, MINUTES=N (default 50) is the time
# for all fuzz targets together, CHECKS=N (default 1000) the number of cases of each property.
set -euo pipefail
unset STAGES # a round is whole
logs=$PWD/.cache/nightly/logs
. scripts/stages.sh
state=$PWD/.cache/nightly/round
minutes=${MINUTES:-50}
checks=${CHECKS:-1000}

if [ -n "${SEED:-}" ]; then rm -f "$state"; fi
[ -e "$state" ] || echo "seed ${SEED:-$(date +%s)}" >"$state"
seed=$(sed -n 's/^seed //p' "$state")
echo "nightly: seed $seed (SEED=$seed make nightly repeats it)"

# once NAME COMMAND… is a stage that a round does only once.
once() {
  if grep -qxF "done $1" "$state"; then
    echo "== $1: done before"
    return
  fi
  stage "$@"
  echo "done $1" >>"$state"
}

race_tests() { # The same tests in an order of this round, and again.
  gotest race -race -count=2 -shuffle="$seed" -timeout 40m ./...
}

properties() {
  local packages
  mapfile -t packages < <(go list -f '{{range .TestImports}}{{if eq . "pgregory.net/rapid"}}{{$.ImportPath}}{{end}}{{end}}{{range .XTestImports}}{{if eq . "pgregory.net/rapid"}}{{$.ImportPath}}{{end}}{{end}}' ./... | sort -u)
  gotest properties -timeout 60m "${packages[@]}" -rapid.seed="$seed" -rapid.checks="$checks"
}

chain() { # Every way to touch a chain, in memory and in real files of a desk and of central.
  gotest chain-10000 -run 'Chain10000' ./desk/chain -chain.edits 10000 -chain.seed "$seed"
  gotest chain-files -timeout 60m -run 'NoLie' ./localstore ./central -chain.lies 10000 -chain.seed "$seed"
}

model() { # 100,000 histories of the protocol's model; each planted mistake found from this round's seed on
  gotest model -timeout 60m -v ./internal/syncmodel -model.histories=100000 -model.seed="$seed"
}

fuzz() { # PACKAGE TARGET SECONDS
  gotest "fuzz-$(basename "$1")-$2" -run '^$' -fuzz "^$2\$" -fuzztime "$3s" "./$1"
}

powercuts() { # 20,000 of this round's own, three minutes
  gotest powercuts -timeout 40m -run '^TestWhatWasAcknowledgedSurvivesPowerCuts' ./localstore -powercut.cuts=20000 -powercut.seed="$seed"
}

simulate() { # 20,000 histories of this round's own, half an hour: two processes, for SQLite in Go has locks that all of one share
  local first=$((seed % 1000000 * 100000)) half
  GOMAXPROCS=1 gotest simulate-a -timeout 100m -run '^TestNothingIsLostOrDoubled$' ./internal/simulate -histories 10000 -first "$first" &
  half=$!
  GOMAXPROCS=1 gotest simulate-b -timeout 100m -run '^TestNothingIsLostOrDoubled$' ./internal/simulate -histories 10000 -first $((first + 10000)) || { wait $half; return 1; }
  wait $half
}

live() { # what waits is through within a minute of any fault's end, 200 times; 90 days away with 50,000 waiting changes
  gotest live -timeout 150m -run '^Test(WhatWaitsIsThrough|ADayOfFiftyDesks|NinetyDaysAway)' ./internal/simulate -live.runs 200 -live.pending 50000
}

mistakes() { # each mistake that is planted in sync, localstore and central is found within a minute
  gotest mistakes -timeout 40m -tags mistakes -run '^TestEachPlantedMistakeIsFound$' ./internal/simulate
}

transfers() { # 200 of each kind, against Asterisk
  internal/testbed/get-asterisk.sh
  gotest transfers -timeout 60m -tags asterisk -run '^TestTransfersAtAsterisk$' ./softphone -transfers 200
}

kills() {
  gotest kills -timeout 20m -run '^TestWhatWasAcknowledgedSurvivesKill$' ./localstore -kill.rounds=200 -powercut.seed="$seed"
}

monkey() { # 10,000 moves at the real window
  gotest monkey -timeout 60m -tags windowtest -exec "$PWD/scripts/xvfb.sh" -run '^TestAMonkeyAtTheRealWindow$' ./app -monkey.realmoves 10000 -monkey.realseed "$seed"
}

imports() { # a million rows through the program, within 200 MB
  gotest imports -timeout 60m -v -run '^TestAProcessImportsWithin200MB$' ./app -import.rows=1000000
}

demo() { # five times as shipped
  local n
  for n in 1 2 3 4 5; do
    rm -rf "$logs/demo"
    timeout 60 bin/callbench-cli demo --headless "$logs/demo" --seed $((seed % 100000 + n))
  done
}

race_demo() { # No timings count here: SQLite is 16 times slower under the race detector.
  go build -race -tags nowindow -o bin/callbench-race .
  rm -rf "$logs/race-demo"
  timeout 180 bin/callbench-race demo --headless "$logs/race-demo" --seed "$seed"
}

once build make --no-print-directory build
once demo demo
once race-demo race_demo
once race race_tests
once properties properties
once chain chain
once model model
once simulate simulate
once mistakes mistakes
once live live
once powercuts powercuts
once kills kills
once transfers transfers
once imports imports
once monkey monkey
mapfile -t targets < <(git grep -nE '^func Fuzz[A-Za-z0-9_]+\(' -- '*_test.go' | sed -E 's|^(.*)/[^/]*_test.go:[0-9]+:func (Fuzz[A-Za-z0-9_]+).*|\1 \2|' | sort)
for target in "${targets[@]}"; do
  read -r package name <<<"$target"
  once "fuzz $package $name" fuzz "$package" "$name" $((minutes * 60 / ${#targets[@]}))
done
rm -f "$state"
summary
