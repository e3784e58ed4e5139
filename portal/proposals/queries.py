"""Everything that reads proposals; what lies outside the viewer's scope is as if it did not exist."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, or_, select

from portal.accounts.models import Account
from portal.db import db
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.proposals.kinds import Present, all_kinds, find_present, kind_of
from portal.proposals.models import Proposal
from portal.proposals.rules import (
    KEEPERS,
    Person,
    State,
    Step,
    merged,
    open_steps,
    overtaken,
    parts_played,
    reaches,
)
from portal.regions.rules import scope_prefix


def person_of(account: Account) -> Person:
    return Person(account.id, account.role, account.region)


def find_draft(account: Account, subject: str) -> Proposal | None:
    """The one draft somebody keeps of an object."""
    return db.session.scalar(
        select(Proposal).where(
            Proposal.subject == subject, Proposal.proposed_by == account.id, Proposal.state == State.DRAFT
        )
    )


def get_proposal_for(account: Account, number: int) -> Proposal:
    """A proposal the viewer may see: a draft only its owner, the rest those whose scope it touches."""
    proposal = db.session.get(Proposal, number)
    if proposal is None or not _may_see(account, proposal):
        raise NotFound(
            Text("没有这条变更", "There is no such proposal"),
            next_step=Text("请从变更列表中查找", "Look for it in the list of proposals"),
        )
    return proposal


def _may_see(account: Account, proposal: Proposal) -> bool:
    if proposal.proposed_by == account.id:
        return True
    if proposal.state == State.DRAFT:
        return False
    present = find_present(proposal.subject)
    return reaches(person_of(account), [proposal.region, *(present.regions if present else ())])


def proposals_for(account: Account, states: Iterable[State]) -> Select[tuple[Proposal]]:
    """What the viewer may see in these states, newest first."""
    seen = or_(Proposal.proposed_by == account.id, and_(Proposal.state != State.DRAFT, _in_scope(account)))
    return select(Proposal).where(seen, Proposal.state.in_(list(states))).order_by(Proposal.id.desc())


def _in_scope(account: Account) -> ColumnElement[bool]:
    prefix = scope_prefix(account.region or "-")
    subjects = [kind.subjects_in(prefix) for kind in all_kinds()]
    return or_(Proposal.region.startswith(prefix), *subjects)


def proposals_to_decide(account: Account) -> Select[tuple[Proposal]]:
    """What waits for this official as the second person, the oldest first."""
    prefix = scope_prefix(account.region or "-")
    return (
        select(Proposal)
        .where(
            Proposal.state == State.PROPOSED,
            Proposal.proposed_by != account.id,
            Proposal.region.startswith(prefix) if account.role in KEEPERS else Proposal.id < 0,
        )
        .order_by(Proposal.proposed_at)
    )


def own_proposals(account: Account, states: Iterable[State]) -> Select[tuple[Proposal]]:
    return (
        select(Proposal)
        .where(Proposal.proposed_by == account.id, Proposal.state.in_(list(states)))
        .order_by(Proposal.id.desc())
    )


def proposals_about(subject: str) -> list[Proposal]:
    """What is proposed for an object and not decided yet."""
    query = select(Proposal).where(Proposal.subject == subject, Proposal.state == State.PROPOSED)
    return list(db.session.scalars(query.order_by(Proposal.id)))


def names_of(proposals: Iterable[Proposal]) -> dict[int, Text]:
    """Who proposed and who decided, as the office they act for: one query for a whole page."""
    numbers = {n for p in proposals for n in (p.proposed_by, p.decided_by) if n is not None}
    found = db.session.scalars(select(Account).where(Account.id.in_(numbers)))
    return {
        account.id: Text(
            f"{account.organisation} · {account.name}", f"{account.organisation} · {account.name}"
        )
        if account.organisation
        else Text(account.name, account.name)
        for account in found
    }


@dataclass(frozen=True)
class Weighed:
    """A proposal against what the register says now."""

    proposal: Proposal
    present: Present | None
    overtaken: list[str]
    steps: list[Step]

    @property
    def name(self) -> Text:
        return name_of(self.proposal, self.present)

    @property
    def after(self) -> dict[str, object]:
        return merged(self.present.fields if self.present else {}, self.proposal.payload["changes"])


def weigh(proposal: Proposal, account: Account) -> Weighed:
    present = find_present(proposal.subject)
    waiting = proposal.state in (State.DRAFT, State.PROPOSED)
    behind = overtaken(present.fields if present else {}, proposal.payload["changes"]) if waiting else []
    parts = parts_played(person_of(account), proposal.proposed_by, proposal.region)
    return Weighed(proposal, present, behind, open_steps(State(proposal.state), parts))


def name_of(proposal: Proposal, present: Present | None = None) -> Text:
    """What the object is called; a proposal keeps the name it was made under, so lists ask nothing more."""
    if present is not None:
        return present.name
    kept = proposal.payload.get("name")
    if kept:
        return Text(kept["zh"], kept["en"])
    return kind_of(proposal.subject).name
