"""The verified land as it stood on a day that is over: what was not touched since is summed by the database,
of the few plots that were, the log says how they stood."""

import json
from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select

from portal.db import db
from portal.land.models import Plot
from portal.land.rules import PlotState
from portal.lib.clock import end_of_day, instant_text
from portal.producers.queries import within
from portal.regions.rules import covers
from portal.register.models import Entry
from portal.register.rules import state_after

Area = tuple[int, int]
PLOTS_AT_ONCE = 500


def verified_on(day: date, indication_ids: Iterable[int], place: str | None) -> dict[int, Area]:
    """How many plots of each GI were verified at the end of that day, and their square metres."""
    of_these = and_(Plot.indication_id.in_(set(indication_ids)), Plot.from_on <= day)
    sums = (
        select(Plot.indication_id, func.count(), func.sum(Plot.area_m2))
        .where(of_these, _untouched_since(day))
        .group_by(Plot.indication_id)
    )
    if place:
        sums = sums.where(within(Plot.adcode, place))
    found = {key: (count, int(area)) for key, count, area in db.session.execute(sums)}
    others = select(Plot.number, Plot.indication_id).where(of_these, _touched_since(day))
    touched = dict(db.session.execute(others).all())
    for number, stood in _stood_on(day, list(touched)).items():
        here = not place or covers(place, str(stood.get("adcode", "")))
        if stood.get("state") == PlotState.VERIFIED.value and here:
            count, area = found.get(touched[number], (0, 0))
            found[touched[number]] = (count + 1, area + int(stood["area_m2"]))
    return found


def _untouched_since(day: date) -> ColumnElement[bool]:
    """Verified today and by that day: a plot that is changed or given up is verified no more."""
    decided = or_(Plot.decided_at.is_(None), Plot.decided_at <= end_of_day(day))
    return and_(Plot.state == PlotState.VERIFIED.value, decided)


def _touched_since(day: date) -> ColumnElement[bool]:
    """Given up or decided anew after that day, or drawn anew: of that the row does not say when."""
    drawn_anew = and_(Plot.state == PlotState.STATED.value, Plot.decided_at.is_not(None))
    return or_(Plot.ended_on > day, Plot.decided_at > end_of_day(day), drawn_anew)


def _stood_on(day: date, numbers: list[str]) -> dict[str, dict[str, object]]:
    until = instant_text(end_of_day(day))
    changes: dict[str, list[dict]] = {}
    for first in range(0, len(numbers), PLOTS_AT_ONCE):
        subjects = [f"plot:{number}" for number in numbers[first : first + PLOTS_AT_ONCE]]
        query = select(Entry.subject, Entry.changes).where(Entry.subject.in_(subjects), Entry.time <= until)
        for subject, said in db.session.execute(query.order_by(Entry.n)):
            changes.setdefault(subject.removeprefix("plot:"), []).append(json.loads(said))
    return {number: state_after(said) for number, said in changes.items()}
