"""The regulator's table of a region and year before anything is asked of it: made once in a worker, and anew
when one of its GIs or numbers is another."""

from collections import defaultdict
from datetime import date
from functools import cached_property

from flask import current_app

from portal.ratios.heads import Head, heads_in
from portal.ratios.ledger import Figures
from portal.ratios.levels import Outcomes, outcomes_by_division, outcomes_of
from portal.ratios.live import live_figures
from portal.ratios.rows import KEYS, LiveRow
from portal.ratios.rules import Outcome, reference_day
from portal.regions.rules import scope_prefix

MOST_HELD = 24


class Table:
    def __init__(self, heads: list[Head], figures: dict[int, Figures], year: int, day: date):
        self.heads, self.figures = heads, figures
        rows = [LiveRow(head, figures.get(head.id) or Figures(head.id, year, day)) for head in heads]
        self.rows = sorted(rows, key=KEYS["name"])
        self._sorted: dict[str, list[LiveRow]] = {}
        self._outcomes: dict[tuple[str, str], Outcomes] = {}

    @cached_property
    def counts(self) -> dict[Outcome, int]:
        return outcomes_of(self.rows)

    def sorted_by(self, name: str, down: bool = False) -> list[LiveRow]:
        """By one of the keys; equal ones by name."""
        sort = f"{name}-" if down else name
        if sort not in self._sorted:
            self._sorted[sort] = sorted(self.rows, key=KEYS[name], reverse=down)
        return self._sorted[sort]

    def inside(self, region: str) -> set[int]:
        """The GIs of a region or of one inside it."""
        return self._by_prefix.get(scope_prefix(region), set())

    @cached_property
    def _by_prefix(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = defaultdict(set)
        for head in self.heads:
            for code in head.regions:
                for length in (0, 2, 4, 6, 9):
                    found[code[:length]].add(head.id)
        return dict(found)

    def outcomes(self, level: str, scope: str) -> Outcomes:
        """How many GIs have which outcome in each division of the scope."""
        if (level, scope) not in self._outcomes:
            self._outcomes[level, scope] = outcomes_by_division(self.rows, level, scope)
        return self._outcomes[level, scope]


def table_of(scope: str, year: int, today: date) -> Table:
    """A scope is that of an official, so there are few; those asked for last are held."""
    held: dict[tuple[str, int], Table] = current_app.extensions.setdefault("ratio_tables", {})
    heads, figures = heads_in(scope), live_figures(year, today)
    found = held.pop((scope, year), None)
    if found is None or found.heads is not heads or found.figures is not figures:
        found = Table(heads, figures, year, reference_day(year, today))
    held[scope, year] = found
    while len(held) > MOST_HELD:
        held.pop(next(iter(held)), None)
    return found
