"""What the map says of a GI in words: a line of the list beside it, and the card that opens on a click."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal.catalogue.area_rules import Precision
from portal.catalogue.index import current_index, kept_by_version
from portal.catalogue.index_rows import Row
from portal.catalogue.listing import place_text
from portal.catalogue.models import Indication
from portal.catalogue.places import area_scopes
from portal.catalogue.rules import Kind, Status
from portal.db import db
from portal.lib.text import Text
from portal.regions.models import Region
from portal.regions.queries import division_names, regions_by_code
from portal.register.queries import kind_version

Line = dict[str, object]


@dataclass(frozen=True)
class GiName:
    """What lists say of a GI beside the row of the index."""

    name_en: str
    demo: bool


@dataclass(frozen=True)
class RegionName:
    """A division by name, apart from the session that read it."""

    name_zh: str
    name_en: str

    @property
    def name(self) -> dict[str, str]:
        return {"zh": self.name_zh, "en": self.name_en}


@dataclass(frozen=True)
class Names:
    """Kept in memory, because the list of a map and the point on it are asked for very often."""

    gis: Mapping[int, GiName]
    regions: Mapping[str, RegionName]


def known_names() -> Names:
    """The English names of all GIs and the names of all divisions, read once for each version."""
    gis = kept_by_version("gi_names", kind_version("gi"), _read_gi_names)
    return Names(gis, kept_by_version("division_names", kind_version("regions"), _read_division_names))


def _read_gi_names() -> dict[int, GiName]:
    columns = select(Indication.id, Indication.name_en, Indication.demo)
    return {number: GiName(name, demo) for number, name, demo in db.session.execute(columns)}


def _read_division_names() -> dict[str, RegionName]:
    return {code: RegionName(zh, en) for code, zh, en in division_names()}


def lines_of(rows: Sequence[Row]) -> list[Line]:
    """The rows of a list; none of them costs a query."""
    names, scopes = known_names(), area_scopes()
    return [
        {
            "layer": "gi",
            "number": row.id,
            "slug": row.slug,
            "url": f"/gi/{row.slug}",
            "name": Text(row.name_zh, names.gis[row.id].name_en),
            "second": Text(row.pinyin, row.name_zh),
            "kinds": [(kind, Kind(kind).text) for kind in row.kinds],
            "status": Status(row.status).text,
            "tone": Status(row.status).tone,
            "place": place_text(row.regions, names.regions),
            "area_known": scopes[row.id].known,
        }
        for row in rows
    ]


def find_row(number: int) -> Row | None:
    return next((row for row in current_index().rows if row.id == number), None)


def find_row_by_slug(slug: str) -> Row | None:
    return next((row for row in current_index().rows if row.slug == slug), None)


def card_of(number: int) -> Line | None:
    """All a card shows of one GI; None where there is none or it was withdrawn."""
    row = find_row(number)
    if row is None:
        return None
    facts = db.session.scalar(select(Indication.facts).where(Indication.id == number))
    scope = area_scopes()[number]
    return lines_of([row])[0] | {
        "area": (facts.get("area") or {}).get("text"),
        "precision": scope.words,
        "townships": townships_text(facts) if scope.precision is Precision.COUNTY else None,
    }


def townships_text(facts: Mapping[str, object]) -> Text | None:
    """The townships by name: the picture can only show the county they lie in."""
    units = (facts.get("area") or {}).get("units", [])
    regions = regions_by_code(unit["code"] for unit in units if unit.get("code"))
    names = [_unit_name(unit, regions) for unit in units]
    return Text("、".join(name.zh for name in names), ", ".join(name.en for name in names)) if names else None


def _unit_name(unit: Mapping[str, object], regions: Mapping[str, Region]) -> Text:
    if region := regions.get(unit.get("code") or ""):
        return Text(region.name_zh, region.name_en)
    name = unit.get("name_now") or unit["name_in_source"]
    return Text(name, name)


def spoken(line: Mapping[str, object], language: str) -> dict[str, object]:
    """The same in one language, as the script of the map takes it."""
    return {name: _in_words(value, language) for name, value in line.items()}


def _in_words(value: object, language: str) -> object:
    if isinstance(value, Text):
        return value.say(language)
    if isinstance(value, dict) and "zh" in value:
        return value.get(language) or value["zh"]
    if isinstance(value, list | tuple):
        return [_in_words(one, language) for one in value]
    return value
