"""Who is authorised is known further up. The room that knows puts its question in SQL here.

A provider takes a day and answers pairs (indication id, producer id) of everyone authorised on it:

    provide_authorised(lambda day: select(Licence.indication_id, Licence.producer_id).where(in_force_on(day)))

As long as nobody has said anything, who is authorised is unknown, and is shown as unknown.
"""

from collections.abc import Callable
from datetime import date

from sqlalchemy import ColumnElement, Select, exists

from portal.producers.models import RosterEntry

Pairs = Callable[[date], Select[tuple[int, int]]]

_providers: list[Pairs] = []


def provide_authorised(pairs: Pairs) -> None:
    """Called once by the room that keeps licences."""
    _providers[:] = [pairs]


def authorisation_is_known() -> bool:
    return bool(_providers)


def is_authorised(day: date) -> ColumnElement[bool] | None:
    """The condition that the producer of a roster entry is authorised for its GI on that day."""
    if not _providers:
        return None
    pairs = _providers[0](day).subquery()
    indication, producer = pairs.c
    return exists().where(indication == RosterEntry.indication_id, producer == RosterEntry.producer_id)
