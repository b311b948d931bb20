# Sourced by test.sh and nightly.sh: run named stages, time them, count the tests they ran.
logs=${logs:-$PWD/.cache/logs}
mkdir -p "$logs"
rm -f "$logs"/*.log
began=$SECONDS

# stage NAME COMMAND… runs COMMAND, often a function, so that its first failing line ends the run.
# STAGES="NAME NAME" in the environment runs only those.
stage() {
  local name=$1 start=$SECONDS status
  shift
  if [ -n "${STAGES:-}" ] && [[ " $STAGES " != *" $name "* ]]; then return; fi
  echo "== $name"
  set +e # a function called in a condition would go on after a failing line
  (set -e; "$@" </dev/null)
  status=$?
  set -e
  if [ $status -ne 0 ]; then
    echo "== $name FAILED after $((SECONDS - start)) s"
    summary
    exit 1
  fi
  echo "== $name: $((SECONDS - start)) s"
}

# gotest NAME ARGUMENT… is `go test` with every test counted. Of a package that passes one line is
# shown, of one that fails all that the failing tests said; the full text is in $logs/NAME.log.
gotest() {
  local log=$logs/$1.log
  shift
  go test -v -shuffle=on -vet=off "$@" 2>&1 | tee "$log" | awk '
    /^=== (RUN|PAUSE|CONT|NAME)/ || /^ *--- (PASS|SKIP)/ || /^PASS$/ { next }
    /^ok / { print; fflush(); kept = 0; next }
    /\[no test files\]/ { kept = 0; next }
    { line[kept++] = $0 }
    /^FAIL\t/ { for (i = 0; i < kept; i++) print line[i]; fflush(); kept = 0 }
    END { for (i = 0; i < kept; i++) print line[i] }'
  grep -qE '^ *--- PASS' "$log" || { echo "no test ran: go test $*"; return 1; }
}

# tagged TAG sets the array arguments to what makes go test run just the tests that TAG adds.
# shellcheck disable=SC2034 # arguments is for the caller
tagged() {
  local files names
  mapfile -t files < <(git grep --untracked -lE "^//go:build.*\b$1\b" -- '*_test.go')
  names=$(sed -nE 's/^func (Test[A-Za-z0-9_]+)\(.*/\1/p' "${files[@]}" | paste -sd'|')
  mapfile -t arguments < <(printf '%s\n' -tags "$1" -run "^($names)\$"; dirname "${files[@]}" | sort -u | sed 's|^|./|')
}

# sampled sets the array arguments to what makes go test run the tests that play only some of their cases under the
# race detector: those of the files that import internal/race. The stages simulate and live choose for themselves.
# shellcheck disable=SC2034 # arguments is for the caller
sampled() {
  local files names
  mapfile -t files < <(git grep --untracked -l '"github.com/callbench/callbench/internal/race"' -- '*_test.go' ':!internal/simulate')
  names=$(sed -nE 's/^func (Test[A-Za-z0-9_]+)\(.*/\1/p' "${files[@]}" | grep -v '^TestMain$' | paste -sd'|')
  mapfile -t arguments < <(printf '%s\n' -run "^($names)\$"; dirname "${files[@]}" | sort -u | sed 's|^|./|')
}

# summary is the last thing printed.
summary() {
  count() { cat "$logs"/*.log 2>/dev/null | grep -cE "$1" || true; }
  echo "== all: $((SECONDS - began)) s"
  echo "tests: $(count '^ *--- PASS') passed, $(count '^ *--- FAIL|\[(build|setup) failed\]') failed, $(count '^ *--- SKIP') skipped"
}
