#!/usr/bin/env bash
# Installs a released bench-push by version and checksum, and puts it on the PATH of the steps that
# follow. Without a release it is built from this checkout, which takes minutes and needs Rust.
#
# BENCH_PUSH          an existing bench-push: then nothing is installed
# VERSION             the release, such as 0.1.0; `source` builds from this checkout
#                     (default: ACTION_REF if it is a tag such as v0.1.0, or else this checkout's version)
# SHA256              the archive's checksum, which the caller trusts; when left out, that of the
#                     release's SHA256SUMS
# RELEASE_REPOSITORY  owner/name of the repository whose releases count
#                     (default: GITHUB_REPOSITORY)
# RELEASES_URL        where the releases are, for a mirror      (default: GitHub's)
# GH_TOKEN            with it, with gh, and without SHA256, the release's attestation is verified too
# RUNNER_TOOL_CACHE   where it is kept for the next job         (default: ~/.cache/bench-monitor/tools)
# GITHUB_PATH, GITHUB_OUTPUT   where GitHub Actions takes PATH entries and outputs from; optional
#
# Output: bench-push=PATH, installed=existing|cached|released|source
# Exit status: 0 · 1 the archive is not the released one · 2 settings, or no way to build
set -euo pipefail

scripts=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -- "$scripts/../.." && pwd)

refuse() { # status, sentence
  echo "error: $2" >&2
  exit "$1"
}
warn() { # sentence
  if [[ -n ${GITHUB_ACTIONS:-} ]]; then
    echo "::warning title=bench-push::$1"
  else
    echo "warning: $1" >&2
  fi
}
checkouts_version() {
  sed -n '/^\[workspace.package\]/,/^\[/ s/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml" | head -n 1
}
digest() { # file
  if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}
download() { # address, file
  curl --fail --silent --show-error --location --retry 3 --max-time 120 --output "$2" "$1" 2>"$work/curl"
}

