"""The yearly return of one producer for one GI: its states, its limits, and what looks odd in it.

MOVES is the only statement of the procedure. A check finds, it never refuses: odd figures can be true.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.accounts.rules import Role, scope_covers
from portal.lib.said import Said, Worded
from portal.lib.text import Text

FIRST_YEAR = 2000
MOST_FEN = 10**15
MOST_GRAMS = 10**15
MOST_SQUARE_METRES = 10**12
MOST_LABELS = 2 * 10**9
NOTE_LONGEST = 1000
REASON_SHORTEST, REASON_LONGEST = 4, 500


class State(Said):
    DRAFT = "draft", Text("草稿", "Draft"), "neutral"
    SUBMITTED = "submitted", Text("待审核", "Waiting for acceptance"), "waiting"
    SENT_BACK = "sent_back", Text("已退回补正", "Sent back"), "watch"
    ACCEPTED = "accepted", Text("已接受", "Accepted"), "positive"
    REPLACED = "replaced", Text("已由新版代替", "Replaced by a newer version"), "ended"
    ENDED = "ended", Text("已作废", "Ended"), "ended"


OPEN = frozenset({State.DRAFT, State.SUBMITTED, State.SENT_BACK})
EDITABLE = OPEN - {State.SUBMITTED}


class Step(Worded):
    SAVE = "save", Text("保存", "Save")
    SUBMIT = "submit", Text("提交", "Submit")
    TAKE_BACK = "take_back", Text("撤回修改", "Take back to change")
    ACCEPT = "accept", Text("接受", "Accept")
    SEND_BACK = "send_back", Text("退回", "Send back")
    CORRECT = "correct", Text("更正（另存新版）", "Correct (as a new version)")
    REPLACE = "replace", Text("由新版代替", "Replace")
    GIVE_UP = "give_up", Text("不更正了", "Give up the correction")


FILERS = frozenset({Role.PRODUCER, Role.COUNTY, Role.CITY, Role.PROVINCE})
KEEPERS = frozenset({Role.COUNTY, Role.CITY, Role.PROVINCE})
READERS = KEEPERS | {Role.INSPECTOR, Role.AUDITOR}


@dataclass(frozen=True)
class Move:
    state: State
    step: Step
    to: State
    who: frozenset[Role]


# CORRECT leaves the accepted version as it is and opens a draft beside it; REPLACE is what accepting that
# draft does to the old one, and no person takes that step by itself. GIVE_UP is for a draft beside an
# accepted version only: without one there is nothing to go back to.
MOVES = (
    Move(State.DRAFT, Step.SAVE, State.DRAFT, FILERS),
    Move(State.DRAFT, Step.SUBMIT, State.SUBMITTED, FILERS),
    Move(State.SENT_BACK, Step.SAVE, State.SENT_BACK, FILERS),
    Move(State.SENT_BACK, Step.SUBMIT, State.SUBMITTED, FILERS),
    Move(State.SUBMITTED, Step.TAKE_BACK, State.DRAFT, FILERS),
    Move(State.SUBMITTED, Step.ACCEPT, State.ACCEPTED, KEEPERS),
    Move(State.SUBMITTED, Step.SEND_BACK, State.SENT_BACK, KEEPERS),
    Move(State.ACCEPTED, Step.CORRECT, State.ACCEPTED, FILERS),
    Move(State.ACCEPTED, Step.REPLACE, State.REPLACED, frozenset()),
    Move(State.DRAFT, Step.GIVE_UP, State.ENDED, FILERS),
    Move(State.SENT_BACK, Step.GIVE_UP, State.ENDED, FILERS),
)
TABLE = {(move.state, move.step): move for move in MOVES}


def find_move(state: State, step: Step) -> Move | None:
    return TABLE.get((state, step))


def may_take(move: Move, role: Role | None, region: str | None, adcode: str, owns: bool) -> bool:
    """A producer acts on its own returns, an official on those of places in its region."""
    if role is None or role not in move.who:
        return False
    return owns if role is Role.PRODUCER else scope_covers(region, adcode)


def open_steps(state: State, role: Role | None, region: str | None, adcode: str, owns: bool) -> list[Step]:
    moves = (find_move(state, step) for step in Step)
    return [move.step for move in moves if move and may_take(move, role, region, adcode, owns)]


def year_is_open(year: int, today: date) -> bool:
    """A year can be reported once it has begun."""
    return FIRST_YEAR <= year <= today.year


def year_due_on(year: int) -> date:
    """When the return of a year is wanted: the portal's own day, as no rule gives one."""
    return date(year + 1, 3, 31)


