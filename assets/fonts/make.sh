#!/bin/sh
# Makes the four faces in this directory from Debian's fonts-noto-cjk (SIL OFL 1.1, see OFL.txt).
# Needs: apt-get install fonts-noto-cjk fonttools python3. Takes about two minutes.
#
# All hold GB2312, GBK and Big5, so that a name from either side of the strait can be written in both
# shapes and both weights: 5 MB a face. Without the locl feature, which would pull in every region's
# shapes and double that.
set -eu
cd "$(dirname "$0")"
from=${1:-/usr/share/fonts/opentype/noto}
sets=$(mktemp -d)
trap 'rm -rf "$sets"' EXIT

python3 - "$sets" <<'PY'
import sys

def encoded(codec, first, last):
    found = set()
    for lead in range(first, last + 1):
        for trail in range(0x40, 0xFF):
            try:
                text = bytes([lead, trail]).decode(codec)
            except UnicodeDecodeError:
                continue
            if len(text) == 1:
                found.add(ord(text))
    return found

latin = set(range(0x20, 0x7F)) | set(range(0xA0, 0x180)) | set(range(0x2010, 0x2070))
signs = set(range(0x3000, 0x3040)) | set(range(0x3100, 0x3130)) | set(range(0xFF01, 0xFF66))
signs |= set(map(ord, "●○■□▲△▼▽◆◇★☆←→↑↓①②③④⑤⑥⑦⑧⑨×√±≤≥≈∞€☎⚠"))
gb2312 = encoded("gb2312", 0xA1, 0xF7)
wide = gb2312 | encoded("gbk", 0x81, 0xFE) | encoded("big5", 0xA1, 0xF9) | encoded("cp950", 0xA1, 0xF9)
with open(f"{sys.argv[1]}/chars", "w") as out:
    out.write("\n".join(f"U+{c:04X}" for c in sorted(wide | latin | signs)))
PY

# Faces in the collection: 2 is Simplified Chinese, 3 Traditional Chinese (Taiwan).
for face in sc:2 tc:3; do
	for weight in Regular Bold; do
		pyftsubset "$from/NotoSansCJK-$weight.ttc" --font-number="${face#*:}" \
			--unicodes-file="$sets/chars" --output-file="callbench-${face%:*}-$weight.otf" \
			--no-hinting --layout-features=kern --drop-tables+=VORG,vhea,vmtx --name-IDs=0,1,2,3,4,5,6,13,14
	done
done
ls -l ./*.otf
