"""The returns of many producers on one sheet: what a co-operative types for its members, row by row.

Each row is stored by itself: what is wrong in one holds up no other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from portal.accounts.models import Account
from portal.lib.problems import NotFound, Outdated, RuleBroken
from portal.lib.text import Text
from portal.returns import actions
from portal.returns.amounts import SCALES, read_values, shown_amount, typed_values
from portal.returns.models import AnnualReturn
from portal.returns.queries import Due, get_line, returns_due_for
from portal.returns.rules import EDITABLE, REQUIRED, State, Step, Values

MOST_AT_ONCE = 200
NOTHING = Text("没有要一起填的", "There is nothing to be filled in together")


@dataclass
class Row:
    due: Due
    last: dict[str, str]
    typed: dict[str, str]
    faults: dict[str, Text] = field(default_factory=dict)
    message: Text | None = None

    @property
    def number(self) -> str:
        return self.due.producer.number

    @property
    def version(self) -> int:
        return self.due.newest.version if self.due.newest else 0

    @property
    def shown(self) -> dict[str, str]:
        return {name: shown_amount(name, getattr(self.due.newest, name)) for name in SCALES}

    @property
    def editable(self) -> bool:
        return may_be_typed(self.due.newest)

    @property
    def wrong(self) -> bool:
        return bool(self.faults or self.message)


def may_be_typed(newest: AnnualReturn | None) -> bool:
    return newest is None or newest.stands in EDITABLE


def rows_for(account: Account, slug: str, year: int, day: date) -> list[Row]:
    """The producers that somebody acts for on one roster: those still to be filed first."""
    due = [one for one in returns_due_for(account, (year, year - 1), day) if one.indication.slug == slug]
    last = {one.producer.id: _accepted(one) for one in due if one.year == year - 1}
    rows = [
        Row(one, last.get(one.producer.id, {}), typed_values(one.newest.values) if one.newest else {})
        for one in due
        if one.year == year
    ]
    if not rows:
        raise NotFound(NOTHING)
    return sorted(rows, key=lambda row: not row.editable)[:MOST_AT_ONCE]


def _accepted(due: Due) -> dict[str, str]:
    found = next((one for one in due.returns if one.stands is State.ACCEPTED), None)
    return {name: shown_amount(name, getattr(found, name)) for name in SCALES} if found else {}


def typed_in(form: Mapping[str, str], number: str) -> dict[str, str]:
    return {name: form.get(f"{number}:{name}", "").strip() for name in SCALES}


def is_touched(row: Row, typed: Mapping[str, str], step: Step) -> bool:
    """An empty row is left alone; a draft that says something is handed in as it is."""
    changed = any(typed[name] != row.typed.get(name, "") for name in SCALES)
    return changed or (step is Step.SUBMIT and any(typed.values()))


def keep_row(
    account: Account, row: Row, typed: Mapping[str, str], seen: int, step: Step, today: date, now: datetime
) -> None:
    """Store one row and hand it in where that was pressed."""
    due = row.due
    line = get_line(due.indication.id, due.producer.id, due.year)
    known = _newest(account, due, today)
    if not may_be_typed(known) or (known.version if known else 0) != seen:
        raise Outdated(Text("别人刚改过这一户，请看过再存", "Somebody changed this row; look and save again"))
    one = actions.open_return(account, line, due.year, today, now)
    values, faults = _read(typed, one.values)
    if step is Step.SUBMIT:
        faults |= {name: NEEDED for name in REQUIRED if not typed[name] and name not in faults}
    if faults:
        raise RuleBroken(Text("还没有保存，请看下面", "Not saved yet: please look below"), faults)
    actions.save_return(account, one, values, one.version, today)
    if step is Step.SUBMIT:
        actions.submit_return(account, one, one.version, today, now)


NEEDED = Text("提交前要填；没有就填 0", "Needed before submitting; write 0 if there is none")


def _newest(account: Account, due: Due, today: date) -> AnnualReturn | None:
    now_due = returns_due_for(account, (due.year,), today)
    same = (one for one in now_due if one.producer.id == due.producer.id)
    return next((one.newest for one in same if one.indication.id == due.indication.id), None)


def _read(typed: Mapping[str, str], stored: Values) -> tuple[Values, dict[str, Text]]:
    """The sheet has no months and no note: those of the return stay."""
    values, faults = read_values(typed)
    return replace(values, months=stored.months, note=stored.note), faults
