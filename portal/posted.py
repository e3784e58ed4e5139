"""The version of the register, posted where nginx reads it: the size and the date of an empty file.

nginx keeps public answers under the version that is posted (deploy/nginx.conf) and need not ask whether it
still is the version, so what is posted must never be older than what somebody stored: the notice is taken
down before a change is committed and put up again after it, one process at a time
(docs/decisions/034-posted-for-nginx.md). Where none is posted, nginx asks us each time.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from flask import Flask, current_app, has_app_context

from portal.db import commit_guards
from portal.fresh import release
from portal.replica import Stores

DATES = 2**31
RENEWED = 60.0


def init_app(app: Flask) -> None:
    path = app.config["SETTINGS"].posted_version
    app.extensions["posted"] = Posted(path, app.extensions["stores"]) if path else None


class Posted:
    """Its size is the number of the newest public entry; its date, the release in seconds since 1970."""

    def __init__(self, path: Path, stores: Stores):
        self._path, self._stores = path, stores
        self._date = int(release(), 16) % DATES
        self._renew_at = 0.0
        path.parent.mkdir(parents=True, exist_ok=True)

    @property
    def folder(self) -> Path:
        return self._path.parent

    def tag(self, version: int) -> str:
        """What nginx makes of a notice of this version: its ETag."""
        return f'"{self._date:x}-{version:x}"'

    def read(self) -> int | None:
        """The version where it is posted. Asked with each request that comes to us: a process that ended
        between the two steps left no notice, and one of another release a notice of its own; one that wrote
        without this setting left an old one, so it is put up anew now and then."""
        now = monotonic()
        try:
            notice = self._path.stat()
            if notice.st_mtime == self._date and now < self._renew_at:
                return notice.st_size
        except FileNotFoundError:
            pass
        with self._turn(fcntl.LOCK_NB) as mine:
            if mine:
                self._renew_at = now + RENEWED
                self._put_up()
        return None

    @contextmanager
    def taken_down(self) -> Iterator[None]:
        """What is committed within is never older than what is posted."""
        with self._turn():
            self._path.unlink(missing_ok=True)
            self._make_durable()
            yield
            self._put_up()

    @contextmanager
    def _turn(self, way: int = 0) -> Iterator[bool]:
        with open(f"{self._path}.turn", "a") as queue:
            try:
                fcntl.flock(queue, fcntl.LOCK_EX | way)
            except BlockingIOError:
                yield False
                return
            yield True

    def _put_up(self) -> None:
        # Never the replica's: it may know less than what was stored.
        end = self._stores.end()
        if end is None:
            return
        version = end[1]
        new = self._path.with_name(f"{self._path.name}.new")
        with open(new, "wb") as notice:
            notice.truncate(version)
        os.utime(new, (self._date, self._date))
        new.replace(self._path)

    def _make_durable(self) -> None:
        """A machine that loses its power must not find the old notice beside the new entries."""
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def _take_down() -> Iterator[None]:
    posted = current_app.extensions["posted"] if has_app_context() else None
    if posted is None:
        yield
        return
    with posted.taken_down():
        yield


commit_guards.append(_take_down)
