#!/usr/bin/env bash
# fetch_chdb.sh <folder>: puts chDB's shared library, an embedded ClickHouse 26.7, into a folder,
# from npm. Pinned by version and by checksum. Does nothing if it is there.
set -euo pipefail

package=@chdb/lib-linux-x64-gnu@26.7.3-stable.1
archive_sha256=c0d32b129e988f2b9a9a31c9141aecf5e1e2453f9a079efc4d36ab8e3f92b2ad

fail() {
  printf 'fetch_chdb.sh: %s\n' "$*" >&2
  exit 1
}

[[ $# == 1 ]] || fail "expected one argument, the folder to put libchdb.so into"
[[ $(uname -sm) == "Linux x86_64" ]] || fail "the pinned library is for Linux on x86-64 only"
mkdir -p "$1"
folder=$(cd "$1" && pwd)
[[ ! -e $folder/libchdb.so || $(cat "$folder/checksum" 2>/dev/null) != "$archive_sha256" ]] ||
  exit 0

command -v npm >/dev/null || fail "npm is missing, it downloads $package"
echo "fetch_chdb.sh: $package" >&2
# Inside the folder, so that the last step is a rename.
work=$(mktemp -d "$folder/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
archive=$(cd "$work" && npm pack --silent "$package") || fail "npm could not download $package"
echo "$archive_sha256  $work/$archive" | sha256sum --check --status ||
  fail "$package has another checksum than the pinned one"
tar -xzf "$work/$archive" -C "$work" package/libchdb.so
rm -f "$folder/checksum"
mv "$work/package/libchdb.so" "$folder/libchdb.so"
echo "$archive_sha256" >"$folder/checksum"
