#!/usr/bin/env python3
"""Installs the wheels into an empty environment and runs them to a dashboard with data.

usage: try-wheels.py WHEELS_DIR

Nothing but the wheels is there: `pip` gets no index, the programs an empty PATH and no variables.
Prints one JSON object: seconds and bytes of each step. Fails if any part is missing.
"""

import gzip
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
from pathlib import Path

PATIENCE = 120


def main(wheels: Path) -> None:
    scratch = Path(tempfile.mkdtemp(prefix="try-wheels-"))
    # For root, the database runs as another user, who must be able to enter the folder.
    scratch.chmod(0o755)
    try:
        print(json.dumps(measure(wheels, scratch), indent=2))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def measure(wheels: Path, scratch: Path) -> dict:
    environment = scratch / "venv"
    venv.create(environment, with_pip=True)
    before = size(environment)

    started = time.monotonic()
    pip = [environment / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--no-index", "--no-cache-dir", "--find-links", wheels, "bench-push", "bench-local"])
    installed = time.monotonic()

    demo = Demo(environment, scratch)
    try:
        first = demo.start()
        page = bytes_of_page(demo.address)
        configurations = count(demo, "benchmark_snapshots?select=model_version")
        runs = count(demo, "benchmark_transactions?select=id")
        ready = time.monotonic()
        if "fetching" in first or "npm" in first:
            raise SystemExit(f"it asked a registry:\n{first}")
        push(environment, scratch, demo)
        if count(demo, "benchmark_transactions?select=id") != runs + 1:
            raise SystemExit("the pushed run is not there")
        demo.stop()

        again = time.monotonic()
        second = demo.start()
        again = time.monotonic() - again
        if "stored" in second or count(demo, "benchmark_transactions?select=id") != runs + 1:
            raise SystemExit(f"the second start did not keep the data:\n{second}")
    finally:
        demo.stop()
    return {
        "wheel_bytes": {file.name: file.stat().st_size for file in sorted(wheels.glob("*.whl"))},
        "installed_bytes": size(environment) - before,
        "pip_install_seconds": round(installed - started, 1),
        "start_to_data_seconds": round(ready - installed, 1),
        "install_to_data_seconds": round(ready - started, 1),
        "second_start_seconds": round(again, 1),
        "page_bytes": page,
        "runs": runs,
        "configurations": configurations,
    }


class Demo:
    """`bench-local demo` of an environment."""

    def __init__(self, environment: Path, scratch: Path) -> None:
        (scratch / "empty").mkdir()
        self.program = environment / "bin/bench-local"
        self.scratch = scratch
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process = None

    def start(self) -> str:
        """Waits until it prints its address; returns what it said meanwhile."""
        log = self.scratch / "log"
        with open(log, "wb") as stderr:
            self.process = subprocess.Popen(
                [self.program, "demo", "--data-dir", self.scratch / "data", "--port", str(self.port)],
                env={"PATH": str(self.scratch / "empty"), "HOME": str(self.scratch)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
            )
        line = self.process.stdout.readline().decode().strip()
        said = log.read_text()
        if line != self.address:
            raise SystemExit(f"bench-local demo printed {line!r}\n{said}")
        return said

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(PATIENCE)

    def keys(self) -> dict:
        said = run([self.program, "keys", "--data-dir", self.scratch / "data", "--format", "json"])
        return json.loads(said)


def push(environment: Path, scratch: Path, demo: Demo) -> None:
    report = scratch / "mine.json"
    report.write_text(
        json.dumps({"model_version": "mine", "dataset_version": "d", "prompt_version": "p", "metrics": {"f1": 0.9}})
    )
    keys = demo.keys()
    names = ("SUPABASE_URL", "SUPABASE_SECRET_KEY")
    run(
        [environment / "bin/bench-push", "--input", report, "--environment", "local", "--commit-sha", "abc1234"],
        env={"PATH": str(scratch / "empty"), "HOME": str(scratch), **{name: keys[name] for name in names}},
    )


def bytes_of_page(address: str) -> int:
    """What a browser loads first, compressed: the page and all that it names."""
    page = get(address + "/")
    total = len(gzip.compress(page))
    named = set(re.findall(r"[\w./-]+\.(?:js|css|wasm)\b", page.decode()))
    if not named:
        raise SystemExit(f"the page names no parts: {page[:500]!r}")
    for name in sorted(named):
        total += len(get(f"{address}/{name.lstrip('./')}", {"Accept-Encoding": "gzip"}))
    return total


def count(demo: Demo, query: str) -> int:
    key = json.loads(get(demo.address + "/config.json"))["publishable_key"]
    headers = {"apikey": key, "Prefer": "count=exact", "Range": "0-0"}
    request = urllib.request.Request(f"{demo.address}/rest/v1/{query}", headers=headers)
    with urllib.request.urlopen(request, timeout=PATIENCE) as response:
        return int(response.headers["Content-Range"].rsplit("/")[1])


def get(address: str, headers: dict = {}) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=PATIENCE) as response:
        return response.read()


def run(command: list, **options) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]).resolve())
