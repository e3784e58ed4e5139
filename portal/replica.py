"""Where a page reads: the database itself or, with READ_DATABASE_URL, the replica that follows it.

Strangers' pages are read from the replica as soon as it holds all that the database holds; the number of
the newest entry tells, so nobody ever sees less than what is stored. While the database does not answer,
everything that only reads goes on from the replica, and what would change something is refused.
"""

from collections.abc import Callable, Iterable
from math import inf
from time import monotonic
from typing import Any

import structlog
from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy import Engine, Select
from sqlalchemy.exc import DBAPIError

from portal.db import READING, choosers, db
from portal.lines import End, Lines

log = structlog.get_logger()

REST = 1.0
SLOW = 0.5
"""A store that refuses is asked again at once; one that let us wait this long, not for a second. So whoever
could store something finds it on the next page, and nobody waits for a machine that is gone."""

BROKE_OFF = "portal.broke_off"
"""Set in a request's environment where its database did not answer."""

Wsgi = Callable[[dict[str, Any], Callable], Iterable[bytes]]


def init_app(app: Flask) -> None:
    app.extensions["stores"] = Stores(app)


class Stores:
    """The database and its replica, and how far the log of each has come."""

    def __init__(self, app: Flask):
        self._app = app
        self.replicated = app.config["SETTINGS"].read_database_url is not None
        self._lines: dict[str | None, tuple[Engine, Lines]] = {}
        self._rest_until: dict[str | None, float] = {}
        self._written: dict[Select, tuple[str, list[str] | None, dict[str, object]]] = {}
        # When the database was last asked by `public_version`, and what it said.
        self._said: tuple[float, int] | None = None

    def end(self) -> End | None:
        """The numbers of the newest entry and the newest public one; None while the database is away."""
        return self._ask(None)

    def replica_end(self) -> End | None:
        return self._ask(READING) if self.replicated else None

    def public_version(self, arrived: float = inf) -> int | None:
        """What the public sees now; None where nobody can say. To a request that had arrived when the
        database was last asked, what it said then is now."""
        said = self._said
        if said is not None and said[0] >= arrived:
            return said[1]
        began = monotonic()
        found = self.end() or self.replica_end()
        if found is None:
            return None
        self._said = began, found[1]
        return found[1]

    def _ask(self, key: str | None) -> End | None:
        """One short statement past the session: it is asked before every kept answer."""
        if monotonic() < self._rest_until.get(key, 0.0):
            return None
        began = monotonic()
        found = self._to(key)[1].end()
        if found is None and self.replicated and monotonic() - began > SLOW:
            self._rest_until[key] = monotonic() + REST
            log.warning("store_rests", store=key or "database")
        return found

    def _to(self, key: str | None) -> tuple[Engine, Lines]:
        if key not in self._lines:
            with self._app.app_context():
                engine = db.engines[key]
            self._lines[key] = engine, Lines(engine)
        return self._lines[key]

    def rows(self, statement: Select, values: dict[str, object]) -> list[tuple] | None:
        """What the database answers to a statement written once, past the session; None while it is away."""
        engine, lines = self._to(None)
        if statement not in self._written:
            compiled = statement.compile(dialect=engine.dialect)
            self._written[statement] = str(compiled), compiled.positiontup, compiled.params
        sql, places, fixed = self._written[statement]
        given = fixed | values
        return lines.rows(sql, [given[name] for name in places] if places else given)


class SecondChance:
    """A page that broke off because the database or its replica went away is made anew from the other."""

    def __init__(self, wsgi: Wsgi):
        self._wsgi = wsgi

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._wsgi(environ, start_response)
        again, begun = dict(environ), []

        def hold(*status_and_headers: object) -> None:
            begun[:] = [status_and_headers]

        try:
            answer = self._wsgi(environ, hold)
        except DBAPIError as error:
            log.warning("page_broke_off", error=type(error.orig).__name__)
            return self._wsgi(again, start_response)
        if environ.get(BROKE_OFF):
            return self._wsgi(again, start_response)
        start_response(*begun[0])
        return answer


def _choose() -> str | None:
    """Decided once for a request, before its first question, and kept to its end."""
    if not has_request_context():
        return None
    stores = current_app.extensions["stores"]
    if not stores.replicated or request.method not in ("GET", "HEAD"):
        return None
    if "store_read" not in g:
        g.store_read = _chosen(stores)
    return g.store_read


def _chosen(stores: Stores) -> str | None:
    end = stores.end()
    if end is None:
        return READING
    stranger = not request.cookies.get(current_app.config["SESSION_COOKIE_NAME"]) and (
        "Authorization" not in request.headers
    )
    return READING if stranger and stores.replica_end() == end else None


choosers.append(_choose)
