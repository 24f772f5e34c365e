#!/usr/bin/env bash
# Prints the version of this checkout, as Cargo.toml has it.
#
# TAG   if set, it must be `v` and that version
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
version=$(sed -n '/^\[workspace.package\]/,/^\[/ s/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml")
[[ -n $version ]] || { echo "error: Cargo.toml has no version" >&2; exit 1; }
if [[ -n ${TAG:-} && $TAG != "v$version" ]]; then
  echo "error: the tag is $TAG, and Cargo.toml has the version $version" >&2
  exit 1
fi
echo "$version"
