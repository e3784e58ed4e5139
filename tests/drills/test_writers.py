"""The log under fire: many writers at once, and a writer that is killed in the middle."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.db import db
from portal.register.models import Entry
from portal.register.verify import verify_log
from tests.architecture.house import ROOT

PROCESSES = 5
THREADS = 10
SECONDS = 20
KILLS = 20

pytestmark = [pytest.mark.xdist_group("drills"), pytest.mark.own_database]


def start_writer(
    url: str, key: Path, folder: Path, name: str, threads: int, seconds: float
) -> subprocess.Popen:
    command = [sys.executable, "-m", "tests.drills.writer", url, str(key), str(folder), name]
    return subprocess.Popen(
        [*command, str(threads), str(seconds)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def written() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Entry.subject).where(Entry.subject.startswith("drill:"))))


def test_fifty_writers_at_once_lose_and_double_no_entry(app, database_url, signing_key, tmp_path):
    before = db.session.scalar(select(func.max(Entry.n)))
    db.session.rollback()
    writers = [
        start_writer(database_url, signing_key, tmp_path, f"p{n}", THREADS, SECONDS) for n in range(PROCESSES)
    ]
    answers = [writer.communicate(timeout=SECONDS * 6) for writer in writers]
    faults = [errors for _, errors in answers if "Traceback" in errors]
    assert faults == []
    acknowledged = [line for output, _ in answers for line in output.split()]
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
        writer = start_writer(database_url, signing_key, tmp_path, f"k{place}", 2, 60)
        acknowledged.add(writer.stdout.readline().strip())
        # Somewhere in the middle of some write; where exactly is chance, and differs each time.
        time.sleep(random.uniform(0.005, 0.08))
        writer.kill()
        rest, errors = writer.communicate()
        assert "Traceback" not in errors
        acknowledged.update(line for line in rest.split("\n")[:-1] if line)
    assert len(acknowledged) > KILLS
    assert acknowledged - set(written()) == set()
    assert verify_log().sound
