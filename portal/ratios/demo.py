"""Published shares of the demonstration: every finished year, but one left for an official to publish."""

from datetime import date, datetime

from sqlalchemy import select

from portal.catalogue.models import Indication
from portal.db import db
from portal.producers.parts import parts_of
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
        touched += _publish_a_part(indication, today, now)
    return touched


def _publish_a_part(indication: Indication, today: date, now: datetime) -> int:
    """The newest finished year of one part of an area that has several."""
    parts = parts_of(indication, date(LAST_YEAR, 12, 31))
    if len({part.adcode[:6] for part in parts}) < 2:
        return 0
    zone = max((part for part in parts if len(part.adcode) == 6), key=lambda part: part.producers).adcode
    counted = count(indication, LAST_YEAR, today, zone)
    if not counted.figures.producers or counted.figures.outcome is Outcome.INCONSISTENT:
        return 0
    remark = "演示数据，不是真实数字 (DEMO)"
    row = store_publication(OFFICE, indication, counted, today, now, zone=zone, remark=remark)
    row.demo = True
    db.session.flush()
    return 1


def remove_demo_ratios(_today: date, _now: datetime) -> int:
    """A publication is never taken back; its marking as a demonstration stays with it."""
    return 0
