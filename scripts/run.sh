#!/usr/bin/env bash
# run.sh: the demo in its window; where there is no display, the same demo as pictures.
set -euo pipefail
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  exec bin/callbench demo
fi
pictures=bin/pictures
echo "There is no display here: the demo runs without one (about a minute)."
rm -rf "$pictures"
status=0
bin/callbench-cli demo --headless "$pictures" || status=$?
echo "Its pictures, one a stage, and report.json are in $(realpath -m "$pictures")"
exit $status
