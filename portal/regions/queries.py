"""Everything that reads divisions."""

from collections.abc import Iterable

from sqlalchemy import or_, select

from portal.db import db
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.regions.models import Region
from portal.regions.rules import Level, line_of, scope_prefix


def find_region(adcode: str) -> Region | None:
    return db.session.get(Region, adcode)


def get_region(adcode: str) -> Region:
    region = find_region(adcode)
    if region is None:
        raise NotFound(Text(f"没有行政区划代码 {adcode}", f"There is no division with the code {adcode}"))
    return region


def regions_by_code(adcodes: Iterable[str]) -> dict[str, Region]:
    """The named divisions in one query; codes that are not known are simply not in the answer."""
    wanted = set(adcodes)
    return {r.adcode: r for r in db.session.scalars(select(Region).where(Region.adcode.in_(wanted)))}


def division_names() -> list[tuple[str, str, str]]:
    """Code, Chinese and English name of every division, for what must name places without a query each."""
    query = select(Region.adcode, Region.name_zh, Region.name_en)
    return [tuple(row) for row in db.session.execute(query)]


def all_codes() -> list[str]:
    return list(db.session.scalars(select(Region.adcode).order_by(Region.adcode)))


def region_line(adcode: str) -> list[Region]:
    """The division and what it stands in, highest first; levels that do not exist are left out."""
    known = regions_by_code(line_of(adcode))
    return [known[code] for code in line_of(adcode) if code in known]


def children_of(adcode: str | None) -> list[Region]:
    query = select(Region).where(Region.parent == adcode if adcode else Region.level == Level.PROVINCE)
    return list(db.session.scalars(query.order_by(Region.adcode)))


def search_regions(typed: str, scope: str = "000000", limit: int | None = 20) -> list[Region]:
    """By fragment of the Chinese or English name, by pinyin, initials or code; higher levels first."""
    wanted = "".join(typed.split()).lower()
    if not wanted:
        return []
    fragment = f"%{_escaped(wanted)}%"
    query = (
        select(Region)
        .where(
            Region.adcode.startswith(scope_prefix(scope)),
            or_(
                Region.name_zh.like(fragment, escape="\\"),
                Region.name_en.ilike(f"%{_escaped(typed.strip())}%", escape="\\"),
                Region.pinyin.like(fragment, escape="\\"),
                Region.initials.like(f"{_escaped(wanted)}%", escape="\\"),
                Region.adcode.like(f"{_escaped(wanted)}%", escape="\\"),
            ),
        )
        .order_by(Region.adcode)
        .limit(limit)
    )
    return sorted(db.session.scalars(query), key=lambda r: (list(Level).index(Level(r.level)), r.adcode))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
