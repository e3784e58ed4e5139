"""The session, the column types both databases share, and the one place that commits."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from math import inf
from time import monotonic

import structlog
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import JSON, DateTime, Engine, MetaData, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry, Pool
from sqlalchemy.types import TypeDecorator

from portal.lib.clock import in_utc
from portal.lib.problems import Outdated
from portal.lib.text import Text

log = structlog.get_logger()

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


READING = "reading"
"""The name of the engine that only reads (portal/replica.py), where there is one."""

# Filled from above: which engine what follows is read from; None is the database itself.
choosers: list[Callable[[], str | None]] = []


class PortalSession(FlaskSession):
    """Changes, and what is read for them or after them, always go to the database itself."""

    def get_bind(self, mapper: object = None, clause: object = None, **more: object) -> Engine:
        if "writing" not in self.info:
            for choose in choosers:
                if chosen := choose():
                    return self._db.engines[chosen]
        return super().get_bind(mapper=mapper, clause=clause, **more)

    def close(self) -> None:
        """A connection that broke meanwhile must not turn a finished answer into a fault."""
        try:
            super().close()
        except DBAPIError:
            self.invalidate()


db = SQLAlchemy(model_class=Base, session_options={"class_": PortalSession})

# SQLite answers JSON as text, PostgreSQL as jsonb; both give back the same Python objects.
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Instant(TypeDecorator):
    """An aware UTC instant on both databases; a naive one is a fault of ours and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone")
        value = in_utc(value)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Versioned:
    """A row whose stale copies are refused: two people acting at once, one wins, the other is told."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:
        return {"version_id_col": cls.__table__.c.version if hasattr(cls, "__table__") else cls.version}


def ensure_current(row: Versioned, version_seen: int) -> None:
    """Refuse to act on a page that shows an older state than the stored one."""
    if row.version != version_seen:
        raise Outdated(
            Text(
                "您看到的内容已经被他人更新，刚才的操作没有执行",
                "What you saw was changed by someone else meanwhile; nothing was done",
            ),
            next_step=Text("请看过新的内容后再决定", "Look at the new state, then decide again"),
        )


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: object, _record: object) -> None:
    if not type(connection).__module__.startswith("sqlite3"):
        return
    # SQLAlchemy, not the driver, decides when a transaction begins (see _begin below).
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=20000", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}").close()


RESTED_TOO_LONG = 1.0


@event.listens_for(Pool, "checkin")
def _note_rest(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["rests_since"] = monotonic()


@event.listens_for(Pool, "checkout")
def _ping_after_a_rest(connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
    """A connection that has just answered is not asked whether it lives: that is half the work of a short
    question. One that rested may have broken with a database that was started anew."""
    if not hasattr(connection, "pgconn"):
        return
    rested = monotonic() - record.info.get("rests_since", inf)
    if rested < RESTED_TOO_LONG:
        return
    from psycopg import Error

    try:
        connection.autocommit = True
        connection.execute("SELECT 1").close()
        connection.autocommit = False
    except Error as error:
        raise DisconnectionError from error


@event.listens_for(Engine, "begin")
def _begin(connection: object) -> None:
    if connection.dialect.name != "sqlite":
        return
    # A reader that turns writer halfway would fail with "database is locked" without waiting;
    # so whoever means to write takes the lock at once.
    writing = connection.get_execution_options().get("portal_writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


# Filled by the register, which stands above this file: it appends the entries of the transaction.
before_commit_hooks: list[Callable[[Session], None]] = []

# Filled from above: what stands around each commit (portal/posted.py).
commit_guards: list[Callable[[], AbstractContextManager[None]]] = []


@contextmanager
def transaction() -> Iterator[Session]:
    """The one commit. Whatever was read before is read again, so nothing acts on a stale row."""
    session = db.session()
    if session.info.get("writing"):
        raise RuntimeError("a transaction inside a transaction")
    session.rollback()
    session.info["writing"] = True
    session.info["after_commit"] = []
    try:
        with _turn_to_write(session):
            session.connection(execution_options={"portal_writing": True})
            yield session
            session.flush()
            for hook in before_commit_hooks:
                hook(session)
            _commit(session)
    except BaseException:
        session.rollback()
        session.info["after_commit"] = []
        raise
    finally:
        session.info["writing"] = False
        session.info.pop("pending_entries", None)
    _run_after_commit(session)


def _commit(session: Session) -> None:
    with ExitStack() as guards:
        for guard in commit_guards:
            guards.enter_context(guard())
        session.commit()


@contextmanager
def _turn_to_write(session: Session) -> Iterator[None]:
    """On SQLite, queue for the one write lock instead of asking for it again and again.

    SQLite's own waiting is a lottery: with fifty writers one of them lost for more than twenty seconds
    (tests/drills). A file lock of the system wakes those who wait in turn. PostgreSQL needs none.
    """
    url = session.get_bind().url
    if url.get_backend_name() != "sqlite":
        yield
        return
    with open(f"{url.database}.turn", "a") as queue:
        fcntl.flock(queue, fcntl.LOCK_EX)
        try:
            yield
        finally:
            # Whatever is still open is ended before the next one gets the turn.
            if session.in_transaction():
                session.rollback()


def after_commit(work: Callable[[], None]) -> None:
    """Do this when the transaction has committed, and not at all when it has not: mail, jobs."""
    session = db.session()
    if not session.info.get("writing"):
        raise RuntimeError("after_commit outside a transaction")
    session.info["after_commit"].append(work)


def _run_after_commit(session: Session) -> None:
    waiting, session.info["after_commit"] = session.info["after_commit"], []
    for work in waiting:
        try:
            work()
        except Exception:  # The change is stored; what follows it is retried by its own job.
            log.exception("after_commit_failed")
