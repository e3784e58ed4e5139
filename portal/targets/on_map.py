"""Stations where their documents place them: one disc for each division, with the number of its entries."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from maps.made import MadeMap
from portal.catalogue.map_pictures import Counted, draw_counts
from portal.lib.text import Text
from portal.targets.zones import ProgrammeRow

TITLE = Text("登载的站点，按地点", "Stations on record, by place")


@dataclass(frozen=True)
class StationPlace:
    code: str
    name: Text
    entries: int


def places_of(rows: Iterable[ProgrammeRow]) -> list[StationPlace]:
    """Every place that a station is recorded for, by code: provinces before their cities."""
    names, entries = {}, Counter()
    for row in rows:
        for name, code in row.places:
            names[code] = name
            entries[code] += 1
    return [StationPlace(code, names[code], entries[code]) for code in sorted(entries)]


def draw_stations(made: MadeMap, places: Iterable[StationPlace], language: str) -> str:
    counts = [Counted(one.code, one.name.say(language), one.entries) for one in places]
    return draw_counts(made, None, counts, TITLE, language)
