"""Public answers keyed by the register's version (docs/decisions/003-version-is-the-cache-key.md).

A public page is a pure function of its address, the language, the number of the newest public entry,
the day (licences begin and end with days) and the release. That key is the ETag; the worker keeps the
bytes under it. Nothing is ever invalidated: when the version moves, the key is simply another.
"""

import gzip
import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from flask import Flask, Response, current_app, g, request, session

from config import ROOT
from portal.access import PUBLIC
from portal.language import current_language
from portal.lib.clock import today
from portal.register.queries import public_version

KEPT_BYTES = 48 * 1024 * 1024
WORTH_COMPRESSING = 700
LONGEST_ADDRESS = 600
NEVER_KEPT = frozenset({"static", "probes.alive", "probes.ready", "probes.metrics"})
TEXTUAL = (
    "text/",
    "application/json",
    "application/geo+json",
    "application/atom+xml",
    "application/ld+json",
    "application/xml",
    "image/svg+xml",
    "application/problem+json",
    "application/vnd.oai.openapi+json",
)


@dataclass(frozen=True)
class KeptAnswer:
    body: bytes
    gzipped: bytes | None
    content_type: str
    headers: tuple[tuple[str, str], ...]

    @property
    def size(self) -> int:
        return len(self.body) + len(self.gzipped or b"") + 500


class Shelf:
    """The answers of one worker, the least used thrown away first."""

    def __init__(self, most_bytes: int):
        self._most, self._bytes = most_bytes, 0
        self._answers: OrderedDict[tuple, KeptAnswer] = OrderedDict()
        self._lock = Lock()

    def find(self, key: tuple) -> KeptAnswer | None:
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def keep(self, key: tuple, answer: KeptAnswer) -> None:
        if answer.size > self._most // 4:
            return
        with self._lock:
            old = self._answers.pop(key, None)
            self._bytes -= old.size if old else 0
            self._answers[key] = answer
            self._bytes += answer.size
            while self._bytes > self._most:
                self._bytes -= self._answers.popitem(last=False)[1].size


def init_app(app: Flask) -> None:
    app.extensions["shelf"] = Shelf(KEPT_BYTES)
    app.before_request(_answer_from_shelf)
    app.after_request(_keep)


def _answer_from_shelf() -> Response | None:
    if not _may_be_kept():
        return None
    g.public_version = public_version()
    g.fresh_key = (
        request.full_path,
        current_language(),
        g.public_version,
        today().isoformat(),
    )
    # The tag is weak: the same page may travel compressed or not.
    if request.if_none_match.contains_weak(_etag()):
        return _finish(Response(status=304))
    kept = current_app.extensions["shelf"].find(g.fresh_key)
    return _finish(_response_of(kept)) if kept else None


def _may_be_kept() -> bool:
    return (
        request.method in ("GET", "HEAD")
        and request.endpoint in PUBLIC
        and request.endpoint not in NEVER_KEPT
        and len(request.full_path) <= LONGEST_ADDRESS
        and "Authorization" not in request.headers
        and not session
    )


def _etag() -> str:
    text = "\n".join(str(part) for part in (*g.fresh_key, release()))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _keep(response: Response) -> Response:
    if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
        # The address holds a digest of the content: these bytes never change.
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    if g.get("fresh_done") or "fresh_key" not in g:
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-store" if session else "no-cache"
        return response
    # A page that put something in the session (a form's token, a message) is one person's own.
    if session or response.status_code != 200 or "Cache-Control" in response.headers or response.is_streamed:
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response
    body = response.get_data()
    kept = KeptAnswer(
        body,
        _compressed(body, response.mimetype),
        response.content_type,
        tuple((k, v) for k, v in response.headers if k in ("Link", "Content-Disposition", "Content-Crs")),
    )
    current_app.extensions["shelf"].keep(g.fresh_key, kept)
    fresh = _response_of(kept)
    for name, value in response.headers:
        if name not in fresh.headers:
            fresh.headers[name] = value
    return _finish(fresh)


def _compressed(body: bytes, mimetype: str) -> bytes | None:
    if len(body) < WORTH_COMPRESSING or not mimetype.startswith(TEXTUAL):
        return None
    return gzip.compress(body, 6, mtime=0)


def _response_of(kept: KeptAnswer) -> Response:
    zipped = kept.gzipped is not None and "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(kept.gzipped if zipped else kept.body, content_type=kept.content_type)
    response.headers.extend(kept.headers)
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _finish(response: Response) -> Response:
    g.fresh_done = True
    response.set_etag(_etag(), weak=True)
    response.headers["Cache-Control"] = "public, no-cache"
    # For nginx: keep it, as already expired, so that each use asks us whether it is still the version.
    response.headers["X-Accel-Expires"] = "@1"
    response.headers["X-Register-Version"] = str(g.public_version)
    response.headers["Vary"] = "Accept-Encoding, Accept-Language, Cookie"
    return response


@lru_cache(maxsize=1)
def release() -> str:
    """A digest of the code and templates that answer: a new release is a new key."""
    digest = hashlib.sha256()
    for folder, pattern in (
        ("portal", "*.py"),
        ("templates", "*.html"),
        ("portal/static", "*.css"),
        ("portal/static/js", "*.js"),
    ):
        for path in sorted((ROOT / folder).rglob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
