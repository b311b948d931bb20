#!/usr/bin/env bash
# get-asterisk.sh [ROOT]: unpack a real Asterisk into ROOT (default: the user's cache), for tests.
# Nothing is installed, no maintainer script runs, root is not needed: about 20 s and 190 MB the first
# time, nothing after that. Bookworm has no Asterisk; the one of Debian's sid suite brings its own
# ld.so and libraries. The mirror is the one that apt of this machine uses.
# MIRROR, SUITE and PKGS override. Exit 2: no mirror known.
set -euo pipefail

root=$(realpath -m "${1:-${XDG_CACHE_HOME:-$HOME/.cache}/callbench/asterisk}")
suite=${SUITE:-sid}
read -ra packages <<<"${PKGS:-asterisk asterisk-core-sounds-en-gsm asterisk-moh-opsound-gsm}"
if [ -e "$root/.asterisk-version" ]; then
  cat "$root/.asterisk-version"
  exit 0
fi

# Either form of apt sources, any of which may be absent; the first that ends in /debian.
mirror=${MIRROR:-$({ cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true; } | sed -nE \
  -e 's/^URIs: *([^ ]*\/debian)\/?( .*)?$/\1/p' \
  -e 's/^deb (\[[^]]*\] )?([^ ]*\/debian)\/? .*/\2/p' | sed -n 1p)}
if [ -z "$mirror" ]; then
  echo "get-asterisk: no Debian mirror in this machine's apt sources; set MIRROR" >&2
  exit 2
fi

# An apt of its own, which knows of no installed package, fetches all that Asterisk needs. The mirror may
# be a frozen one: its age does not matter here, its signature does.
apt=$root.apt
rm -rf "$apt" "$root"
mkdir -p "$apt"/{etc/apt.conf.d,etc/preferences.d,lists/partial,cache/archives/partial,dpkg} "$root"
: >"$apt/dpkg/status"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$apt/etc/sources.list"
apt_get() {
  apt-get -qq -o Dir::Etc="$apt/etc" -o Dir::Etc::sourceparts=/nonexistent \
    -o Dir::State="$apt" -o Dir::State::lists="$apt/lists" -o Dir::State::status="$apt/dpkg/status" \
    -o Dir::Cache="$apt/cache" -o APT::Sandbox::User= -o Acquire::Languages=none -o Acquire::Check-Valid-Until=false \
    -o APT::Install-Recommends=0 -o APT::Architecture=amd64 -o APT::Architectures=amd64 \
    -o Debug::NoLocking=1 "$@" </dev/null
}
apt_get update
apt_get -y --download-only install "${packages[@]}" >/dev/null

for dir in usr/bin usr/sbin usr/lib usr/lib64; do mkdir -p "$root/$dir"; done
for link in bin sbin lib lib64; do ln -sfn "usr/$link" "$root/$link"; done
for deb in "$apt"/cache/archives/*.deb; do
  dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$root" --keep-directory-symlink --no-same-owner \
    --exclude=./usr/share/doc --exclude=./usr/share/man --exclude=./usr/share/locale \
    --exclude='./usr/share/perl*' --exclude='./usr/lib/x86_64-linux-gnu/perl*'
done
# These alternatives a maintainer script would have set; without them every prompt fails.
ln -sfn en_US_f_Allison "$root/usr/share/asterisk/sounds/en"
ln -sfn en_US_f_Allison "$root/usr/share/asterisk/sounds/en_US"

version=$(dpkg-deb -f "$apt"/cache/archives/asterisk_*.deb Version)
rm -rf "$apt"
# Last, so that a run that broke off starts anew.
echo "$version" >"$root/.asterisk-version"
echo "$version"
