"""The licences' clocks as work of the standing job: once a day, in a transaction of its own."""

from flask import current_app

from portal.authorisation.watches import look_around
from portal.db import transaction
from portal.jobs import add_work
from portal.lib.clock import now, today


def look_around_today() -> int:
    """What the day brought; nothing when this process has looked today already."""
    seen = current_app.extensions.setdefault("licence_clocks", {})
    if seen.get("day") == today():
        return 0
    with transaction():
        touched = look_around(now())
    seen["day"] = today()
    return touched


add_work("licence clocks", look_around_today)
