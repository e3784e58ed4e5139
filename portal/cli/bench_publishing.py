"""Publishes the shares of the benchmark's years, through the same action as an official's button."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.catalogue.models import Indication
from portal.db import db, transaction
from portal.ratios.actions import Counted, store_publication
from portal.ratios.ledger import Figures, figures_of_year
from portal.ratios.members import members_of
from portal.ratios.rules import reference_day
from portal.register.actions import Actor

OFFICE = Actor("演示机关（DEMO）")
REMARK = "演示数据，不是真实数字 (DEMO)"
AT_ONCE = 500


def publish_years(years: list[int], today: date, now: datetime) -> int:
    """The shares of every GI and year; each five hundred GIs in one transaction."""
    figures = {year: figures_of_year(year, today) for year in years}
    numbers = list(db.session.scalars(select(Indication.id).where(Indication.demo).order_by(Indication.id)))
    count = 0
    for first in range(0, len(numbers), AT_ONCE):
        with transaction():
            query = select(Indication).where(Indication.id.in_(numbers[first : first + AT_ONCE]))
            for indication in db.session.scalars(query.options(selectinload(Indication.regions))).all():
                count += _publish(indication, figures, today, now)
        db.session.remove()
    return count


def _publish(
    indication: Indication, figures: dict[int, dict[int, Figures]], today: date, now: datetime
) -> int:
    before: list = []
    count = 0
    for year in sorted(figures):
        counted_for = figures[year].get(indication.id)
        if counted_for is None:
            continue
        members = members_of(indication.id, year, reference_day(year, today))
        counted = Counted(counted_for, members, before, None)
        store_publication(OFFICE, indication, counted, today, now, remark=REMARK).demo = True
        before = members
        count += 1
    return count
