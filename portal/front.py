"""The front desk: hands out kept answers before the rest of the portal wakes up.

What `fresh.py` kept for an address, a language and a version of the register is given to the next
stranger who asks for just that, with the same headers, its own line in the log and its own count in the
figures. What the desk of one worker has learned in this way, those of the others find on a shelf that is
common to them. Whoever shows a session or a token, and whatever is not kept, is passed on. The number of the
newest public entry is read after the request came, from the database or where it is posted for nginx, so
that what was just changed is seen at once.

What is asked so often that hardly two ask the same (the check of a code) the desk answers by itself, once the
portal has shown it the headers of such an answer: portal/api/at_the_desk.py.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path
from time import perf_counter
from typing import Any

from flask import Flask
from sqlalchemy import Select

from portal.fresh import JUST_KEPT, LONGEST_ADDRESS, how_long_nginx_keeps, tag_of
from portal.lib.clock import today
from portal.logs import new_request_number, note_answer
from portal.probes import count_answer
from portal.ready import READY_AT
from portal.serving.names import ARRIVED, MADE_AHEAD
from portal.shelf import Header, KeptAnswer, Key, packed, unpacked

Wsgi = Callable[[dict[str, Any], Callable], Iterable[bytes]]
Asked = tuple[str, str, str | None, str | None, str]

SESSION_COOKIE = "portal="
ADDRESSES_KNOWN = 20_000
MANNERS_KNOWN = 200
OWN_TO_EACH = frozenset(
    {"x-request-number", "x-accel-expires", "content-length", "content-encoding", "retry-after"}
)
ACCEL = "X-Accel-Expires"
NOT_KEPT = "0"
ABOUT_THE_BODY = frozenset({"content-type"})


@dataclass(frozen=True)
class Question:
    """What the desk is asked at an address where it answers by itself. `rows` puts a statement to the
    database and gives the rows, or None while it is away."""

    query: str
    language: str
    asker: str
    config: Mapping[str, object]
    rows: Callable[[Select, dict[str, object]], list[tuple] | None]


@dataclass(frozen=True)
class Told:
    """An answer of the desk's own: of which version of the register, and what this asker has left."""

    version: int
    body: bytes
    left: list[Header]


# None: not asked plainly enough, or not to be told by the desk.
Answerer = Callable[[Question], Told | None]


class FrontDesk:
    def __init__(self, app: Flask, answerers: Mapping[str, Answerer]):
        self._app = app
        self._answerers = answerers
        # An answer of the portal at such an address, with these headers asked: how the others look.
        self._manners: dict[Asked, tuple[str, KeptAnswer]] = {}
        self._wsgi: Wsgi = app.wsgi_app
        self._shelf = app.extensions["shelf"]
        self._common = app.extensions["common_shelf"]
        self._stores = app.extensions["stores"]
        self._posted = app.extensions["posted"]
        self._ready = app.extensions["ready"]
        # What an address, asked with these headers, comes to: its full path and its language.
        self._known: dict[Asked, tuple[str, str]] = {}

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        asked = _asked(environ)
        if asked is None:
            return self._wsgi(environ, start_response)
        began = perf_counter()
        posted = self._posted.read() if self._posted is not None else None
        known = self._known.get(asked) or self._told_of(asked)
        if known is not None:
            version = posted or self._stores.public_version(environ.get(ARRIVED, inf))
            key = None if version is None else (*known, version, today().isoformat())
            kept = self._find(key, asked[0]) if key else None
            if kept is not None and kept.head is not None:
                ready = self._place_of(environ, key, kept)
                if ready is not None:
                    self._ready.write(ready, tag_of(key), kept)
                return _hand_out(environ, start_response, key, kept, [], began, ready is not None)
        made = self._answer(environ, asked) if asked[0] in self._answerers else None
        if made is not None:
            return _hand_out(environ, start_response, *made, began)
        return self._pass_on(environ, start_response, asked)

    def _told_of(self, asked: Asked) -> tuple[str, str] | None:
        """What another worker knows of the address."""
        told = self._from_others(_tag_of_asked, asked, asked[0])
        if told is None:
            return None
        path, language = json.loads(told)
        self._know(asked, (path, language))
        return path, language

    def _find(self, key: Key, path: str) -> KeptAnswer | None:
        kept = self._shelf.find(key)
        if kept is None:
            told = self._from_others(tag_of, key, path)
            if told is not None:
                kept = unpacked(told)
                self._shelf.keep(key, kept)
        return kept

    def _from_others(self, tag: Callable[[tuple], str], of: tuple, path: str) -> bytes | None:
        # What the desk answers by itself is sooner made than found.
        if self._common is None or path in self._answerers:
            return None
        return self._common.find(tag(of))

    def _answer(self, environ: dict[str, Any], asked: Asked) -> tuple[Key, KeptAnswer, list[Header]] | None:
        path, query = asked[:2]
        manner = self._manners.get(_manner(asked))
        if manner is None or self._stores.replicated or len(path) + len(query) >= LONGEST_ADDRESS:
            return None
        language, like = manner
        asker = environ.get("REMOTE_ADDR") or ""
        told = self._answerers[path](Question(query, language, asker, self._app.config, self._stores.rows))
        if told is None:
            return None
        key = (f"{path}?{query}", language, told.version, today().isoformat())
        kept = KeptAnswer(told.body, like.content_type, like.headers, like.endpoint)
        kept.head = _of_version(like.head, key)
        self._shelf.keep(key, kept)
        self._know(asked, key[:2])
        return key, kept, told.left

    def _pass_on(self, environ: dict[str, Any], start_response: Callable, asked: Asked) -> Iterable[bytes]:
        def remembering(status: str, headers: list[Header], *rest: object) -> Callable:
            made = environ.pop(JUST_KEPT, None)
            if made is not None and status.startswith("200"):
                self._remember(asked, *made, headers)
                if self._place_of(environ, *made) is not None:
                    headers = [(name, NOT_KEPT if name == ACCEL else value) for name, value in headers]
            return start_response(status, headers, *rest)

        return self._wsgi(environ, remembering)

    def _place_of(self, environ: dict[str, Any], key: Key, kept: KeptAnswer) -> Path | None:
        """Where nginx will find it as a file, once a second stranger has asked."""
        if self._ready is None or READY_AT not in environ or kept.head is None:
            return None
        return self._ready.place_of(environ, key, kept)

    def _remember(self, asked: Asked, key: Key, kept: KeptAnswer, headers: list[Header]) -> None:
        if any(name.lower() == "set-cookie" for name, _ in headers):
            return
        is_new = kept.head is None
        kept.head = [(n, v) for n, v in headers if not _is_own_to_each(n.lower())]
        self._know(asked, key[:2])
        if asked[0] not in self._answerers:
            self._tell_others(asked, key, kept if is_new else None)
        else:
            if len(self._manners) >= MANNERS_KNOWN:
                self._manners.clear()
            self._manners[_manner(asked)] = key[1], kept

    def _tell_others(self, asked: Asked, key: Key, kept: KeptAnswer | None) -> None:
        if self._common is None:
            return
        self._common.keep(_tag_of_asked(asked), json.dumps(key[:2]).encode())
        if kept is not None:
            self._common.keep(tag_of(key), packed(kept))

    def _know(self, asked: Asked, known: tuple[str, str]) -> None:
        if len(self._known) >= ADDRESSES_KNOWN:
            self._known.clear()
        self._known[asked] = known


