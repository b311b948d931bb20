#!/usr/bin/env bash
# licences.sh: the licence of every module linked into our binaries, as text on standard output.
# A module without a licence file is an error: it may not be shipped.
set -euo pipefail
{
  go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' . ./central/centrald
  CGO_ENABLED=1 GOOS=windows go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' .
} | sort -u | while read -r path version dir; do
  mapfile -t texts < <(find "$dir" -maxdepth 1 -type f \( -iname 'licen[cs]e*' -o -iname 'copying*' -o -iname 'notice*' \) | sort)
  if [ ${#texts[@]} -eq 0 ]; then
    echo "licences: $path $version has no licence file" >&2
    exit 1
  fi
  printf '%s %s\n\n' "$path" "$version"
  cat "${texts[@]}"
  printf '\n%s\n\n' "────────────────────────────────────────────────────────────"
done
printf 'The Go standard library and runtime, %s\n\n' "$(go env GOVERSION)"
cat "$(go env GOROOT)/LICENSE"
