#!/usr/bin/env bash
# Publishes the wheels on PyPI, as a trusted publisher: no secret is needed. PyPI takes the same file
# twice, so a publication that stopped half-way can be repeated.
#
# FILES_DIR   the folder with the wheels
set -euo pipefail

[[ -d ${FILES_DIR:-} ]] || { echo "error: set FILES_DIR to a folder" >&2; exit 2; }
tools=$(mktemp -d)
trap 'rm -rf -- "$tools"' EXIT
python3 -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check "uv==0.13.9"
"$tools/bin/uv" publish --trusted-publishing always "$FILES_DIR"/*.whl