# Sets `binary`; status 3 if there is no such release, and then `reason` says why. It is called with
# `||`, where bash ignores `set -e`: every command that may fail says what then.
install_release() {
  local target archive url wanted folder name=bench-push
  if ! target=$("$scripts/target-of-this-machine.sh" 2>&1); then
    reason=$target
    return 3
  fi
  if [[ $target == *windows* ]]; then name=bench-push.exe; fi
  folder=${RUNNER_TOOL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/bench-monitor/tools}/bench-push/$version/$target
  binary=$folder/$name
  if [[ -x $binary && -f $folder/archive.sha256 ]]; then
    wanted=${SHA256:-$(<"$folder/archive.sha256")}
    if [[ $wanted == "$(<"$folder/archive.sha256")" ]]; then
      installed=cached
      return 0
    fi
  fi

  command -v curl >/dev/null || { reason="curl is not there"; return 3; }
  url=${RELEASES_URL:-${GITHUB_SERVER_URL:-https://github.com}/$repository/releases/download}/v$version
  archive=bench-push-$version-$target.tar.gz
  if ! download "$url/$archive" "$work/$archive"; then
    reason="$url/$archive cannot be downloaded: $(head -n 1 "$work/curl")"
    return 3
  fi
  wanted=${SHA256:-}
  if [[ -z $wanted ]]; then
    download "$url/SHA256SUMS" "$work/SHA256SUMS" ||
      refuse 1 "the release $version has no SHA256SUMS, so nothing of it is installed"
    wanted=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' "$work/SHA256SUMS")
    [[ -n $wanted ]] || refuse 1 "SHA256SUMS of the release $version does not name $archive"
  fi
  local found
  found=$(digest "$work/$archive")
  [[ $found == "$wanted" ]] ||
    refuse 1 "$archive has the checksum $found, wanted $wanted; it was not installed"
  verify_attestation "$work/$archive"

  mkdir -p -- "$work/unpacked" "$(dirname -- "$folder")" || exit 2
  tar -xzf "$work/$archive" -C "$work/unpacked" --strip-components=1 || refuse 1 "$archive cannot be unpacked"
  [[ -f $work/unpacked/bin/$name ]] || refuse 1 "$archive holds no bin/$name"
  # Complete or not at all: another job of this machine may install the same.
  local ready
  ready=$(mktemp -d "$folder.new-XXXXXX") || exit 2
  { mv -- "$work/unpacked/bin/$name" "$ready/$name" && chmod 755 "$ready" "$ready/$name" &&
    printf '%s\n' "$found" >"$ready/archive.sha256"; } || exit 2
  rm -rf -- "$folder"
  mv -- "$ready" "$folder" 2>/dev/null || rm -rf -- "$ready"
  [[ -x $binary ]] || refuse 2 "$binary could not be written"
  installed=released
}

# The checksum comes from where the archive does; the attestation says which workflow built it.
verify_attestation() { # archive
  if [[ -n ${SHA256:-} || -z ${GH_TOKEN:-} ]] || ! command -v gh >/dev/null; then return 0; fi
  local said
  if said=$(gh attestation verify "$1" --repo "$repository" 2>&1); then
    echo "the attestation of $(basename -- "$1") is valid: built by a workflow of $repository"
  elif [[ $said == *"HTTP 401"* || $said == *"HTTP 403"* || $said == *"unknown command"* ]]; then
    warn "the attestation of bench-push $version was not verified: $(head -n 1 <<<"$said")"
  else
    refuse 1 "the attestation of $(basename -- "$1") is not valid for $repository; it was not installed: $(head -n 1 <<<"$said"); set SHA256 to a checksum that you trust, or VERSION to source"
  fi
}

build_from_source() {
  command -v cargo >/dev/null ||
    refuse 2 "cargo is not on the PATH: install it from https://rustup.rs, or set BENCH_PUSH to a bench-push that is there"
  cargo build --quiet --release --locked --manifest-path "$root/Cargo.toml" --package bench-push
  binary=${CARGO_TARGET_DIR:-$root/target}/release/bench-push
  installed=source
}

version=${VERSION:-}
if [[ -z $version && ${ACTION_REF:-} =~ ^v[0-9]+\.[0-9]+\.[0-9]+ ]]; then version=${ACTION_REF#v}; fi
version=${version:-$(checkouts_version)}
version=${version#v}
repository=${RELEASE_REPOSITORY:-${GITHUB_REPOSITORY:-}}
binary=${BENCH_PUSH:-}
installed=existing

if [[ -z $binary ]]; then
  [[ $version =~ ^(source|[0-9A-Za-z][0-9A-Za-z.+-]*)$ ]] || refuse 2 "VERSION must be a release such as 0.1.0, or \`source\`, found '$version'"
  [[ -z ${SHA256:-} || $SHA256 =~ ^[0-9a-f]{64}$ ]] || refuse 2 "SHA256 must be 64 hexadecimal digits"
  [[ -z $repository || $repository =~ ^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$ ]] || refuse 2 "RELEASE_REPOSITORY must be owner/name"
  work=$(mktemp -d)
  trap 'rm -rf -- "$work"' EXIT
  reason=
  if [[ $version == source ]]; then
    build_from_source
  else
    status=0
    [[ -n $repository || -n ${RELEASES_URL:-} ]] || { status=3; reason="RELEASE_REPOSITORY is not set"; }
    if (( status == 0 )); then install_release || status=$?; fi
    if (( status == 3 )); then
      warn "no released bench-push $version was installed ($reason); building it from source takes minutes"
      build_from_source
    elif (( status != 0 )); then
      exit "$status"
    fi
  fi
fi

"$binary" --version
if [[ -n ${GITHUB_PATH:-} ]]; then dirname -- "$binary" >>"$GITHUB_PATH"; fi
if [[ -n ${GITHUB_OUTPUT:-} ]]; then printf 'bench-push=%s\ninstalled=%s\n' "$binary" "$installed" >>"$GITHUB_OUTPUT"; fi