class Reminder(StrEnum):
    """When the portal itself reminds of a year's return: a month before its day, a week before, and after."""

    MONTH = "month"
    WEEK = "week"
    LATE = "late"


REMINDERS = {
    Reminder.MONTH: (timedelta(days=-30), timedelta(days=-7)),
    Reminder.WEEK: (timedelta(days=-7), timedelta(days=1)),
    # Only for a month: whoever does not answer three letters is called by the county.
    Reminder.LATE: (timedelta(days=1), timedelta(days=31)),
}


def reminder_of(year: int, today: date) -> Reminder | None:
    """Which reminder a day belongs to; each is sent once, however often the portal looks."""
    due = year_due_on(year)
    return next((one for one, (a, b) in REMINDERS.items() if due + a <= today < due + b), None)


# ---- values


@dataclass(frozen=True)
class Values:
    """What a return says. None: not stated."""

    area_m2: int | None = None
    quantity_g: int | None = None
    value_fen: int | None = None
    mark_value_fen: int | None = None
    labels: int | None = None
    months: tuple[tuple[int, int], ...] = ()
    note: str | None = None


LIMITS: Mapping[str, tuple[int, Text]] = {
    "area_m2": (MOST_SQUARE_METRES, Text("种植（养殖）面积", "Area")),
    "quantity_g": (MOST_GRAMS, Text("产量", "Quantity")),
    "value_fen": (MOST_FEN, Text("产值", "Output value")),
    "mark_value_fen": (MOST_FEN, Text("使用标志销售额", "Value sold under the mark")),
    "labels": (MOST_LABELS, Text("使用标签数", "Labels used")),
}
# Without these two a return feeds no share.
REQUIRED = ("value_fen", "mark_value_fen")


def value_faults(values: Values, complete: bool) -> dict[str, Text]:
    """What cannot be stored, field by field; `complete`: it is about to be submitted."""
    faults = {}
    for name, (most, _) in LIMITS.items():
        value = getattr(values, name)
        if value is None:
            if complete and name in REQUIRED:
                faults[name] = Text(
                    "提交前要填；没有就填 0", "Needed before submitting; write 0 if there is none"
                )
        elif not 0 <= value <= most:
            faults[name] = Text(f"应在 0 与 {most:,} 之间", f"Must be between 0 and {most:,}")
    months = [month for month, _ in values.months]
    if any(not 1 <= month <= 12 for month in months) or len(set(months)) != len(months):
        faults["months"] = Text("每个月最多一行", "One line a month at most")
    elif any(not 0 <= fen <= MOST_FEN for _, fen in values.months):
        faults["months"] = Text("金额超出范围", "A sum is out of range")
    return faults


# ---- what looks odd


@dataclass(frozen=True)
class Finding:
    code: str
    field: str
    text: Text


@dataclass(frozen=True)
class Neighbours:
    """Medians of the accepted returns of the same GI: fen for a kilogram, grams from a square metre. None
    where fewer than FEWEST_NEIGHBOURS say so."""

    count: int = 0
    fen_per_kg: int | None = None
    grams_per_m2: int | None = None


FEWEST_NEIGHBOURS = 5
ODD_AGAINST_LAST_YEAR = 2
ODD_AGAINST_NEIGHBOURS = 3


@dataclass(frozen=True)
class Land:
    """What verified land can give in the year and what was labelled, in grams; None: not known."""

    ceiling_g: int | None = None
    used_g: int = 0


def findings_in(
    values: Values, last: Values | None, near: Neighbours, land: Land | None = None
) -> list[Finding]:
    return [
        *_against_itself(values),
        *_against_last_year(values, last),
        *_against_neighbours(values, near),
        *_against_land(values, land or Land()),
    ]


