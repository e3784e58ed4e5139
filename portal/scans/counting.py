"""Scans are counted apart from the register: one small file for each machine, never a write to the database.

The file is SQLite with a write-ahead log. A count is committed before the page is answered, so that a killed
worker loses none; the log is brought to disk by checkpoints and not by each scan (synchronous=NORMAL), so
that only a loss of power can cost the last moments. Writers queue on a file lock, as in portal/db.py.
What is kept: how often each label was scanned, when first and last, and from which provinces people said
they were. Nothing of who scanned, from where, with what.
"""

import fcntl
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from portal.lib.clock import day_of, instant_text, parse_instant
from portal.scans.rules import Seen, Tally

SCHEMA = """
CREATE TABLE IF NOT EXISTS machine (id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS tally (
  set_id INTEGER, place INTEGER, scans INTEGER NOT NULL DEFAULT 0, not_in_use INTEGER NOT NULL DEFAULT 0,
  over INTEGER NOT NULL DEFAULT 0, provinces INTEGER NOT NULL DEFAULT 0, first_at TEXT NOT NULL,
  last_at TEXT NOT NULL, waiting INTEGER NOT NULL DEFAULT 1, PRIMARY KEY (set_id, place)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tally_waiting ON tally (set_id, place) WHERE waiting = 1;
CREATE TABLE IF NOT EXISTS unknown (day TEXT PRIMARY KEY, scans INTEGER NOT NULL);
"""
COUNT = """
INSERT INTO tally (set_id, place, scans, not_in_use, over, first_at, last_at)
VALUES (?1, ?2, 1, ?3, ?4, ?5, ?5)
ON CONFLICT (set_id, place) DO UPDATE SET scans = scans + 1, not_in_use = not_in_use + excluded.not_in_use,
  over = over + excluded.over, last_at = excluded.last_at, waiting = 1
RETURNING scans, not_in_use, over, provinces, first_at, last_at
"""
COLUMNS = "scans, not_in_use, over, provinces, first_at, last_at"


@dataclass(frozen=True)
class Waiting:
    """Counts of one label that are not in the database yet, or have grown since."""

    set_id: int
    place: int
    tally: Tally


class Counter:
    """The counts of this machine. One connection for each thread, opened when it is first needed."""

    def __init__(self, path: Path):
        self.path = path
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.path, timeout=20, isolation_level=None)
            with self._turn():
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=NORMAL")
                connection.executescript(SCHEMA)
                if connection.execute("SELECT id FROM machine").fetchone() is None:
                    connection.execute("INSERT INTO machine VALUES (?)", (secrets.token_hex(8),))
            self._local.connection = connection
        return connection

    def close(self) -> None:
        """End this thread's connection."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with open(f"{self.path}.turn", "a") as queue:
            fcntl.flock(queue, fcntl.LOCK_EX)
            yield

    def _write(self, work: Callable[[sqlite3.Connection], object]) -> object:
        connection = self._connection()
        with self._turn():
            connection.execute("BEGIN IMMEDIATE")
            try:
                answer = work(connection)
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise
        return answer

    @property
    def machine(self) -> str:
        return self._connection().execute("SELECT id FROM machine").fetchone()[0]

    # ---- what the page of a label does

    def count(self, set_id: int, place: int, seen: Seen, at: datetime) -> Tally:
        """Count one scan; what is answered holds it already."""
        values = (set_id, place, int(seen is Seen.NOT_IN_USE), int(seen is Seen.OVER), instant_text(at))
        return _tally(self._write(lambda c: c.execute(COUNT, values).fetchone()))

    def count_unknown(self, at: datetime) -> None:
        """A code that no label has: how many on a day, never which, so that nobody can fill the file."""
        sql = "INSERT INTO unknown VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET scans = scans + 1"
        self._write(lambda c: c.execute(sql, (day_of(at).isoformat(),)))

    def add_province(self, set_id: int, place: int, bit: int) -> bool:
        """Someone said where they saw the label; False where it was never scanned."""
        sql = "UPDATE tally SET provinces = provinces | ?, waiting = 1 WHERE set_id = ? AND place = ?"
        return bool(self._write(lambda c: c.execute(sql, (bit, set_id, place)).rowcount))

    def find(self, set_id: int, place: int) -> Tally:
        sql = f"SELECT {COLUMNS} FROM tally WHERE set_id = ? AND place = ?"  # noqa: S608 - our own names
        row = self._connection().execute(sql, (set_id, place)).fetchone()
        return _tally(row) if row else Tally()

    # ---- what the background work does

    def waiting(self, most: int) -> list[Waiting]:
        sql = f"SELECT set_id, place, {COLUMNS} FROM tally WHERE waiting = 1 LIMIT ?"  # noqa: S608
        rows = self._connection().execute(sql, (most,)).fetchall()
        return [Waiting(row[0], row[1], _tally(row[2:])) for row in rows]

    def settle(self, brought: list[Waiting]) -> None:
        """These counts are in the database now; what was scanned meanwhile waits for the next time."""
        sql = "UPDATE tally SET waiting = 0 WHERE set_id = ? AND place = ? AND scans = ? AND provinces = ?"
        rows = [(one.set_id, one.place, one.tally.scans, one.tally.provinces) for one in brought]
        self._write(lambda c: c.executemany(sql, rows))

    def bring_again(self) -> None:
        """The database went back to an earlier day: everything counted here is brought in once more, as whole
        figures that change nothing where they are there."""
        self._write(lambda c: c.execute("UPDATE tally SET waiting = 1"))

    def unknown(self) -> list[tuple[str, int]]:
        return self._connection().execute("SELECT day, scans FROM unknown ORDER BY day").fetchall()

    def counted(self) -> int:
        """Every scan of a label that this machine counted."""
        return self._connection().execute("SELECT COALESCE(SUM(scans), 0) FROM tally").fetchone()[0]


def _tally(row: tuple) -> Tally:
    scans, not_in_use, over, provinces, first_at, last_at = row
    return Tally(scans, not_in_use, over, provinces, parse_instant(first_at), parse_instant(last_at))
