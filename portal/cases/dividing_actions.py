"""One decision shared by several parties, as it was made before each got a case of its own: divided, so that
each can be corrected, ended, counted and overturned for one party alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from portal.accounts.models import Account
from portal.cases.clocks import Clock, shown_until
from portal.cases.credit import carry_requests, grade_parties
from portal.cases.deciding_actions import HIGH_FINE_FEN
from portal.cases.models import Case
from portal.cases.publishing_actions import public_said, publication_faults
from portal.cases.queries import get_case_for
from portal.cases.rules import BUILDING, Outcome, State, Step, is_light, is_published
from portal.cases.splitting_actions import NOBODY_TOGETHER, case_of_party, name_each_other, record_division
from portal.cases.step_actions import ensure_step, move
from portal.cases.telling import tell_of_division
from portal.lib.clock import day_of
from portal.lib.problems import RuleBroken, refuse
from portal.lib.quantity import money_text
from portal.lib.text import Text
from portal.register.actions import record
from portal.register.rules import changed

DECISION = ("decision_number", "decided_on", "restricted_until", "pushed_on", "pushed_to", "published_on")
DECISION += ("removed_on", "removed_why")


@dataclass(frozen=True)
class Part:
    """What of the shared decision is decided of one party; the first is the party of the case itself."""

    outcomes: frozenset[Outcome]
    fine_fen: int | None
    published: str = ""
    unread: Mapping[str, Text] = field(default_factory=dict)


def divide_decision(
    account: Account, case: Case, parts: Sequence[Part], version_seen: int, now: datetime
) -> list[Case]:
    ensure_step(account, case, Step.SPLIT, "", version_seen, now)
    _ensure_shared(case)
    refuse(_part_faults(case, parts))
    shown = case.stands is State.PUBLISHED
    before = public_said(case) | {"state": case.state} if shown else {}
    new = _own_cases(account, case, now)
    for one, part in zip((case, *new), parts, strict=True):
        _decide_alone(one, part, part.published.strip() if shown else case.published, now)
    for own in new:
        _say_new(account, case, own, now)
        carry_requests(case, own)
    told = "；".join(f"{own.party} → {own.number}" for own in new)
    move(account, case, Step.SPLIT, told, now, cases=[own.number for own in new])
    if shown:
        _say_what_is_left(account, case, before)
    for one in (case, *new):
        grade_parties(account, one, now)
    return new


def _own_cases(account: Account, case: Case, now: datetime) -> list[Case]:
    together, decision = case.together, {name: getattr(case, name) for name in DECISION}
    known = [get_case_for(account, one.decided_in) for one in case.apart]
    new = [case_of_party(party, case, now, decision) for party in together]
    for party, own in zip(together, new, strict=True):
        party.decided_in = own.number
    for own in new:
        name_each_other(own, [one for one in (case, *known, *new) if one is not own])
    for one in known:
        name_each_other(one, new)
    return new


def _say_new(account: Account, case: Case, own: Case, now: datetime) -> None:
    record_division(account, case, own, now)
    if own.stands is State.PUBLISHED:
        record(account.as_actor(), Step.PUBLISH.value, own.subject, changed({}, public_said(own)))
    tell_of_division(case, own, now)


def _say_what_is_left(account: Account, case: Case, before: Mapping[str, object]) -> None:
    verb = Step.CORRECT if case.stands is State.PUBLISHED else Step.REMOVE
    after = public_said(case) | {"state": case.state}
    record(account.as_actor(), verb.value, case.subject, changed(before, after))


def _ensure_shared(case: Case) -> None:
    if not case.together:
        raise RuleBroken(NOBODY_TOGETHER)
    if case.stands in BUILDING:
        raise RuleBroken(Text("还没有作出决定，直接分案", "Nothing is decided yet: divide the case itself"))
    if case.stands is State.DECIDED and case.elsewhere:
        raise RuleBroken(
            Text("决定还没有推送和公示", "The decision is neither pushed nor published yet"),
            next_step=Text("先推送、公示，再按当事人分开", "Push and publish it first, then divide it"),
        )
    if case.running(Clock.CORRECT) or case.running(Clock.END_EARLY):
        raise RuleBroken(
            Text(
                "有一项申请正在办理，分不清是谁的",
                "A request is being handled; it would be unclear whose it is",
            ),
            next_step=Text("先答复，再按当事人分开", "Answer it first, then divide the decision"),
        )


def _part_faults(case: Case, parts: Sequence[Part]) -> dict[str, Text]:
    faults: dict[str, Text] = {}
    for n, part in enumerate(parts, 1):
        faults |= {f"{name}-{n}": fault for name, fault in part.unread.items()}
        if not part.outcomes or not part.outcomes <= case.decided:
            faults[f"outcomes-{n}"] = Text(
                "请选择对这个当事人的决定", "Choose what was decided of this party"
            )
        if not part.unread and not _sum_fits(case, part):
            faults[f"fine-{n}"] = Text(
                "罚款的写明金额，没有罚款的不写", "State the sum where there is a fine, and only there"
            )
        if case.stands is State.PUBLISHED and is_published(part.outcomes):
            faults |= publication_faults(case, part.published, f"published-{n}")
    if faults:
        return faults
    return _sum_faults(case, parts)


def _sum_fits(case: Case, part: Part) -> bool:
    if Outcome.FINE in part.outcomes:
        return (part.fine_fen or 0) > 0
    return not part.fine_fen or Outcome.FINE not in case.decided


def _sum_faults(case: Case, parts: Sequence[Part]) -> dict[str, Text]:
    """Divided, nothing is added to what was decided and nothing lost of it."""
    faults: dict[str, Text] = {}
    if frozenset().union(*(part.outcomes for part in parts)) != case.decided:
        faults["outcomes-1"] = Text(
            "原决定的每一项都要归到当事人", "Each part of the decision belongs to a party"
        )
    if sum(part.fine_fen or 0 for part in parts) != (case.fine_fen or 0):
        fen = case.fine_fen or 0
        faults["fine-1"] = Text(
            f"各当事人的罚款合计要等于原决定的 {money_text(fen, 'zh')}",
            f"The fines together have to be the {money_text(fen, 'en')} of the decision",
        )
    return faults


def _decide_alone(one: Case, part: Part, published: str | None, now: datetime) -> None:
    one.outcomes = sorted(outcome.value for outcome in part.outcomes)
    one.fine_fen, one.changed_at = part.fine_fen, now
    one.light = is_light(part.outcomes, part.fine_fen or 0, HIGH_FINE_FEN)
    if not is_published(part.outcomes):
        _keep_from_public(one, now)
    elif one.published_on is not None:
        one.published = published
        one.shown_until = shown_until(one.published_on, one.light, one.restricted_until)


def _keep_from_public(one: Case, now: datetime) -> None:
    """Only a warning, or nothing, for this party: it should not have been published with the others."""
    if one.stands is State.DECIDED:
        return
    if one.stands is State.PUBLISHED:
        one.removed_on = day_of(now)
    one.state, one.shown_until = State.CLOSED.value, None
    one.stop_clocks(Clock, day_of(now))
