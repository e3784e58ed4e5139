"""What a decided case says of a producer's credit: a penalty, light or grave."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import selectinload

from portal.cases.models import Case, CaseParty
from portal.cases.rules import Outcome, State
from portal.credit.criteria import add_facts
from portal.credit.rules import Fact
from portal.db import db
from portal.lib.text import Text

# Suspended and revoked licences count by themselves (portal/credit/facts.py).
PENALTIES = frozenset({Outcome.WARNING, Outcome.CRITICISM, Outcome.FINE, Outcome.CONFISCATION})


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
            yield Fact(producer_id, key, f"case:{one.number}", one.decided_on, said, url)


add_facts("cases", credit_facts)
