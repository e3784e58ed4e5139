"""Labels: how many the land allows, what may become of one, and when an account is closed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.accounts.rules import Role
from portal.lib.said import Said
from portal.lib.text import Text

FIRST_YEAR = 2020
MOST_LABELS = 5_000_000
MOST_GRAMS_EACH = 1_000_000
# Labels of a harvest are put on goods until the end of the next year's September: the portal's own rule.
SEASON_END = (9, 30)
REASON_SHORTEST, REASON_LONGEST = 4, 500

KEEPERS = frozenset({Role.COUNTY, Role.CITY, Role.PROVINCE})
READERS = KEEPERS | {Role.INSPECTOR, Role.AUDITOR}


class PartState(Said):
    """What became of the labels from one place of a set to another. Only HELD and OFFERED are open."""

    HELD = "held", Text("已发放，尚未启用", "Issued, not yet in use"), "waiting"
    OFFERED = "offered", Text("转交途中", "Being handed on"), "waiting"
    USED = "used", Text("已启用", "In use"), "positive"
    RETURNED = "returned", Text("已退回", "Given back"), "ended"
    DESTROYED = "destroyed", Text("已销毁", "Destroyed"), "ended"
    LOST = "lost", Text("已报遗失", "Reported lost"), "negative"


OPEN = frozenset({PartState.HELD, PartState.OFFERED})
# What a producer may state of labels it holds. Returning and destroying are looked at by the county.
ENDS = (PartState.USED, PartState.RETURNED, PartState.DESTROYED, PartState.LOST)
TO_CONFIRM = frozenset({PartState.RETURNED, PartState.DESTROYED})
NEEDS_WORDS = frozenset({PartState.DESTROYED, PartState.LOST})


class RequestState(Said):
    ASKED = "asked", Text("待审核", "Waiting for a decision"), "waiting"
    GRANTED = "granted", Text("已发放", "Issued"), "positive"
    REFUSED = "refused", Text("未同意", "Refused"), "negative"
    WITHDRAWN = "withdrawn", Text("已撤回", "Withdrawn"), "ended"


class HandoverState(Said):
    OFFERED = "offered", Text("待对方确认", "Waiting for the other side"), "waiting"
    TAKEN = "taken", Text("已接收", "Taken over"), "positive"
    DECLINED = "declined", Text("对方未接收", "Declined"), "negative"
    WITHDRAWN = "withdrawn", Text("已撤回", "Withdrawn"), "ended"


class SheetsState(Said):
    """Sheets to be printed, made in the background."""

    WAITING = "waiting", Text("等待制作", "Waiting to be made"), "waiting"
    MAKING = "making", Text("正在制作", "Being made"), "waiting"
    READY = "ready", Text("可以打印", "Ready to be printed"), "positive"
    FAILED = "failed", Text("没有做成，请再做一次", "Not made; ask once more"), "negative"
    GONE = "gone", Text("没有文件了，可以再做一次", "The files are gone; ask once more"), "ended"


SHEETS_AT_WORK = frozenset({SheetsState.WAITING, SheetsState.MAKING})


class LabelAnswer(StrEnum):
    """What a number on a package turns out to be, for whoever scans it."""

    GENUINE = "genuine"
    NOT_IN_USE = "not_in_use"
    EXPIRED = "expired"
    VOID = "void"
    LOST = "lost"
    LICENCE_NOT_IN_FORCE = "licence_not_in_force"


def answer_for(state: PartState, expires_on: date, licensed: bool, today: date) -> LabelAnswer:
    if state is PartState.LOST:
        return LabelAnswer.LOST
    if state in TO_CONFIRM:
        return LabelAnswer.VOID
    if state in OPEN:
        return LabelAnswer.EXPIRED if today > expires_on else LabelAnswer.NOT_IN_USE
    return LabelAnswer.GENUINE if licensed else LabelAnswer.LICENCE_NOT_IN_FORCE


def expiry_of(year: int) -> date:
    """The last day on which a label of this year may be put on goods."""
    return date(year + 1, *SEASON_END)


def year_is_open(year: int, today: date) -> bool:
    """Labels are asked for from the beginning of their year until they would have expired."""
    return year >= FIRST_YEAR and date(year, 1, 1) <= today <= expiry_of(year)


def grams_for(count: int, grams_each: int) -> int:
    return count * grams_each


def labels_left(ceiling_g: int | None, labelled_g: int, grams_each: int) -> int | None:
    """How many labels of this weight still fit; None where the land's ceiling is not known."""
    if ceiling_g is None or grams_each <= 0:
        return None
    return max(0, ceiling_g - labelled_g) // grams_each


