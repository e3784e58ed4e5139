"""How a legal period stands on a day: it runs, is soon over or late; done, it was kept or missed."""

from datetime import date, timedelta

from portal.lib.said import Said
from portal.lib.text import Text

SOON_DAYS = 3


class Standing(Said):
    RUNNING = "running", Text("在期限内", "running"), "waiting"
    SOON = "soon", Text("即将到期", "soon due"), "watch"
    LATE = "late", Text("已超期", "overdue"), "negative"
    KEPT = "kept", Text("已办", "done"), "positive"
    MISSED = "missed", Text("迟了", "late"), "negative"


def in_time(done_on: date, due_on: date) -> bool:
    """The last day is still in time. Columns may ask too: it is the same rule in SQL."""
    return done_on <= due_on


def standing_of(due_on: date, day: date, done_on: date | None = None) -> Standing:
    if done_on is not None:
        return Standing.KEPT if in_time(done_on, due_on) else Standing.MISSED
    if not in_time(day, due_on):
        return Standing.LATE
    return Standing.SOON if due_on <= day + timedelta(days=SOON_DAYS) else Standing.RUNNING
