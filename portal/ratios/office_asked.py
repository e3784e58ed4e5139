"""What an official asks of the live ledger, and the rows that answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import request

from portal.accounts.models import Account
from portal.accounts.rules import NATION
from portal.lib.folding import folded
from portal.paging import whole_number
from portal.ratios.asked import outcome_asked, region_asked
from portal.ratios.heads import Head
from portal.ratios.ledger import Figures
from portal.ratios.levels import LEVELS
from portal.ratios.live import live_figures
from portal.ratios.queries import indications_for
from portal.ratios.rules import FIRST_YEAR, Outcome, reference_day, users_short
from portal.regions.rules import covers


@dataclass(frozen=True)
class Asked:
    year: int
    region: str
    outcome: Outcome | None
    text: str
    level: str
    sort: str
    page: int

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
    )


@dataclass(frozen=True)
class LiveRow:
    indication: Head
    figures: Figures

    @property
    def short(self) -> int | None:
        users = self.figures.users_share
        return users_short(users.n, users.d) if users.low else None


def _fraction(n: int | None, d: int | None) -> float:
    return -1.0 if n is None or not d else n / d


KEYS: dict[str, Callable[[LiveRow], object]] = {
    "name": lambda row: row.indication.pinyin,
    "users": lambda row: _fraction(row.figures.users_share.n, row.figures.users_share.d),
    "output": lambda row: _fraction(row.figures.output_share.n, row.figures.output_share.d),
    "short": lambda row: row.short or 0,
    "missing": lambda row: row.figures.missing,
    "producers": lambda row: row.figures.producers,
    "outcome": lambda row: row.figures.outcome.value,
}


@dataclass(frozen=True)
class Answer:
    """`rows` are what was asked for, `all_rows` whatever their outcome."""

    rows: list[LiveRow]
    all_rows: list[LiveRow]
    places: dict[int, list[str]]


def answer_for(viewer: Account, asked: Asked, today: date) -> Answer:
    figures, day = live_figures(asked.year, today), reference_day(asked.year, today)
    known = indications_for(viewer)
    places = {one.id: list(one.regions) for one in known}
    wanted = folded(asked.text)
    rows = [
        LiveRow(one, figures.get(one.id) or Figures(one.id, asked.year, day))
        for one in known
        if (not wanted or wanted in one.search_text)
        and (not asked.region or any(covers(asked.region, code) for code in places.get(one.id, [])))
    ]
    shown = [row for row in rows if asked.outcome in (None, row.figures.outcome)]
    key = KEYS.get(asked.sort.removeprefix("-"), KEYS["name"])
    shown.sort(key=lambda row: row.indication.pinyin)
    shown.sort(key=key, reverse=asked.sort.startswith("-"))
    return Answer(shown, rows, places)
