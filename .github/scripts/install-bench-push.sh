#!/usr/bin/env bash
# Builds bench-push from this checkout and puts it on the PATH of the steps that follow.
#
# BENCH_PUSH   an existing bench-push: then nothing is built
# GITHUB_PATH, GITHUB_OUTPUT   where GitHub Actions takes PATH entries and outputs from; optional
#
# Output: bench-push=PATH
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
binary=${BENCH_PUSH:-}

if [[ -z $binary ]]; then
  if ! command -v cargo >/dev/null; then
    echo "error: cargo is not on the PATH: install it from https://rustup.rs, or set BENCH_PUSH to a bench-push that is there" >&2
    exit 2
  fi
  cargo build --quiet --release --locked --manifest-path "$root/Cargo.toml" --package bench-push
  binary=${CARGO_TARGET_DIR:-$root/target}/release/bench-push
fi

"$binary" --version
if [[ -n ${GITHUB_PATH:-} ]]; then dirname -- "$binary" >>"$GITHUB_PATH"; fi
if [[ -n ${GITHUB_OUTPUT:-} ]]; then printf 'bench-push=%s\n' "$binary" >>"$GITHUB_OUTPUT"; fi
