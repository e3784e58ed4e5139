"""Computing the findings as work of the standing job: once a day, or when an official asks."""

from time import monotonic

import structlog
from flask import current_app

from portal.db import db, transaction
from portal.jobs import add_work
from portal.lib.clock import now, today
from portal.risk.actions import store
from portal.risk.finders import finders
from portal.risk.rules import Raised

log = structlog.get_logger()


def compute_today() -> int:
    """What the day brought; nothing when this process has computed today already."""
    seen = current_app.extensions.setdefault("risk_computing", {})
    if seen.get("day") == today():
        return 0
    count = compute()
    seen["day"] = today()
    return count


def compute() -> int:
    """Everything is read first; only the storing holds the turn to write."""
    started = monotonic()
    raised, failed = find_all()
    with transaction():
        store(raised, failed, int((monotonic() - started) * 1000), now())
    return len(raised)


def find_all() -> tuple[list[Raised], list[str]]:
    raised: list[Raised] = []
    failed: list[str] = []
    for name, find in finders().items():
        try:
            raised += list(find(today()))
        except Exception:  # One finder that fails must not hide what the others found.
            log.exception("finder_failed", finder=name)
            db.session.rollback()
            failed.append(name)
    return raised, failed


add_work("risk findings", compute_today)
