#!/usr/bin/env bash
# screenshots.sh: the main screens in three languages and two schemes, in docs/pictures, and the picture in README.md,
# out of the real demo (run it by `make screenshots`). Needs no display.
set -euo pipefail
rm -rf docs/pictures bin/pictures
bin/callbench-cli gallery --pictures docs/pictures --main
size=$(du -cb docs/pictures/*.png | tail -1 | cut -f1)
if [ "$size" -gt 6000000 ]; then
  echo "docs/pictures takes $size bytes; more than 6 MB is too much for a repository" >&2
  exit 1
fi
bin/callbench-cli demo --headless bin/pictures --lang zh-Hans --seed 1
cp bin/pictures/[0-9][0-9]-audio_heard.png docs/picture.png
echo "docs/pictures has the screens that docs/SCREENS.md shows; docs/picture.png is the talk, out of the demo."
