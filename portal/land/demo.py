"""Plots and yields of the demonstration: made-up fields of made-up producers, all marked 演示 (DEMO)."""

from datetime import date, datetime

from sqlalchemy import select

from portal.accounts.queries import find_account_by_email
from portal.authorisation.queries import own_producer_ids
from portal.catalogue.models import Indication
from portal.db import db
from portal.land.actions import PlotData, YieldData, new_plot, state_yield
from portal.land.models import GiYield, Plot
from portal.land.placing import place_division, place_outline, square_metres
from portal.land.rules import PlotState
from portal.producers.demo import ACTS
from portal.producers.models import Producer, RosterEntry
from portal.producers.points import AreaOfIndication
from portal.producers.queries import stands_on
from portal.register.actions import PORTAL, record

KG_A_MU = {"zhongning-gouqi": 200, "wuyuan-xiangrikui": 180}
# About six hundred metres; fields are squares of this side.
SIDE = 0.006
MARK = "（演示）"


def load_demo_land(today: date, now: datetime) -> int:
    """For each demonstration GI: yields, plots of the producer one can sign in as, one of a neighbour."""
    if db.session.scalar(select(Plot.id).where(Plot.demo, Plot.ended_on.is_(None)).limit(1)) is not None:
        return 0
    touched = 0
    for email, slug in ACTS:
        indication = db.session.scalar(select(Indication).where(Indication.slug == slug))
        lines = _lines(indication, today) if indication else []
        if lines:
            touched += _yields(indication, lines[0].adcode[:6], today, now)
            touched += _plots(indication, lines, email, today, now)
    return touched


def _lines(indication: Indication, today: date) -> list[RosterEntry]:
    query = (
        select(RosterEntry)
        .join(RosterEntry.producer)
        .where(RosterEntry.indication_id == indication.id, stands_on(today), Producer.demo)
        .order_by(RosterEntry.id)
    )
    return list(db.session.scalars(query))


def _yields(indication: Indication, county: str, today: date, now: datetime) -> int:
    for year in (today.year - 1, today.year):
        grams = KG_A_MU.get(indication.slug, 200) * 1000
        source = ("演示农业农村局（DEMO）", f"{year} 年单产通知（DEMO）", date(year, 1, 15))
        state_yield(PORTAL, indication, YieldData(year, county, grams, *source), today, now, demo=True)
    return 2


def _plots(indication: Indication, lines: list[RosterEntry], email: str, today: date, now: datetime) -> int:
    account = find_account_by_email(email)
    own = set(db.session.scalars(own_producer_ids(account, today))) if account else set()
    mine = [line for line in lines if line.producer_id in own][:1]
    other = [line for line in lines if line.producer_id not in own][:1]
    shape = AreaOfIndication(indication.id).shape
    if not mine:
        return 0
    if shape is None:
        _by_size(indication, mine[0], "渠南三号地", 200_000, PlotState.VERIFIED, today, now)
        return 1
    centre, border = shape.representative_point(), _border(shape)
    fields = [
        (mine[0], "渠南三号地", (centre.x, centre.y), PlotState.VERIFIED),
        (mine[0], "北坡新地", (border.x - SIDE / 2, border.y - SIDE / 2), PlotState.STATED),
        *((line, "河湾地", (centre.x + SIDE * 0.8, centre.y), PlotState.VERIFIED) for line in other),
    ]
    for line, name, (lon, lat), state in fields:
        _drawn(indication, line, name, _square(lon, lat), state, today, now)
    _by_size(indication, mine[0], "老园子", 33_333, PlotState.VERIFIED, today, now)
    return len(fields) + 1


def _border(shape: object) -> object:
    import shapely

    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    return largest.exterior.interpolate(0.1, normalized=True)


def _square(lon: float, lat: float) -> object:
    import shapely

    return shapely.box(lon, lat, lon + SIDE, lat + SIDE)


def _drawn(
    indication: Indication,
    line: RosterEntry,
    name: str,
    shape: object,
    state: PlotState,
    today: date,
    now: datetime,
) -> None:
    data = PlotData(name + MARK, line.adcode, square_metres(shape), "", 2018, shape.wkb)
    producer = db.session.get_one(Producer, line.producer_id)
    placed = place_outline(indication.id, shape)
    _settle(new_plot(PORTAL, producer, indication, data, placed, today, now), state, now)


def _by_size(
    indication: Indication,
    line: RosterEntry,
    name: str,
    area_m2: int,
    state: PlotState,
    today: date,
    now: datetime,
) -> None:
    data = PlotData(name + MARK, line.adcode, area_m2, "", 2016)
    producer = db.session.get_one(Producer, line.producer_id)
    placed = place_division(indication.id, line.adcode, area_m2)
    _settle(new_plot(PORTAL, producer, indication, data, placed, today, now), state, now)


def _settle(plot: Plot, state: PlotState, now: datetime) -> None:
    if state is PlotState.STATED:
        return
    plot.state, plot.decided_at = state.value, now
    changes = {"state": {"from": PlotState.STATED.value, "to": state.value}}
    record(PORTAL, "verified", plot.subject, changes, public=False)


def remove_demo_land(today: date, _now: datetime) -> int:
    """End what was loaded; rows stay, and count no longer."""
    ended = 0
    for plot in db.session.scalars(select(Plot).where(Plot.demo, Plot.ended_on.is_(None))):
        plot.state, plot.ended_on = PlotState.ENDED.value, today
        record(PORTAL, "ended", plot.subject, _ended(today), public=False)
        ended += 1
    query = select(GiYield).join(GiYield.indication).add_columns(Indication.slug)
    for one, slug in db.session.execute(query.where(GiYield.demo, GiYield.ended_on.is_(None))):
        one.ended_on = today
        record(PORTAL, "ended", f"yield:{slug}/{one.year}/{one.place or 'all'}", _ended(today))
        ended += 1
    return ended


def _ended(today: date) -> dict[str, object]:
    return {"ended_on": {"from": None, "to": today.isoformat()}}
