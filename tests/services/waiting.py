"""Waiting for what another process does: asked again and again, and never for ever."""

import time
from collections.abc import Callable


def until(happened: Callable[[], object], seconds: float) -> None:
    last = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < last
        time.sleep(0.005)
