"""What a decided case says of a producer's credit: a penalty, light or grave. Overturned it says nothing, and
neither does what it did to a licence."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import selectinload

from portal.accounts.models import Account
from portal.authorisation.models import Licence, LicenceSpell
from portal.authorisation.rules import LicenceState
from portal.cases.models import Case, CaseParty
from portal.cases.rules import Outcome, State
from portal.credit.actions import store_grades
from portal.credit.criteria import add_facts, add_undone
from portal.credit.facts import ref_of_spell
from portal.credit.models import CreditRequest
from portal.credit.rules import Fact
from portal.db import db
from portal.lib.clock import day_of
from portal.lib.text import Text
from portal.producers.models import Producer

# Suspended and revoked licences count by themselves (portal/credit/facts.py).
PENALTIES = frozenset({Outcome.WARNING, Outcome.CRITICISM, Outcome.FINE, Outcome.CONFISCATION})


def ref_of(case: Case) -> str:
    return f"case:{case.number}"


def credit_facts(producer_ids: Sequence[int], day: date) -> Iterator[Fact]:
    asked = frozenset(producer_ids)
    together = and_(CaseParty.producer_id.in_(asked), CaseParty.decided_in.is_(None))
    party = or_(Case.producer_id.in_(asked), Case.others.any(together))
    stands = Case.state.not_in([State.DROPPED.value, State.OVERTURNED.value])
    query = select(Case).where(party, stands, Case.decided_on.is_not(None)).options(selectinload(Case.others))
    for one in db.session.scalars(query):
        found = one.decided & PENALTIES
        if not found:
            continue
        key = "case_serious" if one.light is False else "case_penalty"
        what = [outcome.text for outcome in Outcome if outcome in found]
        said = Text(
            f"案件 {one.number}：" + "、".join(text.zh for text in what),
            f"Case {one.number}: " + ", ".join(text.en for text in what),
        )
        url = f"/cases/{one.number}" if one.stands_on(day) is State.PUBLISHED else None
        for producer_id in sorted(one.producer_ids & asked):
            yield Fact(producer_id, key, ref_of(one), one.decided_on, said, url)


def undone_by_overturning(producer_ids: Sequence[int], _day: date) -> Iterator[str]:
    """A licence suspended or revoked by a decision that no longer holds."""
    query = (
        select(Licence.number, LicenceSpell.id)
        .join(LicenceSpell, LicenceSpell.licence_id == Licence.id)
        .join(Case, and_(Case.licence_id == Licence.id, Case.decision_number == LicenceSpell.decision))
        .where(Licence.producer_id.in_(producer_ids), Case.state == State.OVERTURNED.value)
        .where(LicenceSpell.state.in_([LicenceState.SUSPENDED.value, LicenceState.REVOKED.value]))
    )
    for number, spell in db.session.execute(query):
        yield ref_of_spell(number, spell)


def grade_parties(account: Account, case: Case, now: datetime) -> None:
    """What was decided, or overturned, counts at once."""
    db.session.flush()
    who = select(Producer.id, Producer.adcode).where(Producer.id.in_(case.producer_ids)).order_by(Producer.id)
    parties = [(number, adcode) for number, adcode in db.session.execute(who)]
    store_grades(account.as_actor(), parties, day_of(now), now)


def carry_requests(case: Case, own: Case) -> None:
    """What a party asked about its part of a shared decision, and what was granted, goes with it."""
    mine = CreditRequest.producer_id == own.producer_id, CreditRequest.ref == ref_of(case)
    db.session.execute(update(CreditRequest).where(*mine).values(ref=ref_of(own)))


add_facts("cases", credit_facts)
add_undone("cases", undone_by_overturning)
