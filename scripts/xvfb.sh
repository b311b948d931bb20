#!/usr/bin/env bash
# xvfb.sh COMMAND…: run COMMAND on a display of its own that nobody sees: 1366×768, with a window
# manager. The X server picks a free display number itself, so that several can run side by side.
# Both end with the command.
set -euo pipefail
dir=$(mktemp -d)
servers=()
finish() {
  for pid in "${servers[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait "${servers[@]}" 2>/dev/null || true
  rm -rf "$dir"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

mkfifo "$dir/display"
Xvfb -displayfd 3 -screen 0 "${XVFB_SCREEN:-1366x768x24}" -nolisten tcp -noreset 3>"$dir/display" >"$dir/log" 2>&1 &
servers+=($!)
# The server writes its number when it is ready to be used.
if ! read -r -t 30 number <"$dir/display"; then
  echo "xvfb: no display within 30 s:" >&2
  cat "$dir/log" >&2
  exit 1
fi
export DISPLAY=":$number"
unset WAYLAND_DISPLAY
openbox >"$dir/openbox.log" 2>&1 &
servers+=($!)
"$@"
