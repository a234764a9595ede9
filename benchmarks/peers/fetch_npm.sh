#!/usr/bin/env bash
# fetch_npm.sh <folder> <package> <member> <sha256>: puts one file of an npm package into a folder.
# Both are pinned, the package by its version, the file by its checksum. Does nothing if it is there.
set -euo pipefail

fail() {
  printf 'fetch_npm.sh: %s\n' "$*" >&2
  exit 1
}

[[ $# == 4 ]] || fail "expected a folder, a package, a file of it and its checksum"
package=$2 member=$3 sha256=$4
[[ $(uname -sm) == "Linux x86_64" ]] || fail "$package is pinned for Linux on x86-64 only"
mkdir -p "$1"
folder=$(cd "$1" && pwd)
file=$folder/${member##*/}

matches() {
  [[ -f $1 ]] && echo "$sha256  $1" | sha256sum --check --status
}
! matches "$file" || exit 0

command -v npm >/dev/null || fail "npm is missing, it downloads $package"
echo "fetch_npm.sh: $package" >&2
# Inside the folder, so that the last step is a rename.
work=$(mktemp -d "$folder/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
archive=$(cd "$work" && npm pack --silent "$package") || fail "npm could not download $package"
tar -xzf "$work/$archive" -C "$work" "$member" || fail "$package has no $member"
matches "$work/$member" || fail "$member of $package has another checksum than the pinned one"
mv "$work/$member" "$file"
