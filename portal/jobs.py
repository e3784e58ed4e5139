"""Work that takes longer than a page. Each room names what it does when `jobs run` comes round.

Nothing has to run for this to work: whoever makes work also starts a process of its own for it, which
ends when nothing waits. A standing `jobs run` does the same and takes up what a killed process left.
With a Redis a standing one, on whatever machine, is woken instead, and web machines start nothing.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog
from flask import current_app

from config import ROOT

if TYPE_CHECKING:
    from redis import Redis

log = structlog.get_logger()

WAKING = "portal:jobs:waking"
STANDING = "portal:jobs:standing"
STANDS_SECONDS = 60

_work: dict[str, Callable[[], int]] = {}


def add_work(name: str, do: Callable[[], int]) -> None:
    """`do` does what waits and answers how much that was."""
    _work[name] = do


def names_of_work() -> list[str]:
    return sorted(_work)


def do_waiting_work(only: str | None = None) -> dict[str, int]:
    """What was done, by name; work that fails is logged and does not stop the rest."""
    done = {}
    for name, do in _work.items():
        if only not in (None, name):
            continue
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
    if current_app.testing or _woken():
        return
    subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "run", "--once"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _redis(patience: float) -> "Redis | None":
    url = current_app.config["SETTINGS"].redis_url
    if not url:
        return None
    from redis import Redis  # Six megabytes that a worker without one does not need.

    return Redis.from_url(url, socket_timeout=patience, socket_connect_timeout=1)


def _woken() -> bool:
    """Whether a standing worker somewhere was told. Without one, or without Redis, nobody was."""
    shared = _redis(1)
    if shared is None:
        return False
    from redis import RedisError

    try:
        with shared:
            standing = bool(shared.exists(STANDING))
            if standing:
                shared.lpush(WAKING, "1")
            return standing
    except RedisError as error:
        log.warning("jobs_not_woken", error=type(error).__name__)
        return False


def wait_for_work(seconds: int) -> None:
    """Until somebody wakes us, but not longer than this."""
    shared = _redis(seconds + 5)
    if shared is None:
        time.sleep(seconds)
        return
    from redis import RedisError

    try:
        with shared:
            shared.set(STANDING, "1", ex=STANDS_SECONDS)
            shared.blpop(WAKING, timeout=seconds)
            shared.delete(WAKING)
    except RedisError:
        time.sleep(seconds)
