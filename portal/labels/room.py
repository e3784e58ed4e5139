"""How much room there is for labels: one licence and one year, and what stands in the way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.accounts.models import Account
from portal.authorisation.models import Licence
from portal.authorisation.queries import licences_for
from portal.authorisation.rules import LicenceState
from portal.db import db
from portal.labels.queries import find_account
from portal.labels.sums import open_from_before
from portal.land.queries import ceiling_of


@dataclass(frozen=True)
class Room:
    """Grams throughout; `ceiling_g` is None where no verified land or no yield tells it."""

    licence: Licence
    year: int
    in_force: bool
    ceiling_g: int | None
    labelled_g: int
    open_before: int
    closed: bool

    @property
    def left_g(self) -> int:
        return max(0, (self.ceiling_g or 0) - self.labelled_g)

    @property
    def may_ask(self) -> bool:
        return self.in_force and not self.open_before and not self.closed and self.left_g > 0


def room_of(licence: Licence, year: int, day: date) -> Room:
    ledger = find_account(licence.indication_id, licence.producer_id, year)
    return Room(
        licence=licence,
        year=year,
        in_force=licence.state_on(day) is LicenceState.IN_FORCE,
        ceiling_g=ceiling_of(licence.indication_id, licence.producer_id, year),
        labelled_g=ledger.labelled_g if ledger else 0,
        open_before=open_from_before(licence.producer_id, licence.indication_id, year),
        closed=ledger is not None and ledger.closed_on is not None,
    )


MOST_SHOWN = 50


def rooms_of(account: Account, year: int, day: date) -> list[Room]:
    """One for each GI and producer; of several licences the one in force."""
    known = sorted(
        db.session.scalars(licences_for(account, day)),
        key=lambda one: (one.state_on(day) is not LicenceState.IN_FORCE, -one.id),
    )
    return [room_of(one, year, day) for one in _first_of_each(known)[:MOST_SHOWN]]


def _first_of_each(known: Iterable[Licence]) -> list[Licence]:
    first: dict[tuple[int, int], Licence] = {}
    for licence in known:
        first.setdefault((licence.indication_id, licence.producer_id), licence)
    return list(first.values())