def _against_land(values: Values, land: Land) -> Iterator[Finding]:
    quantity = values.quantity_g
    if quantity is None:
        return
    if land.ceiling_g is not None and quantity > land.ceiling_g:
        most = f"{land.ceiling_g // 1000:,}"
        yield Finding(
            "output_beyond_land",
            "quantity_g",
            Text(
                f"产量超过已核实的地块按单产能产的 {most} 公斤",
                f"More than the {most} kg that the verified plots can give at the yield of the year",
            ),
        )
    if land.used_g > quantity:
        labelled = f"{land.used_g // 1000:,}"
        yield Finding(
            "labels_beyond_output",
            "quantity_g",
            Text(
                f"已启用的标签折合 {labelled} 公斤，多于产量",
                f"Labels in use cover {labelled} kg, more than was produced",
            ),
        )


def _against_itself(values: Values) -> Iterator[Finding]:
    value, marked = values.value_fen, values.mark_value_fen
    if value is not None and marked is not None and marked > value:
        yield Finding(
            "mark_beyond_value",
            "mark_value_fen",
            Text("使用标志销售额大于产值", "More was sold under the mark than was produced"),
        )
    if values.labels and marked == 0:
        yield Finding(
            "labels_without_sales",
            "labels",
            Text("用了标签，却没有使用标志的销售额", "Labels were used but nothing was sold under the mark"),
        )
    if values.quantity_g == 0 and value:
        yield Finding(
            "value_without_quantity", "quantity_g", Text("有产值而产量为 0", "There is value but no quantity")
        )
    if values.months and value is not None and sum(fen for _, fen in values.months) != value:
        yield Finding(
            "months_do_not_add_up",
            "months",
            Text("各月之和不等于全年产值", "The months do not add up to the year"),
        )


WATCHED = {
    "area_m2": Text("面积", "area"),
    "quantity_g": Text("产量", "quantity"),
    "value_fen": Text("产值", "output value"),
}


def _against_last_year(values: Values, last: Values | None) -> Iterator[Finding]:
    for name, words in WATCHED.items() if last else ():
        now, then = getattr(values, name), getattr(last, name)
        if now and then and _odd(now, then, ODD_AGAINST_LAST_YEAR):
            yield Finding(
                "unlike_last_year",
                name,
                Text(
                    f"{words.zh}是去年的{_times(now, then).zh}",
                    f"The {words.en} is {_times(now, then).en} last year’s",
                ),
            )


def _against_neighbours(values: Values, near: Neighbours) -> Iterator[Finding]:
    price = per(values.value_fen, values.quantity_g, 1000)
    if price and near.fen_per_kg and _odd(price, near.fen_per_kg, ODD_AGAINST_NEIGHBOURS):
        times = _times(price, near.fen_per_kg)
        yield Finding(
            "price_unlike_neighbours",
            "value_fen",
            Text(
                f"每公斤产值是同产地 {near.count} 家中位数的{times.zh}",
                f"The value of a kilogram is {times.en} the median of {near.count} neighbours",
            ),
        )
    grown = per(values.quantity_g, values.area_m2, 1)
    if grown and near.grams_per_m2 and _odd(grown, near.grams_per_m2, ODD_AGAINST_NEIGHBOURS):
        times = _times(grown, near.grams_per_m2)
        yield Finding(
            "yield_unlike_neighbours",
            "quantity_g",
            Text(
                f"单产是同产地 {near.count} 家中位数的{times.zh}",
                f"The yield is {times.en} the median of {near.count} neighbours",
            ),
        )


def per(part: int | None, whole: int | None, scale: int) -> int | None:
    """part for each `scale` of whole, as a whole number; None where one of them is not known."""
    return None if part is None or not whole else part * scale // whole


def _odd(now: int, then: int, factor: int) -> bool:
    return now > then * factor or now * factor < then


def _times(now: int, then: int) -> Text:
    tenths = now * 10 // then
    number = f"{tenths // 10}.{tenths % 10}" if tenths else "<0.1"
    return Text(f" {number} 倍", f"{number} times")
