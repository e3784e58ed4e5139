"""Waiting for the next public entry without using up the worker.

A waiting request holds one of the worker's threads, so only a few may wait at once; the others are
answered straight away and told when to come again.
"""

from threading import BoundedSemaphore, Event
from time import monotonic

from portal.db import db
from portal.register.queries import public_version, public_version_anew

LONGEST_WAIT = 25
MOST_WAITING = 2
SECONDS_BETWEEN = 0.5

_seats = BoundedSemaphore(MOST_WAITING)
_never = Event()


def wait_for_entry_after(number: int, seconds: int) -> bool:
    """Wait until there is a public entry after this one or the time is over; False where no seat was free.

    Only whoever has read up to the end waits: a number past it follows nothing.
    """
    if public_version() != number:
        return True
    if not _seats.acquire(blocking=False):
        return False
    try:
        until = monotonic() + seconds
        while public_version_anew() <= number and monotonic() < until:
            # Give the connection back meanwhile: another's change is only seen in a new transaction.
            db.session.rollback()
            _never.wait(min(SECONDS_BETWEEN, max(0.0, until - monotonic())))
    finally:
        _seats.release()
    return True
