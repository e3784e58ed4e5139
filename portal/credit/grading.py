"""Grading as work of the standing job: once a day, in pages, each in a transaction of its own."""

from flask import current_app

from portal.credit.actions import ensure_shipped, store_grades
from portal.credit.queries import graded_producers
from portal.db import transaction
from portal.jobs import add_work
from portal.lib.clock import now, today
from portal.regions.rules import NATION
from portal.register.actions import PORTAL

AT_ONCE = 500


def grade_today() -> int:
    """What the day changed; nothing when this process has graded today already."""
    seen = current_app.extensions.setdefault("credit_grading", {})
    if seen.get("day") == today():
        return 0
    count = grade_all(NATION)
    seen["day"] = today()
    return count


def grade_all(scope: str) -> int:
    with transaction():
        ensure_shipped(today(), now())
    count, after = 0, 0
    while producers := graded_producers(after, AT_ONCE, scope):
        after = producers[-1][0]
        with transaction():
            count += len(store_grades(PORTAL, producers, today(), now()))
    return count


add_work("credit grades", grade_today)
