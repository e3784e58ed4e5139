"""The legal periods of a case: what runs when, how long, and where it is said. Those of publication are of
总局令第45号; one that no rule gives is the portal's own and says so."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

from portal.cases.rules import Step
from portal.lib.said import Worded
from portal.lib.text import Text
from portal.lib.workdays import Due, WorkCalendar

DECIDE_DAYS, DECIDE_EXTENSION = 90, 30


class Clock(Worded):
    DECIDE = "decide", Text("作出决定", "Decide")
    PUBLISH = "publish", Text("公示决定", "Publish the decision")
    PUSH = "push", Text("推送当事人所在省", "Push to the party's province")
    PUBLISH_THERE = "publish_there", Text("外省收到后公示", "Publish after the push")
    CORRECT = "correct", Text("更正公示或核实无误", "Correct the publication, or find it right")
    WITHDRAW = "withdraw", Text("撤回公示", "Withdraw the publication")
    END_EARLY = "end_early", Text("答复提前停止公示的申请", "Answer the request to end it early")

    @property
    def basis(self) -> Text:
        return BASES[self]


WORKING_DAYS: Mapping[Clock, int] = {
    Clock.PUBLISH: 20,
    Clock.PUSH: 10,
    Clock.PUBLISH_THERE: 10,
    Clock.CORRECT: 3,
    Clock.WITHDRAW: 3,
    # Order 45 gives no period for the answer; the office may set another.
    Clock.END_EARLY: 15,
}
BASES = {
    Clock.DECIDE: Text(
        "行政处罚法第六十条、处罚程序规定：立案起九十日，经批准可延长三十日",
        "Law on penalties art. 60 and rules of procedure: 90 days from opening, 30 more with approval",
    ),
    Clock.PUBLISH: Text(
        "总局令第45号：决定作出之日起二十个工作日内公示",
        "Order 45: published within 20 working days of the decision",
    ),
    Clock.PUSH: Text(
        "总局令第45号：当事人在外省的，十个工作日内推送",
        "Order 45: a party of another province: pushed there within 10 working days",
    ),
    Clock.PUBLISH_THERE: Text(
        "总局令第45号：收到推送后十个工作日内公示",
        "Order 45: published within 10 working days of the push",
    ),
    Clock.CORRECT: Text(
        "总局令第45号：三个工作日内更正或撤下", "Order 45: corrected or taken down within 3 working days"
    ),
    Clock.WITHDRAW: Text(
        "总局令第45号、行政处罚法第四十八条：决定被撤销的，三个工作日内撤回并公开说明理由",
        "Order 45 and law on penalties art. 48: withdrawn with reasons within 3 working days",
    ),
    Clock.END_EARLY: Text(
        "总局令第45号第十四条；答复期限未见规定，暂按十五个工作日（未核实）",
        "Order 45 art. 14; no period for the answer was found: 15 working days for now (unverified)",
    ),
}
# What ends a clock: the step that was to be taken, or one that makes it pointless.
_OVER = frozenset(Clock)
ENDS: Mapping[Step, frozenset[Clock]] = {
    Step.DECIDE: frozenset({Clock.DECIDE}),
    Step.DROP: _OVER,
    Step.POLICE: _OVER,
    # One carried over from before had both periods in one.
    Step.PUSH: frozenset({Clock.PUSH, Clock.PUBLISH}),
    Step.PUBLISH: frozenset({Clock.PUBLISH, Clock.PUBLISH_THERE}),
    Step.CLOSE: _OVER,
    Step.CORRECT: frozenset({Clock.CORRECT}),
    Step.KEEP: frozenset({Clock.CORRECT}),
    Step.END_EARLY: _OVER,
    Step.REFUSE_END: frozenset({Clock.END_EARLY}),
    Step.REMOVE: _OVER,
    Step.OVERTURN: _OVER,
}


def decide_by(opened_on: date, extended: bool) -> date:
    """Calendar days: the law says days, not working days."""
    return opened_on + timedelta(days=DECIDE_DAYS + (DECIDE_EXTENSION if extended else 0))


def due_of(clock: Clock, start: date, calendar: WorkCalendar) -> Due:
    if clock is Clock.DECIDE:
        return Due(decide_by(start, extended=False), False)
    return calendar.due_after(start, WORKING_DAYS[clock])


def shown_until(published_on: date, light: bool, restricted_until: date | None = None) -> date:
    """Three months or three years from publication, longer where a restriction lasts longer."""
    counted = _months_after(published_on, 3 if light else 36)
    return max(counted, restricted_until) if restricted_until else counted


def _months_after(start: date, months: int) -> date:
    """The same day of a later month, or its last one."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))
