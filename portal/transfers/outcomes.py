"""What whoever told is told of a lead handed to another region: to which, and how it stands there."""

from sqlalchemy import select

from portal.cases.models import Case
from portal.cases.outcomes import outcome_of
from portal.cases.queries import cases_of, find_case
from portal.cases.rules import Origin
from portal.db import db
from portal.lib.clock import day_of, today
from portal.lib.text import Text
from portal.regions.naming import place_names
from portal.tips.outcomes import Outcome, add_outcomes
from portal.transfers.models import Transfer
from portal.transfers.rules import Kind, State

HANDED = Text("已移送{place}：{standing}", "Handed to {place}: {standing}")
# With these it is here again, and the tip says so itself.
BACK = (State.RETURNED, State.REFUSED, State.WITHDRAWN)


def of_tip(number: str) -> list[Outcome]:
    """The tip itself that was handed on, with the case it became there; leads out of its cases."""
    found: list[Outcome] = []
    for lead in _leads([f"tip:{number}"]):
        case = _case_of(lead)
        found.append(_outcome(lead, beside=case is not None))
        found += [outcome_of(case, today())] if case else []
    cases = [case.subject for case in cases_of(Origin.TIP, number)]
    return found + [_outcome(lead, beside=True) for lead in _leads(cases)]


def _leads(subjects: list[str]) -> list[Transfer]:
    query = select(Transfer).where(Transfer.origin_key.in_(subjects), Transfer.outgoing)
    query = query.where(Transfer.kind == Kind.LEAD.value)
    query = query.where(Transfer.state.not_in([state.value for state in BACK]))
    return list(db.session.scalars(query.order_by(Transfer.id)))


def _case_of(lead: Transfer) -> Case | None:
    """What another portal opened is known there."""
    return find_case(lead.opened_case) if lead.opened_case and lead.peer_id is None else None


def _outcome(lead: Transfer, beside: bool) -> Outcome:
    place = place_names([lead.to_adcode]).get(lead.to_adcode, Text(lead.to_adcode, lead.to_adcode))
    said = HANDED.format(place=place, standing=lead.stands.text)
    return Outcome(said, lead.stands.tone, day_of(lead.changed_at), beside=beside)


add_outcomes("transfers", of_tip)
