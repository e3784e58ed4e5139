"""Where the producers behind a published share are: each division with its users and all its producers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from maps.made import MadeMap
from portal.catalogue.map_marks import Mark
from portal.catalogue.map_pictures import Counted, draw_counts
from portal.lib.text import Text
from portal.ratios.models import PublishedRatio
from portal.regions.models import Region
from portal.regions.queries import regions_by_code

COUNTY_DIGITS = 6


@dataclass(frozen=True)
class PlaceCounted:
    """One line of the table under the map; `others` makes users and others the whole."""

    code: str
    name: Text
    users: int
    whole: int

    @property
    def others(self) -> int:
        return self.whole - self.users


def places_counted(one: PublishedRatio) -> list[PlaceCounted]:
    """Counties, each followed by its townships; empty for a share published before places were kept."""
    counted: Mapping[str, list[int]] = one.counted.get("places", {})
    names = regions_by_code({*counted, *(code[:COUNTY_DIGITS] for code in counted)})
    lines = []
    for code, (users, whole) in counted.items():
        known = names.get(code)
        name = Text(known.name_zh, known.name_en) if known else Text(code, code)
        if any(other != code and other.startswith(code) for other in counted):
            name = Text("{place}其他乡镇（合计）", "other townships of {place}, together").format(place=name)
        lines.append(PlaceCounted(code, name, users, whole))
    return lines


def draw_users(made: MadeMap, one: PublishedRatio, mark: Mark, language: str) -> str:
    """The zone on the ground of its GI, with a ring for each county: how many of its producers are users."""
    by_county: dict[str, list[int]] = {}
    for code, (users, whole) in one.counted.get("places", {}).items():
        county = by_county.setdefault(code[:COUNTY_DIGITS], [0, 0])
        county[0] += users
        county[1] += whole
    names = regions_by_code(by_county)
    counts = [
        Counted(code, _words(names.get(code), users, whole).say(language), users, whole)
        for code, (users, whole) in by_county.items()
    ]
    ground = replace(mark, codes=(one.zone,), outline=None) if one.zone else mark
    title = Text("{name}的用标户和全部生产者，{year} 年", "Users and all producers of {name}, {year}")
    return draw_counts(made, ground, counts, title.format(name=mark.name, year=one.year), language)


def _words(region: Region | None, users: int, whole: int) -> Text:
    name = Text(region.name_zh, region.name_en) if region else Text("", "")
    return Text("{place} {n} / {d} 家", "{place} {n} of {d}").format(place=name, n=users, d=whole)
