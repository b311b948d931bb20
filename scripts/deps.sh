#!/usr/bin/env bash
# deps.sh GROUP…: see to the system packages that building (build), testing (test) and packaging (dist) need.
# On Debian and its kin the missing ones are named and installed, with sudo when not root; elsewhere
# the list is printed and the rest is yours. NO_DEPS=1 leaves everything alone. When nothing is
# missing it only asks dpkg, which takes no noticeable time.
set -euo pipefail

build=(ca-certificates gcc libc6-dev libgl1-mesa-dev libwayland-dev libxkbcommon-dev pkg-config xorg-dev)
window=(imagemagick libgl1-mesa-dri openbox xdotool xvfb) # a real window on a display that nobody sees
methods=(dbus fcitx5 fcitx5-pinyin)                       # an input method to write Chinese with
peers=(debian-archive-keyring dpkg openssl)               # Asterisk, unpacked and not installed
dist=(binutils dpkg-dev gcc-mingw-w64-x86-64 zip)
icon=(librsvg2-bin)

wanted=()
for group in "$@"; do
  case $group in
    build) wanted+=("${build[@]}") ;;
    test) wanted+=("${build[@]}" "${window[@]}" "${methods[@]}" "${peers[@]}") ;;
    dist) wanted+=("${build[@]}" "${dist[@]}") ;;
    icon) wanted+=("${icon[@]}") ;;
    *) echo "deps: unknown group $group (build, test, dist, icon)" >&2; exit 2 ;;
  esac
done

[ "${NO_DEPS:-}" = 1 ] && exit 0

if ! command -v go >/dev/null; then
  echo "deps: Go is missing. Install Go $(sed -n 's/^go //p' go.mod) or newer and put its bin folder on PATH." >&2
  exit 1
fi

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "deps: this is not Debian or one of its kin. Needed are what Debian calls:"
  printf '  %s\n' "${wanted[@]}"
  exit 0
fi

# A name counts as there when a package of that name, or one that provides it, is installed.
installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}, ${Provides}\n' | sed -n 's/^installed //p' |
  tr ',' '\n' | sed -e 's/^ *//' -e 's/ .*//' | sort -u)
missing=()
for package in "${wanted[@]}"; do
  grep -qxF "$package" <<<"$installed" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "deps: missing system packages: ${missing[*]}"
apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "deps: neither root nor sudo. As root: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  apt=(sudo "${apt[@]}")
fi
echo "deps: installing them (NO_DEPS=1 leaves this alone)"
"${apt[@]}" update </dev/null || echo "deps: apt-get update failed; trying with the lists that are there" >&2
if ! "${apt[@]}" -y --no-install-recommends install "${missing[@]}" </dev/null >/dev/null; then
  echo "deps: apt-get could not install: ${missing[*]}" >&2
  exit 1
fi
