#!/usr/bin/env bash
# Compiles the programs for one target and packs each into an archive:
# PROGRAM-VERSION-TARGET.tar.gz with PROGRAM-VERSION-TARGET/bin/PROGRAM, LICENSE and README.md.
#
# TARGET    the Rust target
# OUT_DIR   where the archives go
# CARGO_TARGET_DIR   as for cargo
set -euo pipefail

scripts=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -- "$scripts/../.." && pwd)
[[ -n ${TARGET:-} && -n ${OUT_DIR:-} ]] || { echo "error: set TARGET and OUT_DIR" >&2; exit 2; }
version=$("$scripts/version.sh")
built=${CARGO_TARGET_DIR:-$root/target}/$TARGET/release
mkdir -p -- "$OUT_DIR"
out=$(cd -- "$OUT_DIR" && pwd)
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

"$scripts/build-programs.sh"
for program in bench-push bench-local; do
  file=$built/$program
  if [[ $TARGET == *windows* ]]; then file=$file.exe; fi
  if [[ ! -f $file && $program == bench-local && $TARGET == *windows* ]]; then continue; fi
  name=$program-$version-$TARGET
  mkdir -p "$work/$name/bin"
  cp -- "$file" "$work/$name/bin/"
  cp -- "$root/LICENSE" "$root/crates/$program/README.md" "$work/$name/"
  tar -czf "$out/$name.tar.gz" -C "$work" "$name"
  echo "$name.tar.gz: $(wc -c <"$out/$name.tar.gz" | tr -d ' ') bytes"
done
