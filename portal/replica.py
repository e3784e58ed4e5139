"""Where a page reads: the database itself or, with READ_DATABASE_URL, the replica that follows it.

Strangers' pages are read from the replica as soon as it holds all that the database holds; the number of
the newest entry tells, so nobody ever sees less than what is stored. While the database does not answer,
everything that only reads goes on from the replica, and what would change something is refused.
"""

from time import monotonic

import structlog
from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy import Engine, PoolProxiedConnection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from portal.db import READING, choosers, db

log = structlog.get_logger()

END_SQL = "SELECT n, public_n FROM register_end WHERE id = 1"
REST = 1.0
"""Seconds for which a database that did not answer is not asked again by readers."""

End = tuple[int, int]


def init_app(app: Flask) -> None:
    app.extensions["stores"] = Stores(app)


class Stores:
    """The database and its replica, and how far the log of each has come."""

    def __init__(self, app: Flask):
        self._app = app
        self.replicated = app.config["SETTINGS"].read_database_url is not None
        self._engines: dict[str | None, Engine] = {}
        self._rests_until = 0.0

    def end(self) -> End | None:
        """The numbers of the newest entry and the newest public one; None while the database is away."""
        if self.replicated and monotonic() < self._rests_until:
            return None
        found = self._ask(None)
        if found is None and self.replicated:
            self._rests_until = monotonic() + REST
            log.warning("database_away_reading_replica")
        return found

    def replica_end(self) -> End | None:
        return self._ask(READING) if self.replicated else None

    def public_version(self) -> int | None:
        """What the public sees now; None where nobody can say."""
        found = self.end() or self.replica_end()
        return found[1] if found else None

    def _ask(self, key: str | None) -> End | None:
        """One short statement past the session: it is asked before every kept answer."""
        if key not in self._engines:
            with self._app.app_context():
                self._engines[key] = db.engines[key]
        engine = self._engines[key]
        try:
            connection = engine.raw_connection()
        except (SQLAlchemyError, engine.dialect.loaded_dbapi.Error):
            return None
        try:
            row = _row(connection)
        except (DBAPIError, engine.dialect.loaded_dbapi.Error):
            connection.invalidate()
            return None
        finally:
            connection.close()
        return (row[0], row[1]) if row else (0, 0)


def _row(connection: PoolProxiedConnection) -> tuple | None:
    driver = connection.dbapi_connection
    opens_by_itself = hasattr(driver, "autocommit") and hasattr(driver, "pgconn")
    if opens_by_itself:
        # Otherwise PostgreSQL would be asked three times: to begin, this, and to end.
        driver.autocommit = True
    cursor = connection.cursor()
    cursor.execute(END_SQL)
    row = cursor.fetchone()
    cursor.close()
    if opens_by_itself:
        driver.autocommit = False
    return row


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
