"""Everything that reads plots and yields. What lies outside a viewer's reach is not there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager

from portal.accounts.models import Account
from portal.accounts.rules import Role, is_adcode
from portal.authorisation.queries import acts_for, member_ids, own_producer_ids
from portal.catalogue.models import Indication
from portal.db import db
from portal.land.models import GiYield, Plot
from portal.land.rules import READERS, Planted, PlotState, ceiling
from portal.lib.folding import folded
from portal.lib.problems import NotAllowed, NotFound
from portal.lib.text import Text
from portal.producers.models import Producer, RosterEntry
from portal.producers.queries import indications_with_roster, stands_on, within
from portal.regions.rules import covers

# ---- who sees what


def scope_of(viewer: Account) -> str:
    """The region whose land an official may see."""
    if viewer.role not in READERS or not is_adcode(viewer.region):
        raise NotAllowed(Text("地块只对官员和审计员开放", "Plots are open to officials and auditors only"))
    return viewer.region


def _shown() -> Select[tuple[Plot]]:
    return (
        select(Plot)
        .join(Plot.producer)
        .join(Plot.indication)
        .options(contains_eager(Plot.producer), contains_eager(Plot.indication))
    )


def plots_of_account(account: Account, day: date) -> Select[tuple[Plot]]:
    """The plots of the producers, and of the member households, that this account acts for."""
    mine = own_producer_ids(account, day).union(member_ids(account, day))
    return _shown().where(Plot.producer_id.in_(mine)).order_by(Plot.ended_on.is_not(None), Plot.id)


def lines_of_account(account: Account, day: date) -> list[RosterEntry]:
    """For whom and which GI this account can enter land: the roster lines of its producers and members."""
    mine = own_producer_ids(account, day).union(member_ids(account, day))
    return list(db.session.scalars(_lines().where(RosterEntry.producer_id.in_(mine), stands_on(day))))


def _lines() -> Select[tuple[RosterEntry]]:
    return (
        select(RosterEntry)
        .join(RosterEntry.producer)
        .join(RosterEntry.indication)
        .options(contains_eager(RosterEntry.producer), contains_eager(RosterEntry.indication))
        .order_by(RosterEntry.id)
    )


def lines_in(viewer: Account, text: str, day: date) -> Select[tuple[RosterEntry]]:
    """Roster lines of the official's region by a part of the producer's name, its pinyin or its code."""
    query = _lines().where(within(RosterEntry.adcode, scope_of(viewer)), stands_on(day))
    wanted = folded(text)
    return query.where(Producer.search_text.contains(wanted, autoescape=True)) if wanted else query


def get_line_for(viewer: Account, number: int, day: date) -> RosterEntry:
    line = db.session.scalar(_lines().where(RosterEntry.id == number, stands_on(day)))
    if line is not None:
        if viewer.role is Role.PRODUCER and acts_for(viewer, line.producer_id, day):
            return line
        if viewer.role in READERS and is_adcode(viewer.region) and covers(viewer.region, line.adcode):
            return line
    raise NotFound(Text("名录中没有这一条", "The roster has no such line"))


@dataclass(frozen=True)
class PlotFilter:
    gi: str = ""
    state: str = ""
    lie: str = ""
    text: str = ""


def plots_in(viewer: Account, asked: PlotFilter) -> Select[tuple[Plot]]:
    query = _shown().where(within(Plot.adcode, scope_of(viewer)))
    if asked.gi:
        query = query.where(Indication.slug == asked.gi)
    if asked.state:
        query = query.where(Plot.state == asked.state)
    if asked.lie:
        query = query.where(Plot.lie == asked.lie)
    if asked.text:
        query = query.where(
            Producer.name.contains(asked.text, autoescape=True)
            | Plot.name.contains(asked.text, autoescape=True)
            | Plot.number.startswith(asked.text.upper(), autoescape=True)
        )
    return query.order_by(Plot.state != PlotState.STATED.value, Plot.id.desc())


def get_plot_for(viewer: Account, number: str, day: date) -> Plot:
    """A plot of one's own producer, or of a place in the official's region; any other is not there."""
    plot = db.session.scalar(_shown().where(Plot.number == number))
    if plot is None or not _sees(viewer, plot, day):
        raise NotFound(Text("没有这个地块", "There is no such plot"))
    return plot


def _sees(viewer: Account, plot: Plot, day: date) -> bool:
    if viewer.role is Role.PRODUCER:
        return acts_for(viewer, plot.producer_id, day)
    return viewer.role in READERS and is_adcode(viewer.region) and covers(viewer.region, plot.adcode)


# ---- what the land gives


def counting() -> ColumnElement[bool]:
    """Only land that an office has verified and that is still used gives a right to labels."""
    return (Plot.state == PlotState.VERIFIED.value) & Plot.ended_on.is_(None)


def yields_of(indication_id: int, year: int) -> dict[str, int]:
    """Grams a mu by place; "" is the whole area."""
    query = select(GiYield.place, GiYield.grams_per_mu).where(
        GiYield.indication_id == indication_id, GiYield.year == year, GiYield.ended_on.is_(None)
    )
    return dict(db.session.execute(query).all())


def _planted(plots: Iterable[Plot]) -> list[Planted]:
    return [Planted(plot.counted_m2, plot.adcode) for plot in plots]


def verified_plots(indication_id: int, producer_id: int) -> list[Plot]:
    query = select(Plot).where(
        Plot.indication_id == indication_id, Plot.producer_id == producer_id, counting()
    )
    return list(db.session.scalars(query.order_by(Plot.id)))


def ceiling_of(indication_id: int, producer_id: int, year: int) -> int | None:
    """What one producer's verified land can give in a year, in grams; None: no land or no yield is stated."""
    plots = verified_plots(indication_id, producer_id)
    return ceiling(_planted(plots), yields_of(indication_id, year)) if plots else None


