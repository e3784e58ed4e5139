"""The parts of a producing area, as its roster names them: counties and their townships."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from portal.catalogue.models import Indication, IndicationRegion
from portal.db import db
from portal.lib.text import Text
from portal.producers.models import RosterEntry
from portal.producers.queries import stands_on
from portal.regions.models import Region
from portal.regions.queries import regions_by_code
from portal.regions.rules import county_of, covers


@dataclass(frozen=True)
class Part:
    """A county or township and how many producers of it stand on the roster."""

    adcode: str
    name: Text
    producers: int


def parts_of(indication: Indication, day: date, chosen: str = "") -> list[Part]:
    """What the roster names on a day, each county before its townships; the one that was chosen is there
    even where nobody stands on the roster in it."""
    query = (
        select(RosterEntry.adcode, func.count(RosterEntry.producer_id.distinct()))
        .where(RosterEntry.indication_id == indication.id, stands_on(day))
        .group_by(RosterEntry.adcode)
    )
    own = dict(db.session.execute(query).all())
    counts: dict[str, int] = {}
    for adcode, number in own.items():
        for code in {county_of(adcode), adcode}:
            counts[code] = counts.get(code, 0) + number
    if chosen:
        counts.setdefault(chosen, sum(number for code, number in own.items() if covers(chosen, code)))
    names = regions_by_code(counts)
    return [Part(code, _name(names.get(code), code), number) for code, number in sorted(counts.items())]


def _name(region: Region | None, code: str) -> Text:
    name = Text(region.name_zh, region.name_en) if region else Text(code, code)
    return name if len(code) == 6 else Text(f"　{name.zh}", f"– {name.en}")


def is_whole(indication_id: int, zone: str) -> bool:
    """Whether a division takes in everything the GI stands in: then it is no part of it."""
    query = select(IndicationRegion.adcode).where(IndicationRegion.indication_id == indication_id)
    codes = db.session.scalars(query).all()
    return bool(codes) and all(covers(zone, code) for code in codes)
