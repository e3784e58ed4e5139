"""What an official asks of the live ledger, and the rows that answer."""

from dataclasses import dataclass
from datetime import date

from flask import request

from portal.accounts.models import Account
from portal.accounts.rules import NATION
from portal.lib.folding import folded
from portal.paging import whole_number
from portal.ratios.asked import outcome_asked, region_asked
from portal.ratios.levels import LEVELS, Outcomes, outcomes_by_division, outcomes_of
from portal.ratios.queries import scope_of
from portal.ratios.rows import KEYS, LiveRow
from portal.ratios.rules import FIRST_YEAR, Outcome
from portal.ratios.table import Table, table_of


@dataclass(frozen=True)
class Asked:
    year: int
    region: str
    outcome: Outcome | None
    text: str
    level: str
    sort: str
    page: int
    part: int

    def level_in(self, scope: str) -> str:
        """The level asked for; without one, the provinces of the nation or the counties of anything less."""
        return self.level or ("province" if scope == NATION else "county")


def read_asked(today: date) -> Asked:
    level = request.args.get("level", "")
    return Asked(
        year=whole_number(request.args.get("year", ""), "year", FIRST_YEAR, today.year, today.year),
        region=region_asked(),
        outcome=outcome_asked(),
        text=request.args.get("q", "").strip()[:60],
        level=level if level in LEVELS else "",
        sort=request.args.get("sort", "name"),
        page=whole_number(request.args.get("page", ""), "page", 1, 100_000, 1),
        part=whole_number(request.args.get("part", ""), "part", 1, 100, 1),
    )


@dataclass(frozen=True)
class Answer:
    """`rows` are what was asked for, `all_rows` whatever their outcome, both taken from `table`."""

    rows: list[LiveRow]
    all_rows: list[LiveRow]
    table: Table

    @property
    def whole(self) -> bool:
        return self.all_rows is self.table.rows

    @property
    def counts(self) -> dict[Outcome, int]:
        return self.table.counts if self.whole else outcomes_of(self.all_rows)

    def outcomes(self, level: str, scope: str) -> Outcomes:
        if self.whole:
            return self.table.outcomes(level, scope)
        return outcomes_by_division(self.all_rows, level, scope)


def answer_for(viewer: Account, asked: Asked, today: date) -> Answer:
    table = table_of(scope_of(viewer), asked.year, today)
    inside = table.inside(asked.region) if asked.region else None
    wanted = folded(asked.text)

    def fits(row: LiveRow) -> bool:
        one = row.indication
        return (inside is None or one.id in inside) and (not wanted or wanted in one.search_text)

    name = asked.sort.removeprefix("-")
    rows = table.sorted_by(name if name in KEYS else "name", asked.sort.startswith("-"))
    whole = inside is None and not wanted
    shown = rows if whole else [row for row in rows if fits(row)]
    all_rows = table.rows if whole else shown
    if asked.outcome:
        shown = [row for row in shown if row.figures.outcome is asked.outcome]
    return Answer(shown, all_rows, table)
