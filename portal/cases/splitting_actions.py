"""Those who acted together are investigated together and decided about one by one: each gets a case of its
own, with all that is in the file and the same last day."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from portal.accounts.models import Account
from portal.authorisation.licence_actions import next_number
from portal.cases.models import Case, CaseClock, CaseEvidence, CaseParty
from portal.cases.queries import evidence_of, get_case_for
from portal.cases.rules import BUILDING, Step
from portal.cases.step_actions import ensure_step, move, note, office_of
from portal.db import db
from portal.lib.clock import day_of
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.register.actions import record
from portal.register.rules import stated

NOBODY_TOGETHER = Text("每个当事人都已经有自己的案件", "Each party has a case of its own already")
SAME = ("origin", "origin_ref", "adcode", "state", "title", "indication_id", "facts", "bases", "gates")
SAME += ("campaign_id", "opened_on", "opened_by", "opened_at", "demo")
FILED = ("n", "what", "name", "media_type", "size", "digest", "taken_on", "by_account", "at")
RUNS = ("clock", "from_on", "due_on", "estimated", "extended_on", "reason", "done_on")


def split_by_party(account: Account, case: Case, version_seen: int, now: datetime) -> list[Case]:
    """A case for each further party; all of them name each other."""
    ensure_step(account, case, Step.SPLIT, "", version_seen, now)
    if not case.together:
        raise RuleBroken(NOBODY_TOGETHER)
    if case.stands not in BUILDING:
        raise RuleBroken(Text("已经作出决定，要逐个写明", "It is decided: say what was decided of each"))
    known = [get_case_for(account, one.decided_in) for one in case.apart]
    new = [case_of_party(party, case, now) for party in case.together]
    for party, own in zip(case.together, new, strict=True):
        party.decided_in = own.number
    for own in new:
        name_each_other(own, [one for one in (case, *known, *new) if one is not own])
        record_division(account, case, own, now)
    for one in known:
        name_each_other(one, new)
    told = "；".join(f"{own.party} → {own.number}" for own in new)
    move(account, case, Step.SPLIT, told, now, cases=[own.number for own in new])
    return new


def record_division(account: Account, case: Case, own: Case, now: datetime) -> None:
    note(own, Step.SPLIT.value, office_of(account), account.id, f"{case.number} → {own.number}", now)
    said = {"origin": own.origin, "state": own.state, "adcode": own.adcode}
    record(account.as_actor(), "opened", own.subject, stated(said), public=False)


def case_of_party(
    party: CaseParty, case: Case, now: datetime, decision: Mapping[str, object] = MappingProxyType({})
) -> Case:
    year = day_of(now).year
    own = Case(
        number=f"A{year}-{next_number(f'cases-{year}'):06d}",
        party=party.name,
        party_uscc=party.uscc,
        party_is_person=party.is_person,
        producer_id=party.producer_id,
        outcomes=[],
        changed_at=now,
        clocks=[CaseClock(**_copied(one, RUNS)) for one in case.clocks],
        others=[],
        **_copied(case, SAME),
        **decision,
    )
    db.session.add(own)
    db.session.flush()
    db.session.add_all(CaseEvidence(case_id=own.id, **_copied(one, FILED)) for one in evidence_of(case))
    return own


def _copied(row: object, names: tuple[str, ...]) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}


def name_each_other(case: Case, others: list[Case]) -> None:
    """Names of those who acted together stay known to each case, so that none is published in another."""
    last = max((one.n for one in case.others), default=0)
    case.others += [
        CaseParty(
            n=n,
            name=one.party,
            uscc=one.party_uscc,
            is_person=one.party_is_person,
            producer_id=one.producer_id,
            decided_in=one.number,
        )
        for n, one in enumerate(others, last + 1)
    ]
