"""The log under fire: many writers at once, and a writer that is killed in the middle."""

import random
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.db import db
from portal.register.models import Entry
from portal.register.verify import verify_log
from tests.drills import writer
from tests.services.started import Started

PROCESSES = 5
THREADS = 10
SECONDS = 20
KILLS = 20

pytestmark = pytest.mark.own_database


def start_writer(url: str, key: Path, folder: Path, name: str, threads: int, seconds: float) -> Started:
    given = (url, str(key), str(folder), name, str(threads), str(seconds))
    return Started(writer.main, *given, output=folder / name, errors=folder / f"{name}.errors")


def said(one: Started) -> list[str]:
    """Each whole line, of a process that has ended without a fault."""
    assert "Traceback" not in one.output.with_suffix(".errors").read_text(encoding="utf-8")
    return one.output.read_text(encoding="utf-8").split("\n")[:-1]


def written() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Entry.subject).where(Entry.subject.startswith("drill:"))))


def test_fifty_writers_at_once_lose_and_double_no_entry(app, database_url, signing_key, tmp_path):
    before = db.session.scalar(select(func.max(Entry.n)))
    db.session.rollback()
    writers = [
        start_writer(database_url, signing_key, tmp_path, f"p{n}", THREADS, SECONDS) for n in range(PROCESSES)
    ]
    for one in writers:
        one.wait(SECONDS * 6)
    acknowledged = [line for one in writers for line in said(one)]
    assert len({line.rsplit("-", 1)[0] for line in acknowledged}) == PROCESSES * THREADS
    assert sorted(written()) == sorted(acknowledged)
    numbers = list(db.session.scalars(select(Entry.n).where(Entry.n > before).order_by(Entry.n)))
    assert numbers == list(range(before + 1, before + 1 + len(acknowledged)))
    assert verify_log().sound


def test_a_writer_killed_in_the_middle_twenty_times_loses_no_acknowledged_entry(
    app, database_url, signing_key, tmp_path
):
    acknowledged: set[str] = set()
    for place in range(KILLS):
        one = start_writer(database_url, signing_key, tmp_path, f"k{place}", 2, 60)
        one.first_line()
        # Somewhere in the middle of some write; where exactly is chance, and differs each time.
        time.sleep(random.uniform(0.005, 0.08))
        one.kill()
        one.wait()
        acknowledged.update(said(one))
    assert len(acknowledged) > KILLS
    assert acknowledged - set(written()) == set()
    assert verify_log().sound
