"""The collection `gis`: producing areas with what the catalogue says of each GI."""

from collections.abc import Iterable

from flask import current_app
from sqlalchemy import select

from portal.catalogue.area_rules import Precision, units_of
from portal.catalogue.index import current_index
from portal.catalogue.index_rows import Row, row_of
from portal.catalogue.models import Indication, Outline
from portal.catalogue.places import area_scopes
from portal.catalogue.queries import get_indication
from portal.catalogue.rules import Kind, Status
from portal.data import shapes
from portal.db import db
from portal.lib.text import Text
from portal.ogc.collections import Asked, Collection, Feature, Property, Slice
from portal.ogc.rules import Box, meets
from portal.regions.queries import regions_by_code
from portal.regions.rules import scope_prefix


def find(asked: Asked) -> Slice:
    rows = [row for row in current_index().rows if _fits(row, asked)]
    for_boxes = _touching(rows, asked.boxes) if asked.boxes else rows
    shown = for_boxes[asked.offset : asked.offset + asked.limit]
    return Slice(_features(shown), len(for_boxes))


def get(slug: str) -> Feature:
    return _features([row_of(get_indication(slug))])[0]


def _fits(row: Row, asked: Asked) -> bool:
    if asked.interval and not (row.since and meets(row.since, asked.interval)):
        return False
    return all(_has(row, name, value) for name, value in asked.wanted.items())


def _has(row: Row, name: str, value: str) -> bool:
    if name == "kinds":
        return value in row.kinds
    if name == "adcodes":
        prefix = scope_prefix(value)
        return any(code.startswith(prefix) or prefix.startswith(scope_prefix(code)) for code in row.regions)
    return getattr(row, name) == value


def _touching(rows: list[Row], boxes: Iterable[Box]) -> list[Row]:
    """The GIs whose area shares a point with a box: by counties, and by outline where there is one."""
    boxes = tuple(boxes)
    counties = set().union(*(shapes.divisions_touching(box, "county") for box in boxes))
    outlines, scopes, prefixes = _outlines(rows), area_scopes(), shapes.counties_by_prefix()
    found = []
    for row in rows:
        if row.id in outlines:
            drawn = shapes.shape_of_area((), outlines[row.id])
            fits = any(shapes.touches(drawn, box) for box in boxes)
        else:
            fits = any(unit.code in counties for unit in units_of(scopes[row.id].codes, prefixes))
        if fits:
            found.append(row)
    return found


def _outlines(rows: Iterable[Row]) -> dict[int, bytes]:
    """The outlines of these GIs, newest last, so that the newest stands."""
    scopes = area_scopes()
    numbers = [row.id for row in rows if row.id in scopes and scopes[row.id].outlined]
    query = select(Outline.indication_id, Outline.wkb).where(
        Outline.indication_id.in_(numbers), Outline.ended_on.is_(None)
    )
    return dict(tuple(row) for row in db.session.execute(query.order_by(Outline.id)))


def _features(rows: list[Row]) -> list[Feature]:
    numbers = [row.id for row in rows]
    query = select(Indication.id, Indication.name_en).where(Indication.id.in_(numbers))
    names = dict(tuple(row) for row in db.session.execute(query))
    regions = regions_by_code({code for row in rows for code in row.regions})
    places = {code: region.name_zh for code, region in regions.items()}
    outlines, scopes = _outlines(rows), area_scopes()
    return [_feature(row, names[row.id], places, scopes.get(row.id), outlines.get(row.id)) for row in rows]


def _feature(row: Row, name_en: str, places: dict[str, str], scope: object, outline: bytes | None) -> Feature:
    base = current_app.config["SETTINGS"].base_url
    codes = scope.codes if scope else ()
    properties = {
        "slug": row.slug,
        "name_zh": row.name_zh,
        "name_en": name_en,
        "pinyin": row.pinyin,
        "kinds": ",".join(row.kinds),
        "category": row.category,
        "status": row.status,
        "since": row.since or None,
        "adcodes": ",".join(row.regions),
        "regions": "、".join(places.get(code, code) for code in row.regions),
        "precision": str(scope.precision if scope else Precision.NONE),
        "url": f"{base}/gi/{row.slug}",
    }
    geometry = shapes.shape_of_area(codes, outline) if codes or outline else None
    return Feature(row.slug, Text(row.name_zh, name_en), properties, geometry, f"/gi/{row.slug}")


COLLECTION = Collection(
    id="gis",
    title=Text("地理标志的产地范围", "Producing areas of GIs"),
    about=Text(
        "每个地理标志一个要素；产地没有查到的没有几何。只知道乡镇的，按所在县绘制，见 precision。",
        "One feature for each GI; without geometry where the area was not found. Where only townships are "
        "known the whole county is drawn: see precision.",
    ),
    properties=(
        Property("slug", Text("代号", "key")),
        Property("name_zh", Text("中文名", "Chinese name")),
        Property("name_en", Text("英文名", "English name"), filtered=False),
        Property("pinyin", Text("拼音", "pinyin")),
        Property("kinds", Text("保护形式；筛选时写其中一种", "kinds; filter by one"), tuple(Kind)),
        Property("category", Text("产品类别", "category")),
        Property("status", Text("状态", "state"), tuple(Status)),
        Property("since", Text("最早保护日期，已知到哪写到哪", "first date of protection, as far as known")),
        Property("adcodes", Text("所在区划；筛选时写一个代码，含其上下级", "divisions; filter by one code")),
        Property("regions", Text("所在区划名", "names of the divisions"), filtered=False),
        Property("precision", Text("几何有多准", "how well it fits"), tuple(Precision), filtered=False),
        Property("url", Text("网页", "its page"), filtered=False),
    ),
    find=find,
    get=get,
    temporal=True,
)  # fmt: skip
