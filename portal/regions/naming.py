"""Divisions as people read them: a township with its county, several of one name told apart by code."""

from collections.abc import Iterable, Sequence

from portal.lib.text import Text
from portal.regions.queries import regions_by_code
from portal.regions.rules import county_of
from portal.register.words import name_divisions

NAMED = 6


def place_names(adcodes: Iterable[str]) -> dict[str, Text]:
    """中宁县宁安镇 for a township, the plain name for everything else, in one query."""
    wanted = set(adcodes)
    known = regions_by_code(wanted | {county_of(code) for code in wanted})

    def say(code: str) -> Text:
        own, county = known.get(code), known.get(county_of(code))
        if own is None:
            return Text(code, code)
        if len(code) == 9 and county is not None:
            return Text(f"{county.name_zh}{own.name_zh}", f"{own.name_en}, {county.name_en}")
        return Text(own.name_zh, own.name_en)

    return {code: say(code) for code in wanted}


def could_be(adcodes: Sequence[str]) -> Text:
    """The places that a typed name may mean, each with the code that tells it from the others."""
    listed = adcodes[:NAMED]
    names = place_names(listed)
    more = len(adcodes) > NAMED
    return Text(
        "、".join(f"{names[code].zh} {code}" for code in listed) + ("……" if more else ""),
        "; ".join(f"{names[code].en} {code}" for code in listed) + ("; …" if more else ""),
    )


name_divisions(place_names)
