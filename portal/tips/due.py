"""What falls due, of every room that has a legal clock: one board, one calendar."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from portal.accounts.models import Account
from portal.lib.text import Text
from portal.tips.queries import due_between
from portal.tips.rules import period_of

AHEAD_DAYS = 45


@dataclass(frozen=True)
class DueLine:
    on: date
    what: Text
    name: Text
    url: str
    estimated: bool = False
    basis: Text | None = None

    def tone(self, today: date) -> str:
        if self.on < today:
            return "negative"
        return "watch" if self.on <= today + timedelta(days=3) else "waiting"


Load = Callable[[Account, date], list[DueLine]]
_loads: dict[str, Load] = {}


def add_due(key: str, load: Load) -> None:
    """Called once by a room; `load(viewer, last)` answers what falls due up to a day."""
    _loads[key] = load


def lines_for(viewer: Account, last: date) -> list[DueLine]:
    found = [line for key in sorted(_loads) for line in _loads[key](viewer, last)]
    return sorted(found, key=lambda line: (line.on, line.url))


def _of_tips(viewer: Account, last: date) -> list[DueLine]:
    return [
        DueLine(
            one.clock.due_on,
            one.clock.what.text,
            Text(f"{one.tip.sort.text.zh} {one.tip.number}", f"{one.tip.sort.text.en} {one.tip.number}"),
            f"/office/tips/{one.tip.number}",
            one.clock.estimated,
            period_of(one.clock.what, one.tip.sort, one.tip.stands).basis,
        )
        for one in due_between(viewer, None, last)
    ]


add_due("tips", _of_tips)


def month_of(first: date, lines: list[DueLine]) -> list[list[tuple[date, list[DueLine]]]]:
    """The weeks of a month, Monday first, with what falls due on each day."""
    by_day: dict[date, list[DueLine]] = {}
    for line in lines:
        by_day.setdefault(line.on, []).append(line)
    start = first - timedelta(days=first.weekday())
    weeks = []
    while start.month == first.month or start < first:
        days = [start + timedelta(days=n) for n in range(7)]
        weeks.append([(day, by_day.get(day, [])) for day in days])
        start += timedelta(days=7)
    return weeks
