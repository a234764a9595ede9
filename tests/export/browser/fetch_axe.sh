#!/usr/bin/env bash
# fetch_axe.sh <folder>: puts axe-core, which looks for what keeps people from reading a page, into a
# folder, from npm.
set -euo pipefail

[[ $# == 1 ]] || {
  echo "fetch_axe.sh: expected one argument, the folder to put axe.min.js into" >&2
  exit 1
}
"$(dirname "${BASH_SOURCE[0]}")/../../../benchmarks/peers/fetch_npm.sh" "$1" \
  axe-core@4.14.1 package/axe.min.js \
  29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c
