"""Which GIs a point belongs to, and the full geometry of an area: exact at borders.

The counties of the country are read once by the worker that is first asked; what is known of the areas is
put together again when the newest entry about a GI has another number, and of outlines only those that are
new are read (gi_data/outline_index.py). Shapely is loaded only then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app
from sqlalchemy import select

from maps.made import MadeMap
from portal.catalogue.area_rules import Scope, not_drawn, units_of
from portal.catalogue.index import current_index, kept_by_version
from portal.catalogue.index_rows import Row
from portal.catalogue.made_map import get_map
from portal.catalogue.models import AreaUnit, Indication, Outline
from portal.catalogue.outlines import outlines_numbered, standing_outlines
from portal.db import db
from portal.regions.rules import scope_prefix
from portal.register.queries import kind_version

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from gi_data.outline_index import OutlineIndex
    from gi_data.point_index import CountyIndex, PointIndex


@dataclass(frozen=True)
class Located:
    """What stands at a point: the counties (two on a border, none abroad), the GIs whose area covers it,
    and the GIs of these counties whose area is not known, of which nothing can be said."""

    counties: list[str]
    covering: list[Row]
    undecided: list[Row]


@dataclass(frozen=True)
class Area:
    """An area to be handed out: WGS 84, whole counties where only townships are known."""

    scope: Scope
    geometry: BaseGeometry | None
    not_drawn: tuple[str, ...]
    km2: int | None


def area_scopes() -> Mapping[int, Scope]:
    """What is known of the area of every GI that is not withdrawn, by number, in three queries."""
    return kept_by_version("area_scopes", kind_version("gi"), _read_scopes)


def _read_scopes() -> dict[int, Scope]:
    codes: dict[int, list[str]] = {}
    for owner, code in db.session.execute(
        select(AreaUnit.indication_id, AreaUnit.code).order_by(AreaUnit.code)
    ):
        codes.setdefault(owner, []).append(code)
    outlined = set(db.session.scalars(select(Outline.indication_id).where(Outline.ended_on.is_(None))))
    stated = select(Indication.id, Indication.facts["area"]["precision"].as_string()).where(
        Indication.withdrawn_on.is_(None)
    )
    return {
        number: Scope(tuple(codes.get(number, ())), number in outlined, precision)
        for number, precision in db.session.execute(stated)
    }


@dataclass(frozen=True)
class Ground:
    """All that a question about a point needs, put together once for each version of the register."""

    points: PointIndex
    rows: Mapping[str, Row]
    undecided: Mapping[str, list[Row]]


def locate(lon: float, lat: float) -> Located:
    """Everything at a point; whoever asks has made sure that the numbers are a place on earth."""
    ground = _ground()
    counties = ground.points.counties_at(lon, lat)
    covering = [ground.rows[slug] for slug in ground.points.covering(lon, lat)]
    above = dict.fromkeys(prefix for code in counties for prefix in (code[:2], code[:4], code))
    undecided = [row for prefix in above for row in ground.undecided.get(prefix, ())]
    return Located(counties, _in_order(covering), list(dict.fromkeys(undecided)))


def _in_order(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row.weight, row.id))


def area_of(indication: Indication) -> Area:
    """The geometry of one GI's area at full resolution."""
    import shapely

    made = get_map()
    codes = tuple(unit.code for unit in indication.units)
    outline = _newest_outline(indication.id)
    scope = Scope(codes, outline is not None, (indication.facts.get("area") or {}).get("precision"))
    if outline is not None:
        return Area(scope, shapely.from_wkb(outline.wkb), (), round(outline.square_metres / 1_000_000))
    missing = tuple(not_drawn(codes, made.codes_by_prefix))
    units = units_of(codes, made.codes_by_prefix)
    if not units:
        return Area(scope, None, missing, None)
    # Neighbours of the source do not share every vertex, for which coverage_union gives invalid results.
    union = shapely.union_all([_counties(made).shape_of(unit.code) for unit in units])
    return Area(scope, union, missing, sum(made.places[unit.code].km2 for unit in units))


def _newest_outline(number: int) -> Outline | None:
    query = select(Outline).where(Outline.indication_id == number, Outline.ended_on.is_(None))
    return db.session.scalar(query.order_by(Outline.id.desc()).limit(1))


def _counties(made: MadeMap) -> CountyIndex:
    from gi_data.point_index import CountyIndex

    kept = current_app.extensions.get("county_index")
    if kept is None or kept[0] != made.county_file:
        kept = (made.county_file, CountyIndex.load(made.county_file))
        current_app.extensions["county_index"] = kept
    return kept[1]


def _ground() -> Ground:
    made = get_map()
    counties, scopes, rows = _counties(made), area_scopes(), current_index().rows
    version = (kind_version("gi"), made.version)
    return kept_by_version("ground", version, lambda: _put_together(counties, scopes, rows))


def _put_together(counties: CountyIndex, scopes: Mapping[int, Scope], rows: list[Row]) -> Ground:
    from gi_data.point_index import PointIndex

    standing = standing_outlines()
    drawn = {standing[row.id]: row.slug for row in rows if row.id in standing}
    divisions = {
        row.slug: scopes[row.id].codes for row in rows if row.id not in standing and scopes[row.id].codes
    }
    undecided: dict[str, list[Row]] = {}
    for row in rows:
        if not scopes[row.id].known:
            for region in row.regions:
                undecided.setdefault(scope_prefix(region), []).append(row)
    points = PointIndex(counties, divisions, _outlines(drawn), drawn)
    return Ground(points, {row.slug: row for row in rows}, undecided)


def _outlines(drawn: Mapping[int, str]) -> OutlineIndex:
    """Box and circle of an outline, and the shapes used last, outlive the version."""
    from gi_data.outline_index import Frames, KeptShapes, OutlineIndex

    kept = current_app.extensions
    kept["outline_frames"] = kept.get("outline_frames", Frames.none()).brought_to(drawn, outlines_numbered)
    shapes = kept.setdefault("outline_shapes", KeptShapes())
    return OutlineIndex(kept["outline_frames"], shapes, outlines_numbered)
