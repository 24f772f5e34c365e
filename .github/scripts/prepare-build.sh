#!/usr/bin/env bash
# Installs what build-archives.sh and build-wheels.sh need on a GitHub runner: the Rust target, a C
# compiler for static Linux programs, and maturin.
#
# TARGET        the Rust target
# RUNNER_TEMP   maturin goes into `maturin` below, and GITHUB_PATH gets to know it
set -euo pipefail

[[ -n ${TARGET:-} && -n ${RUNNER_TEMP:-} ]] || { echo "error: set TARGET and RUNNER_TEMP" >&2; exit 2; }
rustup target add "$TARGET"
if [[ $TARGET == *-linux-musl ]] && ! command -v musl-gcc >/dev/null; then
  sudo apt-get update -qq
  sudo apt-get install -y -qq musl-tools
fi
python3 -m venv "$RUNNER_TEMP/maturin"
bin=$RUNNER_TEMP/maturin/bin
if [[ $TARGET == *windows* ]]; then bin=$RUNNER_TEMP/maturin/Scripts; fi
"$bin/python" -m pip install --quiet --disable-pip-version-check "maturin==1.16.0"
if [[ -n ${GITHUB_PATH:-} ]]; then echo "$bin" >>"$GITHUB_PATH"; fi
