"""The collection `regions`: provinces, prefectures and counties with their borders."""

from collections.abc import Iterable

from sqlalchemy import Select, func, select

from portal.data import shapes
from portal.db import db
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.ogc.collections import Asked, Collection, Feature, Property, Slice
from portal.ogc.rules import Box
from portal.regions.models import Region
from portal.regions.queries import get_region
from portal.regions.rules import Level

DRAWN = (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY)


def find(asked: Asked) -> Slice:
    query = _fitting(asked)
    matched = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = query.order_by(Region.adcode).limit(asked.limit).offset(asked.offset)
    return Slice([_feature(region) for region in db.session.scalars(page)], matched)


def get(adcode: str) -> Feature:
    region = get_region(adcode)
    if region.level not in DRAWN:
        raise NotFound(Text("乡级区划没有边界资料", "There are no borders of townships"))
    return _feature(region)


def _fitting(asked: Asked) -> Select[tuple[Region]]:
    query = select(Region).where(Region.level.in_([str(level) for level in DRAWN]))
    for name, value in asked.wanted.items():
        query = query.where(getattr(Region, name) == value)
    if asked.boxes:
        level = asked.wanted.get("level")
        query = query.where(Region.adcode.in_(_touching(asked.boxes, (level,) if level else DRAWN)))
    return query


def _touching(boxes: Iterable[Box], levels: Iterable[str]) -> set[str]:
    known = [level for level in levels if level in DRAWN]
    return set().union(*(shapes.divisions_touching(box, level) for box in boxes for level in known))


def _feature(region: Region) -> Feature:
    properties = {
        "adcode": region.adcode,
        "name_zh": region.name_zh,
        "name_en": region.name_en,
        "pinyin": region.pinyin,
        "level": region.level,
        "parent": region.parent,
    }
    shape = shapes.shape_of_division(region.adcode)
    return Feature(region.adcode, Text(region.name_zh, region.name_en), properties, shape)


COLLECTION = Collection(
    id="regions",
    title=Text("行政区划", "Administrative divisions"),
    about=Text(
        "省、地、县三级及其边界。边界为示意。",
        "Provinces, prefectures and counties with their borders. The borders are schematic.",
    ),
    properties=(
        Property("adcode", Text("行政区划代码", "division code")),
        Property("name_zh", Text("中文名", "Chinese name")),
        Property("name_en", Text("英文名", "English name")),
        Property("pinyin", Text("拼音", "pinyin")),
        Property("level", Text("级别", "level"), tuple(DRAWN)),
        Property("parent", Text("上级区划代码", "code of the division above")),
    ),
    find=find,
    get=get,
)