def verified_m2(indication_id: int) -> int:
    query = select(func.sum(func.coalesce(Plot.inside_m2, Plot.area_m2)))
    return int(db.session.scalar(query.where(Plot.indication_id == indication_id, counting())) or 0)


def producers_with_land(indication_id: int) -> int:
    """How many the verified land of a GI belongs to."""
    query = select(func.count(Plot.producer_id.distinct()))
    return db.session.scalar(query.where(Plot.indication_id == indication_id, counting())) or 0


@dataclass(frozen=True)
class LandSums:
    """The verified land of a GI and what it can give; for the public, who sees sums only."""

    producers: int
    square_metres: int
    ceiling_g: int | None


def land_sums(indication_id: int, year: int) -> LandSums:
    counted = func.coalesce(Plot.inside_m2, Plot.area_m2)
    query = (
        select(Plot.adcode, func.sum(counted))
        .where(Plot.indication_id == indication_id, counting())
        .group_by(Plot.adcode)
    )
    areas = [Planted(int(area), adcode) for adcode, area in db.session.execute(query)]
    most = ceiling(areas, yields_of(indication_id, year)) if areas else None
    return LandSums(producers_with_land(indication_id), sum(one.square_metres for one in areas), most)


def ceilings_of(indication_id: int, year: int, producer_ids: Iterable[int]) -> Mapping[int, int]:
    """The same for many producers at once; who has no verified land or no yield is left out."""
    query = select(Plot).where(
        Plot.indication_id == indication_id, Plot.producer_id.in_(set(producer_ids)), counting()
    )
    by_producer: dict[int, list[Plot]] = {}
    for plot in db.session.scalars(query):
        by_producer.setdefault(plot.producer_id, []).append(plot)
    yields = yields_of(indication_id, year)
    found = {producer: ceiling(_planted(plots), yields) for producer, plots in by_producer.items()}
    return {producer: most for producer, most in found.items() if most is not None}


