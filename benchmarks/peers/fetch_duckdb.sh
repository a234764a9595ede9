#!/usr/bin/env bash
# fetch_duckdb.sh <folder>: puts DuckDB's shared library and its C header into a folder, from npm.
# Both are pinned by version and by checksum. Does nothing if they are there.
set -euo pipefail

library_package=@duckdb/node-bindings-linux-x64@1.5.6-r.1
library_member=package/libduckdb.so
library_sha256=3f4962cdd266eab2b479a5b5a4a6d063d279b2954ae814ed00385d553b747633

# The package above has no header. The C interface only grows, so an older header will do.
header_package=duckdb@1.4.4
header_member=package/src/duckdb/src/include/duckdb.h
header_sha256=cbe6a827284375c5a646b8f27dbd3a00808ce8738b5bbb49c190cb1e08540281

fail() {
  printf 'fetch_duckdb.sh: %s\n' "$*" >&2
  exit 1
}

[[ $# == 1 ]] || fail "expected one argument, the folder to put DuckDB into"
[[ $(uname -sm) == "Linux x86_64" ]] || fail "the pinned library is for Linux on x86-64 only"
mkdir -p "$1"
folder=$(cd "$1" && pwd)

matches() {
  [[ -f $1 ]] && echo "$2  $1" | sha256sum --check --status
}

# fetch <package> <member> <sha256>
fetch() {
  local package=$1 member=$2 sha256=$3 archive
  local file=$folder/${member##*/}
  ! matches "$file" "$sha256" || return 0
  command -v npm >/dev/null || fail "npm is missing, it downloads $package"
  echo "fetch_duckdb.sh: $package" >&2
  archive=$(cd "$work" && npm pack --silent "$package") || fail "npm could not download $package"
  tar -xzf "$work/$archive" -C "$work" "$member" || fail "$package has no $member"
  matches "$work/$member" "$sha256" ||
    fail "$member of $package has another checksum than the pinned one"
  mv "$work/$member" "$file"
}

# Inside the folder, so that the last step is a rename.
work=$(mktemp -d "$folder/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
fetch "$library_package" "$library_member" "$library_sha256"
fetch "$header_package" "$header_member" "$header_sha256"
