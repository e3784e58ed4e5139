"""Run other programs, and stop with one plain line when something a person must mend is wrong."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def say(line: str) -> None:
    print(line, flush=True)


def stop(line: str) -> None:
    """End the set-up; the last line says what to do."""
    sys.exit(f"\n{line}")


def run(command: list[str], *, what: str, environ: dict[str, str] | None = None, quiet: bool = False) -> None:
    """Run a command in the project's folder; stop with its output and what was being done when it fails."""
    result = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **(environ or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
    )
    if result.returncode:
        if result.stdout:
            say(result.stdout[-4000:])
        stop(f"{what} did not work (status {result.returncode}): {' '.join(command[:6])} ...")


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
