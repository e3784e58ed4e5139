"""Publishes the shares of the benchmark's years, as officials publish: by the same function."""

from datetime import date, datetime

from sqlalchemy import select

from portal.catalogue.models import Indication
from portal.db import db, transaction
from portal.ratios.members import Member
from portal.ratios.year_publication import count_all, in_hundreds, named, store_all
from portal.register.actions import Actor

OFFICE = Actor("演示机关（DEMO）")
REMARK = "演示数据，不是真实数字 (DEMO)"


def publish_years(years: list[int], today: date, now: datetime) -> int:
    """The shares of every GI and year; each five hundred GIs in one transaction."""
    numbers = list(db.session.scalars(select(Indication.id).where(Indication.demo).order_by(Indication.id)))
    count = 0
    for part in in_hundreds(numbers):
        with transaction():
            count += _publish(part, sorted(years), today, now)
        db.session.remove()
    return count


def _publish(numbers: list[int], years: list[int], today: date, now: datetime) -> int:
    names, count = named(numbers), 0
    before: dict[int, list[Member]] | None = None
    for year in years:
        counted = count_all(numbers, year, today, before)
        rows = store_all(OFFICE, names, counted, year, today, now, REMARK)
        for row in rows:
            row.demo = True
        before = {number: one.members for number, one in counted.items()}
        count += len(rows)
    return count
