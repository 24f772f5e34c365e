#!/usr/bin/env bash
# Publishes the files of a release on GitHub, with their checksums in SHA256SUMS.
#
# TAG         the tag, `v` and the version of this checkout
# FILES_DIR   archives and wheels; SHA256SUMS is written there
# DRY_RUN     `true` checks and writes SHA256SUMS, and publishes nothing
# GH_TOKEN    a token that may write contents; used by gh
set -euo pipefail

scripts=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
[[ -n ${TAG:-} && -d ${FILES_DIR:-} ]] || { echo "error: set TAG, and FILES_DIR to a folder" >&2; exit 2; }
if [[ ${DRY_RUN:-} == true ]]; then version=$(TAG='' "$scripts/version.sh"); else version=$("$scripts/version.sh"); fi
cd -- "$FILES_DIR"

# A release that lacks a platform would be found out by its users.
missing=()
for target in x86_64-unknown-linux-musl aarch64-unknown-linux-musl x86_64-apple-darwin aarch64-apple-darwin; do
  for program in bench-push bench-local; do
    [[ -f $program-$version-$target.tar.gz ]] || missing+=("$program-$version-$target.tar.gz")
  done
done
[[ -f bench-push-$version-x86_64-pc-windows-msvc.tar.gz ]] || missing+=("bench-push-$version-x86_64-pc-windows-msvc.tar.gz")
if (( ${#missing[@]} > 0 )); then
  echo "error: FILES_DIR lacks ${missing[*]}; nothing was published" >&2
  exit 1
fi

files=(*.tar.gz *.whl)
sha256sum -- "${files[@]}" >SHA256SUMS
cat SHA256SUMS
if [[ ${DRY_RUN:-} == true ]]; then exit 0; fi
flags=(--verify-tag --title "$version" --generate-notes)
if [[ $version == *-* ]]; then flags+=(--prerelease); fi
gh release create "$TAG" "${flags[@]}" -- "${files[@]}" SHA256SUMS
