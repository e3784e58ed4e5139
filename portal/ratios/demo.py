"""Published shares of the demonstration: every finished year, but one left for an official to publish."""

from datetime import date, datetime

from sqlalchemy import select

from portal.db import db
from portal.ratios.actions import count, store_publication
from portal.ratios.models import PublishedRatio
from portal.ratios.rules import Outcome
from portal.register.actions import Actor
from portal.returns.demo import FIRST_YEAR, LAST_YEAR, indications_with_demo_roster

OFFICE = Actor("演示机关（DEMO）")
LEFT_TO_PUBLISH = "zhongning-gouqi"


def load_demo_ratios(today: date, now: datetime) -> int:
    if db.session.scalar(select(PublishedRatio.id).where(PublishedRatio.demo).limit(1)) is not None:
        return 0
    touched = 0
    for indication in indications_with_demo_roster():
        last = LAST_YEAR - 1 if indication.slug == LEFT_TO_PUBLISH else LAST_YEAR
        for year in range(FIRST_YEAR, last + 1):
            counted = count(indication, year, today)
            if not counted.figures.producers or counted.figures.outcome is Outcome.INCONSISTENT:
                continue
            row = store_publication(
                OFFICE, indication, counted, today, now, remark="演示数据，不是真实数字 (DEMO)"
            )
            row.demo = True
            db.session.flush()
            touched += 1
    return touched


def remove_demo_ratios(_today: date, _now: datetime) -> int:
    """A publication is never taken back; its marking as a demonstration stays with it."""
    return 0
