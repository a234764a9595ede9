#!/usr/bin/env bash
# fetch_playwright.sh <folder>: puts playwright-core, which drives a browser, into a folder, from
# npm. Pinned by version and by checksum. Does nothing if it is there.
set -euo pipefail

package=playwright-core@1.65.1
archive_sha256=6f5a60be62a4fddfbe7d10c448d8fbd54547da3358f2f8a04211440471ee863e

fail() {
  printf 'fetch_playwright.sh: %s\n' "$*" >&2
  exit 1
}

[[ $# == 1 ]] || fail "expected one argument, the folder to put playwright-core into"
mkdir -p "$1"
folder=$(cd "$1" && pwd)
target=$folder/playwright-core
[[ $(cat "$target/.checksum" 2>/dev/null) != "$archive_sha256" ]] || exit 0

command -v npm >/dev/null || fail "npm is missing, it downloads $package"
echo "fetch_playwright.sh: $package" >&2
# Inside the folder, so that the last step is a rename.
work=$(mktemp -d "$folder/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
archive=$(cd "$work" && npm pack --silent "$package") || fail "npm could not download $package"
echo "$archive_sha256  $work/$archive" | sha256sum --check --status ||
  fail "$package has another checksum than the pinned one"
tar -xzf "$work/$archive" -C "$work"
echo "$archive_sha256" >"$work/package/.checksum"
rm -rf "$target"
mv "$work/package" "$target"
