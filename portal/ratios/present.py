"""Shares as the pages show them: pairs for the bars, words for the answers, bars of a waterfall."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.lib.text import Text
from portal.ratios.change import Step
from portal.ratios.rules import TARGET_PERCENT, Assessment, Outcome, output_short, users_short


@dataclass(frozen=True)
class Bar:
    """What share_bar and share_line take."""

    share: tuple[int, int] | None
    low: tuple[int, int] | None
    high: tuple[int, int] | None
    tone: str
    outcome: Text


def bar_of(assessment: Assessment) -> Bar:
    if assessment.is_band:
        return _bar(assessment, None, assessment.low, assessment.high)
    if assessment.outcome is Outcome.INCONSISTENT:
        return _bar(assessment, (assessment.n, assessment.d), None, None)
    return _bar(assessment, assessment.share, None, None)


def _bar(
    assessment: Assessment,
    share: tuple[int, int] | None,
    low: tuple[int, int] | None,
    high: tuple[int, int] | None,
) -> Bar:
    return Bar(share, low, high, assessment.outcome.tone, assessment.outcome.text)


def pair_of(assessment: Assessment) -> tuple[int, int] | None:
    """A point of a line over the years, where the share is one number: a band or a gap is no point."""
    return assessment.share


def answer(outcome: Outcome, users: Assessment, output: Assessment) -> Text:
    """The one line a reader came for."""
    if outcome is Outcome.MET:
        return Text(f"两项占比都达到 {TARGET_PERCENT}%", f"Both shares reach {TARGET_PERCENT}%")
    if outcome is Outcome.NOT_MET:
        return _not_met(users, output)
    if outcome is Outcome.INCONSISTENT:
        return Text(
            "数据矛盾：部分大于整体，须先改正", "Inconsistent: a part exceeds its whole and must be corrected"
        )
    if outcome is Outcome.UNDETERMINED:
        return Text("申报未齐，尚不能定", "Returns are missing: it cannot be said yet")
    return Text("数据不足，算不出", "Too little is known to compute it")


def _not_met(users: Assessment, output: Assessment) -> Text:
    if users.outcome is Outcome.NOT_MET:
        short = users_short(users.n, users.d)
        return Text(
            "用标率未达 {percent}%，还差 {n} 家",
            "The users share is below {percent}%, {n} [n:producer|producers] short",
        ).format(percent=TARGET_PERCENT, n=f"{short:,}")
    return Text(f"产值占比未达 {TARGET_PERCENT}%", f"The output share is below {TARGET_PERCENT}%")


def output_gap(output: Assessment) -> int | None:
    """How much output is short, in 分, where that is one number."""
    if output.outcome is not Outcome.NOT_MET or output.is_band:
        return None
    return output_short(output.n, output.d)


# ---- from year to year


@dataclass(frozen=True)
class Fall:
    """One row of a waterfall; `exact` is for a spreadsheet: whole producers, or yuan with two places."""

    text: Text
    value: int
    total: bool
    exact: str


@dataclass(frozen=True)
class Falls:
    """One waterfall: its title, the word for its file, whether it counts money, its rows."""

    key: str
    title: Text
    money: bool
    rows: list[Fall]


TITLES = {
    "users_change": (Text("用标户数", "Users"), False),
    "producers_change": (Text("生产者总数", "All producers"), False),
    "value_change": (Text("用标户产值", "Output of users"), True),
    "whole_change": (Text("全部申报产值", "Output of all returns"), True),
}


def waterfall(key: str, steps: Iterable[Step]) -> Falls:
    """The rows of a change from one year to the next. Steps that move nothing are left out."""
    title, money = TITLES[key]
    shown = [step for step in steps if step.total or step.value]
    return Falls(key, title, money, [_fall(step, money) for step in shown])


def _fall(step: Step, money: bool) -> Fall:
    sign, fen = "-" if step.value < 0 else "", abs(step.value)
    exact = f"{sign}{fen // 100}.{fen % 100:02}" if money else str(step.value)
    return Fall(step.text, step.value, step.total, exact)