def ceilings_by_line(lines: Iterable[RosterEntry], year: int) -> dict[int, tuple[int, int | None]]:
    """For each roster line the verified square metres and what they can give: two queries for each GI."""
    found: dict[int, tuple[int, int | None]] = {}
    for gi_id in {line.indication_id for line in lines}:
        mine = [line for line in lines if line.indication_id == gi_id]
        query = select(Plot).where(
            Plot.indication_id == gi_id, Plot.producer_id.in_([one.producer_id for one in mine]), counting()
        )
        plots, yields = list(db.session.scalars(query)), yields_of(gi_id, year)
        for line in mine:
            own = _planted(plot for plot in plots if plot.producer_id == line.producer_id)
            area = sum(one.square_metres for one in own)
            found[line.id] = (area, ceiling(own, yields) if own else None)
    return found


# ---- yields


def yields_in(viewer: Account, year: int | None = None) -> Select[tuple[GiYield]]:
    """Yields stated for places in, or around, the viewer's region."""
    ids = [one.id for one in indications_with_roster(scope_of(viewer))]
    query = select(GiYield).join(GiYield.indication).options(contains_eager(GiYield.indication))
    query = query.where(GiYield.indication_id.in_(ids), GiYield.ended_on.is_(None))
    if year:
        query = query.where(GiYield.year == year)
    return query.order_by(GiYield.year.desc(), Indication.pinyin, GiYield.place)


# ---- findings


@dataclass(frozen=True)
class Overlap:
    """Two plots of different producers of which one lies on the other."""

    one: Plot
    other: Plot
    square_metres: int


def _drawn(indication_id: int | None, scope: str) -> Select[tuple[Plot]]:
    query = _shown().where(Plot.wkb.is_not(None), Plot.ended_on.is_(None), within(Plot.adcode, scope))
    return query if indication_id is None else query.where(Plot.indication_id == indication_id)


def overlapping(indication_id: int | None, scope: str) -> list[Overlap]:
    """Drawn plots in use that share ground, largest first. Shapely is read by who asks."""
    import numpy as np
    import shapely
    from shapely import STRtree

    plots = list(db.session.scalars(_drawn(indication_id, scope).order_by(Plot.id)))
    if len(plots) < 2:
        return []
    shapes = np.array([shapely.from_wkb(plot.wkb) for plot in plots], dtype=object)
    found = []
    for left, right in STRtree(shapes).query(shapes, predicate="intersects").T:
        if left < right and plots[left].producer_id != plots[right].producer_id:
            shared = _shared_m2(shapes[left], shapes[right])
            if shared >= SMALLEST_OVERLAP_M2:
                found.append(Overlap(plots[left], plots[right], shared))
    return sorted(found, key=lambda one: -one.square_metres)


SMALLEST_OVERLAP_M2 = 50


def _shared_m2(one: object, other: object) -> int:
    import shapely

    from gi_data.areas import area_km2

    return round(area_km2(shapely.intersection(one, other)) * 1_000_000)


def overlaps_of(plot: Plot) -> list[Overlap]:
    """What shares ground with one plot: only plots of its county whose box touches its own are read."""
    if plot.wkb is None or plot.ended_on is not None:
        return []
    import shapely

    shared = shared_with(plot.indication_id, plot.producer_id, plot.adcode, shapely.from_wkb(plot.wkb))
    return [Overlap(plot, other, area) for other, area in shared]


def shared_with(indication_id: int, producer_id: int, adcode: str, shape: object) -> list[tuple[Plot, int]]:
    """Plots of others in the county that lie on a shape, with the square metres they share, largest first."""
    import shapely

    west, south, east, north = shape.bounds
    near = _drawn(indication_id, adcode[:6]).where(
        Plot.producer_id != producer_id,
        Plot.south <= north,
        Plot.north >= south,
        Plot.west <= east,
        Plot.east >= west,
    )
    found = [(other, _shared_m2(shape, shapely.from_wkb(other.wkb))) for other in db.session.scalars(near)]
    return sorted((one for one in found if one[1] >= SMALLEST_OVERLAP_M2), key=lambda one: -one[1])


def plots_of_producer(indication_id: int, producer_id: int) -> list[Plot]:
    """Every plot in use, verified or not."""
    query = select(Plot).where(
        Plot.indication_id == indication_id, Plot.producer_id == producer_id, Plot.ended_on.is_(None)
    )
    return list(db.session.scalars(query.order_by(Plot.id)))
