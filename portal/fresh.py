"""Public answers keyed by the register's version (docs/decisions/003-version-is-the-cache-key.md).

A public page is a pure function of its address, the language, the number of the newest public entry,
the day (licences begin and end with days) and the release. That key is the ETag; the worker keeps the
bytes under it. Nothing is ever invalidated: when the version moves, the key is simply another.
"""

import hashlib
from collections.abc import Mapping
from functools import lru_cache

from flask import Flask, Response, current_app, g, request, session

from config import ROOT
from portal.access import PUBLIC
from portal.common_shelf import common_shelf
from portal.language import current_language
from portal.lib.clock import today
from portal.register.queries import public_version
from portal.shelf import KeptAnswer, Key, SharedShelf, Shelf

KEPT_BYTES = 48 * 1024 * 1024
LONGEST_ADDRESS = 600
KEPT_UNDER_VERSION = "600"
NEVER_KEPT = frozenset({"static", "probes.alive", "probes.ready", "probes.metrics"})
JUST_KEPT = "portal.just_kept"
OF_KEPT = {"Cache-Control": "public, no-cache", "Vary": "Accept-Encoding, Accept-Language, Cookie"}


def init_app(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    app.extensions["shelf"] = Shelf(KEPT_BYTES)
    app.extensions["common_shelf"] = common_shelf(settings.kept_memory)
    app.extensions["shared_shelf"] = SharedShelf(settings.redis_url) if settings.redis_url else None
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
    if request.if_none_match.contains_weak(tag_of(g.fresh_key)):
        return _finish(Response(status=304))
    kept = _kept()
    return _finish(_response_of(kept)) if kept else None


def _kept() -> KeptAnswer | None:
    own, shared = current_app.extensions["shelf"], current_app.extensions["shared_shelf"]
    kept = own.find(g.fresh_key)
    if kept is None and shared is not None:
        kept = shared.find(tag_of(g.fresh_key))
        if kept is not None:
            own.keep(g.fresh_key, kept)
    return kept


def _may_be_kept() -> bool:
    return (
        request.method in ("GET", "HEAD")
        and request.endpoint in PUBLIC
        and request.endpoint not in NEVER_KEPT
        and len(request.full_path) <= LONGEST_ADDRESS
        and "Authorization" not in request.headers
        and not session
    )


def tag_of(key: Key) -> str:
    text = "\n".join(str(part) for part in (*key, release()))
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
    kept = KeptAnswer(
        response.get_data(),
        response.content_type,
        tuple((k, v) for k, v in response.headers if k in ("Link", "Content-Disposition", "Content-Crs")),
        request.endpoint,
    )
    current_app.extensions["shelf"].keep(g.fresh_key, kept)
    if current_app.extensions["shared_shelf"] is not None:
        current_app.extensions["shared_shelf"].keep(tag_of(g.fresh_key), kept)
    fresh = _response_of(kept)
    for name, value in response.headers:
        if name not in fresh.headers:
            fresh.headers[name] = value
    return _finish(fresh)


def _response_of(kept: KeptAnswer) -> Response:
    # The front desk, which sees the whole head of the answer, remembers it for the next who asks.
    request.environ[JUST_KEPT] = (g.fresh_key, kept)
    zipped = kept.is_text and "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(kept.gzipped if zipped else kept.body, content_type=kept.content_type)
    response.headers.extend(kept.headers)
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _finish(response: Response) -> Response:
    g.fresh_done = True
    response.set_etag(tag_of(g.fresh_key), weak=True)
    response.headers.update(OF_KEPT)
    response.headers["X-Accel-Expires"] = how_long_nginx_keeps(request.environ)
    response.headers["X-Register-Version"] = str(g.public_version)
    return response


def how_long_nginx_keeps(environ: Mapping[str, object]) -> str:
    """As already expired, so that each use asks us whether it is still the version; for long where nginx has
    read the version itself and keeps the answer under it (portal/posted.py)."""
    return KEPT_UNDER_VERSION if environ.get("HTTP_X_POSTED_VERSION") else "@1"


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
