#!/usr/bin/env bash
# Compiles the released programs: bench-push, and except on Windows bench-local with the dashboard
# inside. The one place that says how. Further arguments go to cargo.
#
# TARGET   the Rust target; when left out, this machine's, into target/release
# CARGO    the command                                          (default cargo)
#
# Needs `web/dist`: `cargo xtask dashboard`.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
arguments=(build --profile release --locked --manifest-path "$root/Cargo.toml" --package bench-push)
if [[ ${TARGET:-} != *windows* ]]; then
  arguments+=(--package bench-local --features bench-local/dashboard)
fi
if [[ -n ${TARGET:-} ]]; then arguments+=(--target "$TARGET"); fi
exec "${CARGO:-cargo}" "${arguments[@]}" "$@"
