#!/usr/bin/env bash
# fetch_chdb.sh <folder>: puts chDB's shared library, an embedded ClickHouse 26.7, into a folder,
# from npm.
set -euo pipefail

[[ $# == 1 ]] || {
  echo "fetch_chdb.sh: expected one argument, the folder to put libchdb.so into" >&2
  exit 1
}
"$(dirname "${BASH_SOURCE[0]}")/../../benchmarks/peers/fetch_npm.sh" "$1" \
  @chdb/lib-linux-x64-gnu@26.7.3-stable.1 package/libchdb.so \
  36ad4e999882821ef13cf2d0f52c93f48e6ee1b4498b35a201c23ce4b8d15bf5
