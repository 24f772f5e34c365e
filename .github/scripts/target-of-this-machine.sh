#!/usr/bin/env bash
# Prints the Rust target whose released programs run on this machine; on Linux the static ones.
#
# Exit status: 0 · 1 nothing is released for this machine
set -euo pipefail

case "$(uname -s) $(uname -m)" in
  "Linux x86_64") echo x86_64-unknown-linux-musl ;;
  "Linux aarch64") echo aarch64-unknown-linux-musl ;;
  "Darwin x86_64") echo x86_64-apple-darwin ;;
  "Darwin arm64") echo aarch64-apple-darwin ;;
  MINGW*" x86_64" | MSYS*" x86_64") echo x86_64-pc-windows-msvc ;;
  *)
    echo "nothing is released for $(uname -s) $(uname -m)" >&2
    exit 1
    ;;
esac
