"""The same figures for the nation, its provinces, cities, counties: GIs by outcome, producers once each."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from portal.accounts.rules import NATION
from portal.ratios.county_sums import Sums, count_inside
from portal.ratios.live import live_sums
from portal.ratios.rows import LiveRow
from portal.ratios.rules import Outcome, reference_day
from portal.regions.rules import county_of, scope_prefix

LEVELS = {"nation": 0, "province": 2, "city": 4, "county": 6}
"""How many figures of a code name a division of each level."""

Outcomes = Mapping[str, Mapping[Outcome, int]]
"""By the first figures of a division's code, how many of its GIs have which outcome."""


def sums_of(level: str, scope: str, year: int, today: date) -> dict[str, Sums]:
    """What is on the rosters of each division, as of the newest entry."""
    length, county = LEVELS[level], county_of(scope)
    if county != scope:
        return count_inside(year, reference_day(year, today), scope).by_division(length, county)
    return live_sums(year, today).by_division(length, scope)


@dataclass
class LevelRow:
    """One division. A GI of several divisions stands in each; a producer is counted once in each."""

    adcode: str
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    producers: int = 0
    users: int = 0
    output_fen: int = 0

    @property
    def gis(self) -> int:
        return sum(self.outcomes.values())


def code_of(prefix: str) -> str:
    return prefix.ljust(6, "0") if prefix else NATION


def level_rows(outcomes: Outcomes, sums: Mapping[str, Sums]) -> list[LevelRow]:
    """One row for each division that has a GI or a producer."""
    nobody = (0, 0, 0)
    return [
        LevelRow(code_of(prefix), outcomes.get(prefix, {}), *sums.get(prefix, nobody))
        for prefix in sorted({*outcomes, *sums})
    ]


def outcomes_by_division(rows: Iterable[LiveRow], level: str, scope: str) -> Outcomes:
    length, inside = LEVELS[level], scope_prefix(scope)
    found: dict[str, Counter[Outcome]] = defaultdict(Counter)
    for row in rows:
        codes = row.indication.regions
        for prefix in {code[:length] for code in codes if code.startswith(inside) and _reaches(code, length)}:
            found[prefix][row.figures.outcome] += 1
    return dict(found)


def _reaches(code: str, length: int) -> bool:
    """Whether a code names a division of that level or below: a city is in no county."""
    return length < 4 or code[length - 2 : length] != "00"


def outcomes_of(rows: Iterable[LiveRow]) -> dict[Outcome, int]:
    return dict(Counter(row.figures.outcome for row in rows))
