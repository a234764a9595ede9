#!/usr/bin/env bash
# fetch_duckdb.sh <folder>: puts DuckDB's shared library and its C header into a folder, from npm.
set -euo pipefail

fetch=$(dirname "${BASH_SOURCE[0]}")/fetch_npm.sh
[[ $# == 1 ]] || {
  echo "fetch_duckdb.sh: expected one argument, the folder to put DuckDB into" >&2
  exit 1
}
"$fetch" "$1" @duckdb/node-bindings-linux-x64@1.5.6-r.1 package/libduckdb.so \
  3f4962cdd266eab2b479a5b5a4a6d063d279b2954ae814ed00385d553b747633
# The package above has no header. The C interface only grows, so an older header will do.
"$fetch" "$1" duckdb@1.4.4 package/src/duckdb/src/include/duckdb.h \
  cbe6a827284375c5a646b8f27dbd3a00808ce8738b5bbb49c190cb1e08540281
