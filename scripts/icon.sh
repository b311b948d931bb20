#!/usr/bin/env bash
# icon.sh: draw assets/icons/callbench.svg in the sizes that packages want (run it by `make icon`).
set -euo pipefail
out=packaging
rsvg-convert -w 256 -h 256 assets/icons/callbench.svg -o "$out/callbench.png"

# A Windows icon is a directory of pictures; since Vista one PNG of 256×256 is enough.
# ICONDIR: reserved 0, type 1, one entry. ICONDIRENTRY: 0×0 means 256, 1 plane, 32 bits, length, offset 22.
length=$(stat -c %s "$out/callbench.png")
little_endian() { printf '%08x' "$1" | sed -E 's/(..)(..)(..)(..)/\\x\4\\x\3\\x\2\\x\1/'; }
{
  printf '\x00\x00\x01\x00\x01\x00\x00\x00\x00\x00\x01\x00\x20\x00'
  # shellcheck disable=SC2059 # the format is the bytes
  printf "$(little_endian "$length")$(little_endian 22)"
  cat "$out/callbench.png"
} >"$out/callbench.ico"