def _tag_of_asked(asked: Asked) -> str:
    """Of no version: an address and a language stay what they are."""
    return tag_of((json.dumps(asked),))


def _manner(asked: Asked) -> Asked:
    return (asked[0], "", *asked[2:])


def _of_version(head: list[Header], key: Key) -> list[Header]:
    own = {"etag": f'W/"{tag_of(key)}"', "x-register-version": str(key[2])}
    return [(name, own.get(name.lower(), value)) for name, value in head]


def _is_own_to_each(name: str) -> bool:
    return name in OWN_TO_EACH or name.startswith("ratelimit")


def _asked(environ: dict[str, Any]) -> Asked | None:
    """All of a question that an answer may depend on; None for one that is not a stranger's reading."""
    cookie = environ.get("HTTP_COOKIE")
    if (
        environ["REQUEST_METHOD"] not in ("GET", "HEAD")
        or "HTTP_AUTHORIZATION" in environ
        or "HTTP_RANGE" in environ
        or (cookie is not None and SESSION_COOKIE in cookie)
    ):
        return None
    return (
        environ["PATH_INFO"],
        environ.get("QUERY_STRING", ""),
        cookie,
        environ.get("HTTP_ACCEPT_LANGUAGE"),
        environ["wsgi.url_scheme"],
    )


def _hand_out(
    environ: dict[str, Any],
    start_response: Callable,
    key: Key,
    kept: KeptAnswer,
    left: list[Header],
    began: float,
    ready: bool = False,
) -> Iterable[bytes]:
    number = new_request_number()
    seen = environ.get("HTTP_IF_NONE_MATCH")
    if seen and tag_of(key) in seen:
        status, body = "304 NOT MODIFIED", b""
        headers = [pair for pair in kept.head if pair[0].lower() not in ABOUT_THE_BODY]
    else:
        status = "200 OK"
        zipped = kept.is_text and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
        body = kept.gzipped if zipped else kept.body
        headers = [*kept.head, ("Content-Length", str(len(body)))]
        if zipped:
            headers.append(("Content-Encoding", "gzip"))
    keeps = NOT_KEPT if ready else how_long_nginx_keeps(environ)
    headers += [*left, (ACCEL, keeps), ("X-Request-Number", number)]
    start_response(status, headers)
    if MADE_AHEAD not in environ:
        code, seconds = int(status[:3]), perf_counter() - began
        note_answer(environ["REQUEST_METHOD"], environ["PATH_INFO"], code, seconds, number)
        count_answer(kept.endpoint, code, seconds)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
