#!/usr/bin/env bash
# Calls of the system that fail under the tool, from outside: what the interface for files could hide
# from tests that stand behind it.
#
#   failing_calls.sh TOOL FOLDER TRIES SEED
#
# FOLDER has pins.csv and events.csv, a log. In each try one call of a load into a folder fails, with
# an error of the disk or for want of room, once or from then on, or the process is killed in it. Then
# the log is loaded again, undisturbed, and the overview of the folder has to be that of the log, to
# the byte.
set -euo pipefail

fail() {
  printf 'failing_calls.sh: %s\n' "$*" >&2
  exit 1
}

(($# == 4)) || fail "expected TOOL FOLDER TRIES SEED"
tool=$1 folder=$2 tries=$3 seed=$4
now=2026-11-23T12:00:00Z
kept=$folder/kept
calls=(fdatasync fsync pwrite64 pread64 ftruncate fallocate rename unlink mkdir flock)
faults=(error=EIO error=ENOSPC signal=KILL)
RANDOM=$seed

load() {
  "$@" "$tool" load --store "$kept" --pins "$folder/pins.csv" --events "$folder/events.csv" \
    --now "$now" --batch 500
}
overview() { "$tool" overview --now "$now" --format csv "$@"; }

overview --pins "$folder/pins.csv" --events "$folder/events.csv" --output "$folder/expected.csv"

# How often a load and its sealing make each call.
declare -A made
rm -rf "$kept"
load strace -f -qq -o "$folder/calls" -e "trace=$(IFS=,; echo "${calls[*]}")" >/dev/null
for call in "${calls[@]}"; do made[$call]=$(grep -c "$call(" "$folder/calls" || true); done

failed=0
killed=0
for ((try = 0; try < tries; ++try)); do
  call=${calls[RANDOM % ${#calls[@]}]}
  ((made[$call] > 0)) || continue
  fault=${faults[RANDOM % 3]}
  when=$((1 + (RANDOM * 32768 + RANDOM) % made[$call]))
  ((RANDOM % 2)) || when+=+
  what="$call:$fault:when=$when"
  rm -rf "$kept"
  status=0
  load strace -f -qq -o "$folder/trace" -e "trace=$call" -e "inject=$what" \
    >"$folder/out" 2>"$folder/err" || status=$?
  # 127: the program itself could not be read. 0: not needed, as is the removal of a file; 1: said;
  # more than 128: killed.
  ((status != 127)) || continue
  if [[ $fault == signal=* ]]; then
    ((killed += status > 128)) || true
  else
    ((status <= 1)) || fail "$what ended the load with $status, seed $seed: $(cat "$folder/err")"
    ((status == 0)) || [[ -s $folder/err ]] || fail "$what: no word of it, seed $seed"
    ((failed += status)) || true
  fi
  load >"$folder/out" 2>"$folder/err" ||
    fail "$what: the next load failed, seed $seed: $(cat "$folder/err")"
  overview --store "$kept" --output "$folder/found.csv" ||
    fail "$what: no overview of the folder, seed $seed"
  cmp "$folder/expected.csv" "$folder/found.csv" || fail "$what: another overview, seed $seed"
done
echo "$tries loads disturbed: $failed ended with an error, $killed were killed"
