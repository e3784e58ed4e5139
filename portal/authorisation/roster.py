"""What an application means for the roster: why somebody is not authorised, and that a licensee counts."""

from sqlalchemy import func, select

from portal.authorisation.models import Application, Licence
from portal.authorisation.rules import State
from portal.db import db
from portal.producers.actions import RosterData, add_line, set_reason
from portal.producers.models import RosterEntry
from portal.producers.rules import Reason
from portal.register.actions import Actor

REASONS = {
    State.SUBMITTED: Reason.APPLYING,
    State.HOLDER_DECISION: Reason.APPLYING,
    State.REFUSED: Reason.REFUSED,
    State.WITHDRAWN: Reason.NOT_APPLIED,
}


def _line(indication_id: int, producer_id: int) -> RosterEntry | None:
    return db.session.scalar(
        select(RosterEntry).where(
            RosterEntry.indication_id == indication_id,
            RosterEntry.producer_id == producer_id,
            RosterEntry.ended_on.is_(None),
        )
    )


def keep_reason(actor: Actor, application: Application) -> None:
    """The roster says at once that somebody applies, was refused or withdrew."""
    reason = REASONS.get(application.stands)
    if reason is None:
        return
    line = _line(application.indication_id, application.producer_id)
    if line is None or line.unauthorised_reason == reason:
        return
    # A draft that was thrown away was never an application: what the county knew stays.
    if reason is not Reason.NOT_APPLIED or line.unauthorised_reason == Reason.APPLYING:
        set_reason(actor, line, reason)


def enrol_licensee(actor: Actor, licence: Licence) -> None:
    """Who is authorised is a producer of the GI: counted above the line, so counted below it too."""
    if _line(licence.indication_id, licence.producer_id) is None:
        left_on = db.session.scalar(
            select(func.max(RosterEntry.ended_on)).where(
                RosterEntry.indication_id == licence.indication_id,
                RosterEntry.producer_id == licence.producer_id,
            )
        )
        since = max(licence.valid_from, left_on or licence.valid_from)
        where = RosterData(licence.adcode, since, reason=Reason.UNKNOWN)
        add_line(actor, licence.indication, licence.producer, where)
