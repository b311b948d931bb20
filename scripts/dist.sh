#!/usr/bin/env bash
# dist.sh: packages for Debian and a zip for Windows with checksums, in dist/ (run it by `make dist`).
# The Windows programs are linked here and not run.
set -Eeuo pipefail
trap 'echo "dist: line $LINENO failed" >&2' ERR
rm -rf dist
mkdir -p dist
work=$(mktemp -d)
trap 'rm -rf "$work"; rm -f rsrc_windows_amd64.syso' EXIT
# A tag v1.2.3 becomes 1.2.3; anything else is older than every release.
case $VERSION in
  v[0-9]*) number=${VERSION#v} ;;
  *) number=0~git${VERSION} ;;
esac
number=${number//-/+}

compile() { # OUTPUT ARGUMENT…, from the environment GOOS and CGO_ENABLED
  local output=$1
  shift
  go build -trimpath -o "$output" "$@"
}
# Opened by GLFW and miniaudio when they run, so that no linker knows of them.
opened="libx11-6, libx11-xcb1, libxcursor1, libxext6, libxi6, libxinerama1, libxkbcommon0, libxrandr2, libxrender1, libxxf86vm1"
link="-s -w -X main.version=$VERSION"

scripts/licences.sh >"$work/THIRD-PARTY.txt"
{
  echo "Callbench is under the Apache License, Version 2.0, whose text is in"
  echo "/usr/share/common-licenses/Apache-2.0 on Debian. The fonts in it are under the SIL Open Font"
  echo "License 1.1. What it links is listed below."
  echo
  cat assets/fonts/OFL.txt "$work/THIRD-PARTY.txt"
} >"$work/copyright"

package() { # NAME SECTION DESCRIPTION: packs $work/NAME, whose binaries say what they depend on
  local name=$1 tree=$work/$1 depends
  install -Dm644 "$work/copyright" "$tree/usr/share/doc/$name/copyright"
  install -Dm644 CHANGELOG.md "$tree/usr/share/doc/$name/changelog"
  gzip -9n "$tree/usr/share/doc/$name/changelog"
  install -dm755 "$tree/DEBIAN"
  mkdir -p "$work/debian"
  printf 'Source: callbench\n\nPackage: %s\nArchitecture: amd64\n' "$name" >"$work/debian/control"
  depends=$(cd "$work" && dpkg-shlibdeps -O "$tree"/usr/bin/* 2>/dev/null | sed -n 's/^shlibs:Depends=/Depends: /p')
  {
    echo "Package: $name"
    echo "Version: $number"
    echo "Architecture: amd64"
    echo "Maintainer: Callbench maintainers <callbench@users.noreply.github.com>"
    echo "Section: $2"
    echo "Priority: optional"
    echo "Homepage: https://github.com/callbench/callbench"
    echo "Installed-Size: $(du -sk --exclude=DEBIAN "$tree" | cut -f1)"
    if [ "$name" = callbench ]; then
      echo "$depends, $opened"
      echo "Recommends: libpulse0 | libasound2, libgl1-mesa-dri, gnome-keyring | kwalletmanager"
    fi
    [ "$name" != centrald ] || echo "Depends: passwd"
    echo "Description: $3"
    sed 's/^/ /' # the long text comes on standard input
  } >"$tree/DEBIAN/control"
  (cd "$tree" && find . -type f -not -path './DEBIAN/*' -printf '%P\0' | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
  dpkg-deb --root-owner-group -Zxz --build "$tree" "dist/${name}_${number}_amd64.deb" >/dev/null
}

echo "dist: Debian packages"
CGO_ENABLED=1 compile "$work/callbench/usr/bin/callbench" -ldflags "$link" .
CGO_ENABLED=0 compile "$work/callbench-cli/usr/bin/callbench-cli" -ldflags "$link" -tags nowindow .
CGO_ENABLED=0 compile "$work/centrald/usr/bin/centrald" -ldflags "$link" ./central/centrald
install -Dm644 packaging/callbench.desktop "$work/callbench/usr/share/applications/callbench.desktop"
install -Dm644 packaging/callbench.png "$work/callbench/usr/share/icons/hicolor/256x256/apps/callbench.png"
install -Dm644 assets/icons/callbench.svg "$work/callbench/usr/share/icons/hicolor/scalable/apps/callbench.svg"
install -Dm644 packaging/centrald.service "$work/centrald/lib/systemd/system/centrald.service"
install -Dm755 packaging/centrald.postinst "$work/centrald/DEBIAN/postinst"

package callbench net "desktop workstation for contact-centre agents" <<'X'
Softphone, customer, guided call flow and notes in one window. Everything is
saved on the desk first and synchronised with a central server. To try it with
no server and no telephone: callbench demo
X
package callbench-cli net "Callbench without its window" <<'X'
Every command of callbench but the window, in one static program that needs
neither a display nor its libraries: headless desks, call flows, the demo.
X
package centrald net "central server for Callbench desks" <<'X'
Takes each change of each desk exactly once and gives every desk what it may
see. One static program and one data folder. Nothing is started by installing
it: docs/ADMIN.md of the project tells how.
X

echo "dist: Windows zip"
windows=$work/callbench-windows
mkdir -p "$windows"
# The icon in the program itself: a .syso beside main.go is linked in.
echo '1 ICON "packaging/callbench.ico"' | x86_64-w64-mingw32-windres -O coff -o rsrc_windows_amd64.syso
export GOOS=windows GOARCH=amd64 CC=x86_64-w64-mingw32-gcc
CGO_ENABLED=1 compile "$windows/callbench.exe" -ldflags "$link -H windowsgui" .
CGO_ENABLED=0 compile "$windows/callbench-cli.exe" -ldflags "$link" -tags nowindow .
CGO_ENABLED=0 compile "$windows/centrald.exe" -ldflags "$link" ./central/centrald
unset GOOS GOARCH CC
cp LICENSE README.md CHANGELOG.md "$windows"
cp "$work/copyright" "$windows/COPYRIGHT.txt"
(cd "$work" && zip -qr - callbench-windows) >"dist/callbench-${number}-windows-amd64.zip"

(cd dist && sha256sum -- * >SHA256SUMS && cat SHA256SUMS)
