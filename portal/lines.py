"""Short questions to a database past the session: how far its log has come, and the check of a code.

They are asked before every kept answer, so they must cost little. The pool and the session are most of what a
short question costs; a line is a connection of its own, never in a transaction, with its statements
prepared. Most of the time a worker needs one.
"""

from contextlib import suppress

from sqlalchemy import Engine, event
from sqlalchemy.exc import SQLAlchemyError

END_SQL = "SELECT n, public_n FROM register_end WHERE id = 1"
_END = b"register_end"

End = tuple[int, int]


class Lines:
    """The lines to one database."""

    def __init__(self, engine: Engine):
        self._engine = engine
        self._free: list[_Line] = []
        self._faults = (SQLAlchemyError, engine.dialect.loaded_dbapi.Error)
        event.listen(engine, "engine_disposed", lambda _: self._hang_up())

    def end(self) -> End | None:
        """The numbers of the newest entry and the newest public one; None while the database is away."""
        rows = self._ask(None, ())
        return None if rows is None else rows[0] if rows else (0, 0)

    def rows(self, sql: str, values: object) -> list[tuple] | None:
        return self._ask(sql, values)

    def _ask(self, sql: str | None, values: object) -> list[tuple] | None:
        """The rows, or None where the database does not answer. A line that has broken says nothing about the
        database: then all are hung up, all that the pool keeps as well, and a new one is tried."""
        for last in (False, True):
            line = self._take()
            if line is None:
                return None
            try:
                rows = line.end() if sql is None else line.rows(sql, values)
            except self._faults:
                line.hang_up()
                if not last:
                    self._engine.dispose()
                continue
            self._free.append(line)
            return rows
        return None

    def _take(self) -> "_Line | None":
        try:
            return self._free.pop()
        except IndexError:
            pass
        try:
            return _line_to(self._engine)
        except self._faults:
            return None

    def _hang_up(self) -> None:
        while self._free:
            self._free.pop().hang_up()


class _Line:
    def __init__(self, connection: object):
        self._connection = connection

    def end(self) -> list[tuple]:
        return self.rows(END_SQL, ())

    def rows(self, sql: str, values: object) -> list[tuple]:
        cursor = self._connection.cursor()
        try:
            cursor.execute(sql, values)
            return cursor.fetchall()
        finally:
            cursor.close()

    def hang_up(self) -> None:
        with suppress(Exception):
            self._connection.close()


class _PostgresLine(_Line):
    """One trip for each question: PostgreSQL is not asked to begin and to end as well."""

    def __init__(self, connection: object):
        super().__init__(connection)
        connection.autocommit = True
        self._cursor = connection.cursor()
        self._prepared = False

    def end(self) -> list[tuple]:
        from psycopg import OperationalError, pq

        asked = self._connection.pgconn
        if not self._prepared:
            prepared = asked.prepare(_END, END_SQL.encode())
            self._prepared = prepared.status == pq.ExecStatus.COMMAND_OK
        found = asked.exec_prepared(_END, None)
        if found.status != pq.ExecStatus.TUPLES_OK:
            raise OperationalError("the database did not answer")
        return [(int(found.get_value(row, 0)), int(found.get_value(row, 1))) for row in range(found.ntuples)]

    def rows(self, sql: str, values: object) -> list[tuple]:
        self._cursor.execute(sql, values, prepare=True)
        return self._cursor.fetchall()


def _line_to(engine: Engine) -> _Line:
    pooled = engine.raw_connection()
    # Out of the pool, which gives it up: it is closed when the line is.
    pooled.detach()
    driver = pooled.dbapi_connection
    return _PostgresLine(driver) if hasattr(driver, "pgconn") else _Line(driver)
