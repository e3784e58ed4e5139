"""One line of the regulator's table, and what it is sorted by."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from portal.ratios.heads import Head
from portal.ratios.ledger import Figures
from portal.ratios.rules import users_short


@dataclass(frozen=True)
class LiveRow:
    indication: Head
    figures: Figures

    @cached_property
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
