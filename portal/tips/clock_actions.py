"""What starts the clocks of a tip, lengthens them and holds them still."""

from datetime import date, datetime

from portal.accounts.models import Account
from portal.db import ensure_current
from portal.lib.clock import day_of
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.lib.workdays import WorkCalendar
from portal.register.actions import record
from portal.register.rules import stated
from portal.tips import words  # noqa: F401 - gives the entries written here their words
from portal.tips.models import Tip, TipClock
from portal.tips.queries import ensure_handler
from portal.tips.rules import (
    REASON_LONGEST,
    REASON_SHORTEST,
    SETTLE_PERIOD,
    Clock,
    clocks_of,
    due_on,
    period_of,
)


def start_clocks(tip: Tip, calendar: WorkCalendar, today: date) -> None:
    for clock, period in clocks_of(tip.sort, tip.stands, tip.named):
        due = due_on(period, today, calendar)
        tip.clocks.append(TipClock(clock=clock.value, from_on=today, due_on=due.day, estimated=due.estimated))


def extend(tip: Tip, reason: str, calendar: WorkCalendar, today: date) -> None:
    clock = tip.next_clock
    period = period_of(clock.what, tip.sort, tip.stands) if clock else None
    if period is None or not period.extension:
        raise RuleBroken(Text("这个期限不能延长", "This period cannot be extended"))
    if clock.extended_on is not None:
        raise RuleBroken(Text("这个期限已经延长过一次", "This period was extended once already"))
    due = due_on(period, clock.from_on, calendar, extended=True)
    clock.due_on, clock.estimated = due.day, due.estimated
    clock.extended_on, clock.reason = today, reason


def pause_for_test(account: Account, tip: Tip, why: str, version_seen: int, now: datetime) -> None:
    """Goods went to be tested: the settlement's clock stands still until they are back (art. 20)."""
    clock = _settling(account, tip, version_seen)
    if clock.paused_on is not None:
        raise RuleBroken(Text("已经在暂停计时", "The clock stands still already"))
    if not REASON_SHORTEST <= len(why.strip()) <= REASON_LONGEST:
        fault = Text("请写明送到哪里检验什么", "Say what is tested, and where")
        raise RuleBroken(Text("还要写明理由", "A reason is needed"), {"why": fault})
    clock.paused_on, clock.reason, tip.changed_at = day_of(now), why.strip(), now
    record(account.as_actor(), "paused", tip.subject, stated({"step": "pause"}), public=False)


def resume_after_test(
    account: Account, tip: Tip, version_seen: int, calendar: WorkCalendar, now: datetime
) -> None:
    """The result is there: the working days that it took are added to the last day."""
    clock = _settling(account, tip, version_seen)
    if clock.paused_on is None:
        raise RuleBroken(Text("没有暂停计时", "The clock is not standing still"))
    clock.paused_days += calendar.between(clock.paused_on, day_of(now))
    clock.paused_on, tip.changed_at = None, now
    due = due_on(SETTLE_PERIOD, clock.from_on, calendar, paused=clock.paused_days)
    clock.due_on, clock.estimated = due.day, due.estimated
    record(account.as_actor(), "resumed", tip.subject, stated({"step": "resume"}), public=False)


def _settling(account: Account, tip: Tip, version_seen: int) -> TipClock:
    ensure_current(tip, version_seen)
    ensure_handler(account, tip)
    clock = tip.running(Clock.SETTLE)
    if clock is None:
        raise RuleBroken(Text("现在没有在走的调解期限", "No settlement is running"))
    return clock
