"""A process that stores many rows with their entries is killed in the middle: all of them stand, or none."""

import random
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.authorisation.models import Serial
from portal.db import db
from portal.register.models import Entry
from portal.register.verify import verify_log
from tests.drills import bulk_writer
from tests.services.started import Started

ROWS = 6_000
KILLS = 5
LONGEST = 2.0

pytestmark = pytest.mark.own_database


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
    told = 0
    for kill in range(KILLS):
        given = (database_url, str(signing_key), str(tmp_path), str(ROWS))
        writer = Started(bulk_writer.main, *given, output=tmp_path / f"writer-{kill}")
        assert writer.first_line() == "begun"
        time.sleep(dice.uniform(0, LONGEST))
        writer.kill()
        writer.wait()
        told += writer.output.read_text(encoding="utf-8").count("stored")
        rows, entries = counted()
        assert rows == entries
        assert rows % ROWS == 0
        # Whoever was told that they are stored finds them; one more may stand that nobody was told of.
        assert rows >= told * ROWS
        told = rows // ROWS
    assert verify_log().sound
