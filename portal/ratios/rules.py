"""The two 60 % shares, stated once (docs/decisions/012-the-60-percent.md).

A share is a pair of whole numbers: producers, or 分. It is never rounded before it is judged.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from portal.lib.said import Said, Worded
from portal.lib.text import Text

TARGET_PERCENT = 60
DEFINITION = "2026-1"
FIRST_YEAR = 2000

Share = tuple[int, int]


class Number(Protocol):
    """A whole number, or a column of them."""

    def __mul__(self, other: int) -> "Number": ...

    def __ge__(self, other: object) -> object: ...


def reaches(n: Number, d: Number) -> bool:
    """Whether n of d is the target or more: exactly 60 % passes (以上 includes the number itself).

    It uses only operators, so with columns in place of numbers it is the same rule in SQL.
    """
    return n * 100 >= d * TARGET_PERCENT


class Outcome(Said):
    MET = "met", Text("达到", "Met"), "positive"
    NOT_MET = "not_met", Text("未达", "Not met"), "negative"
    UNDETERMINED = "undetermined", Text("尚不能定", "Undetermined"), "watch"
    NOT_COMPUTABLE = "not_computable", Text("算不出", "Not computable"), "neutral"
    INCONSISTENT = "inconsistent", Text("数据矛盾", "Inconsistent"), "watch"


@dataclass(frozen=True)
class Assessment:
    """`low` and `high` hold the share whatever the missing returns say; equal where none is missing."""

    n: int | None
    d: int | None
    low: Share | None
    high: Share | None
    outcome: Outcome

    @property
    def share(self) -> Share | None:
        """The share where it is one number."""
        return (self.n, self.d) if self.low is not None and self.low == self.high else None

    @property
    def is_band(self) -> bool:
        return self.low is not None and self.low != self.high


NOTHING, EVERYTHING = (0, 1), (1, 1)


def assess(
    n: int | None,
    d: int | None,
    missing_in_n: int = 0,
    missing_besides: int = 0,
    whole_is_stated: bool = False,
) -> Assessment:
    """Judge n of d. `missing_in_n`: values that belong to both numbers and are not known; `missing_besides`:
    values that belong to the whole only. `whole_is_stated`: d comes from a document, not from a sum.
    """
    if n is None or not d:
        return Assessment(n, d, None, None, Outcome.NOT_COMPUTABLE)
    if n > d:
        return Assessment(n, d, None, None, Outcome.INCONSISTENT)
    low, high = _bounds(n, d, missing_in_n, missing_besides, whole_is_stated)
    return Assessment(n, d, low, high, _outcome(low, high))


def _bounds(n: int, d: int, missing_in_n: int, missing_besides: int, stated: bool) -> tuple[Share, Share]:
    """A missing value is anything from 0 up. Against a stated whole it can only lift n, at most to d.
    Against a sum, one of a user lifts the share towards 1, one of anybody else lowers it towards 0; where
    nothing of the other kind is known yet, the single value decides everything."""
    low, high = (n, d), (n, d)
    if missing_in_n:
        high = (d, d) if stated else EVERYTHING
    if missing_besides and not stated and n + missing_in_n:
        low = NOTHING
    if missing_besides and not stated and n == 0 and missing_in_n == 0:
        low = high = (0, d)
    return low, high


def _outcome(low: Share, high: Share) -> Outcome:
    if reaches(*low):
        return Outcome.MET
    return Outcome.UNDETERMINED if reaches(*high) else Outcome.NOT_MET


# How two shares make one answer: the worst of them, and a fault of the data before any judgement.
_ORDER = (
    Outcome.INCONSISTENT,
    Outcome.NOT_MET,
    Outcome.NOT_COMPUTABLE,
    Outcome.UNDETERMINED,
    Outcome.MET,
)


def both(outcomes: Iterable[Outcome]) -> Outcome:
    """Both shares must be met. One that is not met settles it, whatever the other may turn out to be."""
    return min(outcomes, key=_ORDER.index)


class Basis(Worded):
    """Where the output of the whole industry comes from."""

    OFFICIAL = "official", Text("官方产业数据", "official industry figure")
    RETURNS = "returns", Text("已接受申报之和", "sum of accepted returns")


def reference_day(year: int, today: date) -> date:
    """31 December; for the running year today."""
    return min(date(year, 12, 31), today) if year == today.year else date(year, 12, 31)


# ---- what it takes


def users_short(n: int, d: int) -> int:
    """How many producers that are already on the roster must become users."""
    return max(0, -(-(d * TARGET_PERCENT - n * 100) // 100))


def newcomers_short(n: int, d: int) -> int:
    """How many authorised newcomers would do it, each adding to both numbers."""
    gap = d * TARGET_PERCENT - n * 100
    return max(0, -(-gap // (100 - TARGET_PERCENT)))


def output_short(n: int, d: int) -> int:
    """How much output of the same whole must come under users, in 分."""
    return max(0, -(-(d * TARGET_PERCENT - n * 100) // 100))


def shortest_list(n: int, d: int, values: list[int]) -> int | None:
    """How many of these values, given largest first, lift n to the target; None where all do not."""
    for count in range(len(values) + 1):
        if reaches(n + sum(values[:count]), d):
            return count
    return None


# ---- why a producer is counted or is not


class Why(Worded):
    COUNTED = "counted", Text("计入用标户", "Counted as a user")
    COUNTED_ONCE = "counted_once", Text("有两项以上授权，只计一次", "Several licences, counted once")
    NO_LICENCE = "no_licence", Text("没有授权", "No licence")
    NOT_YET = "not_yet", Text("授权尚未生效", "Licence not yet in force")
    SUSPENDED = "suspended", Text("授权当日处于暂停", "Licence suspended on that day")
    REVOKED = "revoked", Text("授权已撤销", "Licence revoked")
    CANCELLED = "cancelled", Text("授权已注销", "Licence cancelled")
    EXPIRED = "expired", Text("授权已到期", "Licence expired")
    OFF_ROSTER = (
        "off_roster",
        Text("有授权，但不在名录上：两边都不计", "Licensed but not on the roster: in neither number"),
    )
    OUTSIDE_ZONE = "outside_zone", Text("在所选区域之外", "Outside the zone")

    @property
    def counts(self) -> bool:
        return self in (Why.COUNTED, Why.COUNTED_ONCE)


# The best of several licences of one producer decides.
WHY_ORDER = (Why.SUSPENDED, Why.NOT_YET, Why.EXPIRED, Why.CANCELLED, Why.REVOKED)


def why_user(states: list[str], on_roster: bool, in_zone: bool = True) -> Why:
    """Why a producer is, or is not, among the users; `states`: of its licences for the GI on the day."""
    in_force = states.count("in_force")
    if not in_zone:
        return Why.OUTSIDE_ZONE
    if not on_roster:
        return Why.OFF_ROSTER
    if in_force:
        return Why.COUNTED if in_force == 1 else Why.COUNTED_ONCE
    return next((why for why in WHY_ORDER if why in states), Why.NO_LICENCE)


class WhyOutput(Worded):
    """How a producer's return stands in the output share."""

    BOTH = "both", Text("计入分子和分母", "In both numbers")
    WHOLE_ONLY = "whole_only", Text("只计入分母", "In the whole only")
    NOT_FILED = "not_filed", Text("未申报", "No return filed")
    DRAFT = "draft", Text("申报还是草稿", "Return is a draft")
    SUBMITTED = "submitted", Text("已申报，待审核", "Filed, not yet accepted")
    SENT_BACK = "sent_back", Text("已退回补正", "Sent back")

    @property
    def known(self) -> bool:
        return self in (WhyOutput.BOTH, WhyOutput.WHOLE_ONLY)


def why_output(is_user: bool, return_state: str | None) -> WhyOutput:
    if return_state == "accepted":
        return WhyOutput.BOTH if is_user else WhyOutput.WHOLE_ONLY
    return WhyOutput(return_state) if return_state else WhyOutput.NOT_FILED
