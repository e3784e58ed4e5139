"""Answers as files, which nginx hands out by itself (docs/decisions/046-answers-as-files.md).

A page or a piece of JSON that strangers ask for a second time is written where nginx looks before it asks
us: under the version it read, the day and the language it told us, and the address as it was asked. nginx
says the headers of these files by itself (deploy/nginx.conf), so only an answer that has just these is
written. What lies under a version never changes; a new version, or a new day, begins with an empty folder.
"""

import os
import re
import shutil
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from threading import Lock, Thread, get_ident

import structlog
from flask import Flask

from portal.fresh import OF_KEPT
from portal.headers import BY_HTTPS, FOR_OTHER_SITES, OF_ALL, OF_OUR_OWN_SITE, policy
from portal.language import NAMES
from portal.posted import Posted
from portal.shelf import Header, KeptAnswer, Key

log = structlog.get_logger()

READY_AT = "HTTP_X_READY_AT"
"""Of the environ: the day by the clock of nginx and the language it takes the reader for, `2026-11-30/zh`."""
POSTED = "HTTP_X_POSTED_VERSION"

MOST_BYTES = 64 * 1024 * 1024
"""Each worker writes no more of one version and day: the folder lies in memory as a rule."""
PIECE = 4096
PLACE = re.compile(r"([0-9]{4}-[0-9T:-]{4,15})/(zh|en)")
# No dot at the start of a part, no slash behind the question mark: a file lies where its address says.
PLAIN_ADDRESS = re.compile(r"(/[\w~%-][\w.~%-]{0,199})*/?(\?[\w.~%=&+,:;-]{0,199})?", re.ASCII)
OF_EACH_VERSION = frozenset({"etag", "x-register-version"})


def init_app(app: Flask) -> None:
    posted = app.extensions["posted"]
    app.extensions["ready"] = ReadyFiles(posted) if posted is not None else None


class ReadyFiles:
    def __init__(self, posted: Posted):
        self._folder, self._posted = posted.folder / "ready", posted
        self._shelf, self._room = "", 0
        self._lock = Lock()

    def place_of(self, environ: Mapping[str, str], key: Key, kept: KeptAnswer) -> Path | None:
        """Where nginx looks for this answer; None where it must not lie, or where no room is left."""
        address, version = environ.get("RAW_URI", ""), self._posted.tag(key[2])
        told = PLACE.fullmatch(environ.get(READY_AT, "")) if PLAIN_ADDRESS.fullmatch(address) else None
        if told is None or told[2] != key[1] or environ.get(POSTED) != version:
            return None
        kind = "json" if address.startswith("/api/") else "html"
        if not _is_said_by_nginx(kind, kept.head, key[1], environ["wsgi.url_scheme"] == "https"):
            return None
        shelf = f"{version}{told[1]}"
        room = self._room if shelf == self._shelf else MOST_BYTES
        return self._folder / shelf / told[2] / f"{address[1:]}.{kind}" if room >= kept.size else None

    def write(self, place: Path, tag: str, kept: KeptAnswer) -> None:
        # nginx makes its ETag of the time and the length of a file.
        time = int(tag[:8], 16) & 0x7FFFFFFF
        self._go_on_to(place.relative_to(self._folder).parts[0])
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            # The compressed one first: where the other lies, nginx takes either.
            if kept.gzipped is not None:
                self._put(place.with_name(f"{place.name}.gz"), kept.gzipped, time)
            self._put(place, kept.body, time)
        except OSError as problem:
            self._room = 0
            log.warning("not_written_for_nginx", error=type(problem).__name__)

    def begin_anew(self) -> None:
        """What another portal wrote here may be of another register."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _go_on_to(self, shelf: str) -> None:
        with self._lock:
            if shelf != self._shelf:
                self._shelf, self._room = shelf, MOST_BYTES
                Thread(target=self._remove_earlier, daemon=True).start()

    def _remove_earlier(self) -> None:
        for one in self._folder.glob("*"):
            if one.name != self._shelf:
                shutil.rmtree(one, ignore_errors=True)

    def _put(self, place: Path, body: bytes, time: int) -> None:
        new = place.with_name(f".{os.getpid()}-{get_ident()}")
        new.write_bytes(body)
        os.utime(new, (time, time))
        new.replace(place)
        with self._lock:
            self._room -= len(body) + PIECE


def _is_said_by_nginx(kind: str, head: list[Header], language: str, secure: bool) -> bool:
    said = {name.lower(): value for name, value in head}
    for name in OF_EACH_VERSION:
        said.pop(name, None)
    return said == _of_nginx(language, secure)[kind]


@lru_cache
def _of_nginx(language: str, secure: bool) -> dict[str, dict[str, str]]:
    """What nginx.conf says of a file, by how its name ends."""
    both = {**OF_ALL, **OF_OUR_OWN_SITE, **OF_KEPT, "Content-Security-Policy": policy(None)}
    both |= BY_HTTPS if secure else {}
    page = {"Content-Type": "text/html; charset=utf-8", "Content-Language": NAMES[language]}
    kinds = {"html": both | page, "json": both | FOR_OTHER_SITES | {"Content-Type": "application/json"}}
    return {kind: {name.lower(): value for name, value in said.items()} for kind, said in kinds.items()}
