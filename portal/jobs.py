"""Work that takes longer than a page. Each room names what it does when `jobs run` comes round.

Nothing has to run for this to work: whoever makes work also starts a process of its own for it, which
ends when nothing waits. A standing `jobs run` does the same and takes up what a killed process left.
"""

import subprocess
import sys
from collections.abc import Callable

import structlog
from flask import current_app

from config import ROOT

log = structlog.get_logger()

_work: dict[str, Callable[[], int]] = {}


def add_work(name: str, do: Callable[[], int]) -> None:
    """`do` does what waits and answers how much that was."""
    _work[name] = do


def do_waiting_work() -> dict[str, int]:
    """What was done, by name; work that fails is logged and does not stop the rest."""
    done = {}
    for name, do in _work.items():
        try:
            count = do()
        except Exception:
            log.exception("job_failed", job=name)
            continue
        if count:
            done[name] = count
    return done


def start_worker() -> None:
    """Begin in a process of its own, so that pages stay quick and a restarted web worker kills nothing."""
    if current_app.testing:
        return
    subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "run", "--once"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
