"""What falls due, of every room that has a legal clock: one board, one calendar."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from portal.accounts.models import Account
from portal.lib.periods import Standing, standing_of
from portal.lib.text import Text

AHEAD_DAYS = 45


@dataclass(frozen=True)
class DueLine:
    due_on: date
    what: Text
    name: Text
    url: str
    estimated: bool = False
    basis: Text | None = None

    def standing(self, day: date) -> Standing:
        return standing_of(self.due_on, day)


Load = Callable[[Account, date], list[DueLine]]
_loads: dict[str, Load] = {}


def add_due(key: str, load: Load) -> None:
    """Called once by a room; `load(viewer, last)` answers what falls due up to a day."""
    _loads[key] = load


def lines_for(viewer: Account, last: date) -> list[DueLine]:
    found = [line for key in sorted(_loads) for line in _loads[key](viewer, last)]
    return sorted(found, key=lambda line: (line.due_on, line.url))


def month_of(first: date, lines: list[DueLine]) -> list[list[tuple[date, list[DueLine]]]]:
    """The weeks of a month, Monday first, with what falls due on each day."""
    by_day: dict[date, list[DueLine]] = {}
    for line in lines:
        by_day.setdefault(line.due_on, []).append(line)
    start = first - timedelta(days=first.weekday())
    weeks = []
    while start.month == first.month or start < first:
        days = [start + timedelta(days=n) for n in range(7)]
        weeks.append([(day, by_day.get(day, [])) for day in days])
        start += timedelta(days=7)
    return weeks
