"""A process that stores many rows with their entries is killed in the middle: all of them stand, or none."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.authorisation.models import Serial
from portal.db import db
from portal.register.models import Entry
from portal.register.verify import verify_log
from tests.architecture.house import ROOT

ROWS = 6_000
KILLS = 5
LONGEST = 2.0

pytestmark = [pytest.mark.xdist_group("drills"), pytest.mark.own_database]


def counted() -> tuple[int, int]:
    db.session.rollback()
    rows = db.session.scalar(select(func.count()).select_from(Serial).where(Serial.name.startswith("drill-")))
    entries = db.session.scalar(
        select(func.count()).select_from(Entry).where(Entry.subject.startswith("drill:"))
    )
    db.session.rollback()
    return rows, entries


def test_many_rows_stand_with_all_their_entries_or_not_at_all(
    app: Flask, database_url: str, signing_key: Path, tmp_path: Path
) -> None:
    dice = random.Random(7)
    command = [
        sys.executable,
        "-m",
        "tests.drills.bulk_writer",
        database_url,
        str(signing_key),
        str(tmp_path),
    ]
    told = 0
    for _ in range(KILLS):
        writer = subprocess.Popen([*command, str(ROWS)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert writer.stdout.readline() == "begun\n"
        time.sleep(dice.uniform(0, LONGEST))
        writer.kill()
        told += writer.communicate()[0].count("stored")
        rows, entries = counted()
        assert rows == entries
        assert rows % ROWS == 0
        # Whoever was told that they are stored finds them; one more may stand that nobody was told of.
        assert rows >= told * ROWS
        told = rows // ROWS
    assert verify_log().sound
