"""The verified land of a day that is over: what became of a plot since then changes nothing of it."""

import json
from datetime import date, datetime, timedelta
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from portal.db import db, transaction
from portal.land.models import Plot
from portal.land.past import verified_on
from portal.lib.clock import CHINA, instant_text
from portal.register.models import Entry
from tests.ledger_rows import a_gi, a_producer

HERE, FAR = "640521", "150821"
FIRST, LAST = date(2024, 3, 1), date(2024, 12, 31)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=CHINA)


def wrote(number: str, day: date, **state: object) -> None:
    """An entry as it was written on that day."""
    n = (db.session.scalar(select(func.max(Entry.n))) or 0) + 1
    own = sha256(f"{number}{n}".encode()).hexdigest()
    changes = json.dumps({name: {"from": None, "to": value} for name, value in state.items()})
    row = {
        "n": n,
        "time": instant_text(at(day)),
        "actor": "county",
        "verb": "said",
        "subject": f"plot:{number}",
    }
    row |= {"changes": changes, "public": False, "previous": own, "digest": own[::-1]}
    db.session.execute(insert(Entry).values(**row))


@pytest.fixture
def land(app: Flask) -> dict[str, int]:
    with transaction():
        gi, maker = a_gi("hongguo"), a_producer("红果公司")
        ids = {"indication_id": gi.id, "producer_id": maker.id, "lie": "inside", "basis": "contract"}

        def plot(number: str, area: int, state: str, decided: date | None, **more: object) -> None:
            own = {"adcode": HERE, "from_on": FIRST, "created_at": at(FIRST), "name": number} | more
            moment = at(decided) if decided else None
            db.session.add(Plot(number=number, area_m2=area, state=state, decided_at=moment, **own, **ids))
            wrote(number, FIRST, state="stated", area_m2=area, adcode=own["adcode"])

        spring, later = date(2024, 4, 1), date(2025, 5, 1)
        plot("STANDS", 1_000, "verified", spring)
        plot("GIVEN-UP", 200, "ended", spring, ended_on=later)
        wrote("GIVEN-UP", spring, state="verified")
        wrote("GIVEN-UP", later, state="ended", ended_on=later.isoformat())
        plot("DRAWN-ANEW", 99, "verified", later)
        wrote("DRAWN-ANEW", spring, state="verified", area_m2=30)
        wrote("DRAWN-ANEW", later, state="verified", area_m2=99)
        plot("WAITS-AGAIN", 7, "stated", spring)
        wrote("WAITS-AGAIN", spring, state="verified")
        wrote("WAITS-AGAIN", later, state="stated")
        plot("ONLY-LATER", 5_000, "verified", later)
        wrote("ONLY-LATER", later, state="verified")
        plot("NEVER", 9_000, "ended", None, ended_on=later)
        plot("FAR-AWAY", 40_000, "ended", spring, ended_on=later, adcode=FAR)
        wrote("FAR-AWAY", spring, state="verified")
        return {"gi": gi.id}


def test_what_was_given_up_or_drawn_anew_later_counts_on_the_day_as_it_stood(land):
    gi = land["gi"]
    assert verified_on(LAST, [gi], HERE) == {gi: (4, 1_237)}
    assert verified_on(LAST, [gi], "") == {gi: (5, 41_237)}
    assert verified_on(LAST, [gi], FAR) == {gi: (1, 40_000)}


def test_before_it_was_verified_nothing_counts_and_today_it_is_what_the_rows_say(land):
    gi = land["gi"]
    assert verified_on(FIRST, [gi], "") == {}
    assert verified_on(FIRST - timedelta(days=1), [gi], "") == {}
    assert verified_on(date(2026, 1, 1), [gi], "") == {gi: (3, 6_099)}
    assert verified_on(LAST, [], "") == {}
