#!/usr/bin/env bash
# screenshots.sh: the demo's pictures in every language, in bin/pictures/LANG, and from them the one in
# README.md (run it by `make screenshots`).
set -euo pipefail
for lang in zh-Hans zh-Hant en; do
  rm -rf "bin/pictures/$lang"
  bin/callbench-cli demo --headless "bin/pictures/$lang" --lang "$lang" --seed 1
done
cp bin/pictures/zh-Hans/[0-9][0-9]-audio_heard.png docs/picture.png
echo "All pictures are in bin/pictures; docs/picture.png is the talk in Simplified Chinese."