def request_faults(count: int | None, grams_each: int | None) -> dict[str, Text]:
    faults: dict[str, Text] = {}
    if count is None or not 1 <= count <= MOST_LABELS:
        faults["count"] = Text("请填 1 到 {most} 之间的整数", "Give a whole number from 1 to {most}").format(
            most=f"{MOST_LABELS:,}"
        )
    if grams_each is None or not 1 <= grams_each <= MOST_GRAMS_EACH:
        faults["grams_each"] = Text(
            "每件净重请填 1 克到 {most} 克", "Give the net weight of one package: 1 to {most} grams"
        ).format(most=f"{MOST_GRAMS_EACH:,}")
    return faults


@dataclass(frozen=True)
class Balance:
    """What became of the labels of one account; open ones are still somebody's to answer for."""

    issued: int = 0
    used: int = 0
    returned: int = 0
    destroyed: int = 0
    lost: int = 0
    open: int = 0
    unconfirmed: int = 0

    @property
    def is_even(self) -> bool:
        return self.issued == self.used + self.returned + self.destroyed + self.lost and not self.unconfirmed


def balance_of(counts: Mapping[PartState, int], unconfirmed: int = 0) -> Balance:
    of = {state: counts.get(state, 0) for state in PartState}
    return Balance(
        issued=sum(of.values()),
        used=of[PartState.USED],
        returned=of[PartState.RETURNED],
        destroyed=of[PartState.DESTROYED],
        lost=of[PartState.LOST],
        open=of[PartState.HELD] + of[PartState.OFFERED],
        unconfirmed=unconfirmed,
    )


# ---- parts of a set


@dataclass(frozen=True)
class Span:
    """Places of a set, both ends included."""

    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def cut(whole: Span, piece: Span) -> tuple[Span | None, Span | None]:
    """What is left before and behind a piece that is taken out of a whole."""
    if not (whole.first <= piece.first <= piece.last <= whole.last):
        raise ValueError("the piece does not lie in the whole")
    before = Span(whole.first, piece.first - 1) if piece.first > whole.first else None
    behind = Span(piece.last + 1, whole.last) if piece.last < whole.last else None
    return before, behind


def joined(spans: Iterable[Span]) -> list[Span]:
    """Neighbouring spans made one, for a list a person reads."""
    made: list[Span] = []
    for span in sorted(spans, key=lambda one: one.first):
        if made and made[-1].last + 1 == span.first:
            made[-1] = Span(made[-1].first, span.last)
        else:
            made.append(span)
    return made


# ---- sheets to be printed

PER_SHEET = 24
# About a second of work: made while the page waits. More is made in the background, in files of this many.
MOST_AT_ONCE = 10 * PER_SHEET
MOST_IN_A_FILE = 200 * PER_SHEET
SHEETS_KEPT = timedelta(days=7)


def pieces_of(span: Span, most: int = MOST_IN_A_FILE) -> list[Span]:
    """A long span in pieces of whole sheets, one a file."""
    return [Span(first, min(first + most - 1, span.last)) for first in range(span.first, span.last + 1, most)]


# ---- GTIN


def gtin_fault(typed: str) -> Text | None:
    """GS1: 8, 12, 13 or 14 digits of which the last is the check digit."""
    if not (typed.isascii() and typed.isdigit() and len(typed) in (8, 12, 13, 14)):
        return Text("GTIN 为 8、12、13 或 14 位数字", "A GTIN has 8, 12, 13 or 14 digits")
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(typed[:-1]), 1))
    if (10 - total % 10) % 10 != int(typed[-1]):
        return Text("GTIN 的校验位不符，请对照商品条码", "The check digit of the GTIN does not agree")
    return None


def full_gtin(gtin: str) -> str:
    """GS1 Digital Link wants fourteen digits."""
    return gtin.rjust(14, "0")
