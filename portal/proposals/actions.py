"""Everything that changes proposals. A draft is its owner's sheet of paper; from being proposed on each
step is an entry, not public, and what is confirmed is one public entry of the object itself."""

from collections.abc import Mapping
from datetime import date, datetime

from portal.accounts.actions import notify
from portal.accounts.models import Account
from portal.catalogue.actions import state_document
from portal.db import db, ensure_current
from portal.lib.problems import NotAllowed, Outdated, RuleBroken
from portal.lib.text import Text
from portal.proposals.kinds import Confirmation, Documents, Present, find_present, key_of, kind_of
from portal.proposals.models import Proposal
from portal.proposals.queries import find_draft, person_of, weigh
from portal.proposals.rules import (
    REASON_LONGEST,
    Act,
    Changes,
    State,
    Step,
    act_of,
    deciding_region,
    may_keep,
    merged,
    next_state,
    overtaken,
    parts_played,
    redrafted,
    reversed_changes,
)
from portal.register.actions import record
from portal.register.words import describe_subject, describe_verbs

describe_subject(
    "proposal",
    Text("变更", "Proposal"),
    {
        "state": Text("状态", "state"),
        "subject": Text("对象", "about"),
        "reason": Text("理由", "reason"),
        "answer": Text("答复", "answer"),
    },
)
describe_verbs(
    {
        "proposed": Text("提出变更", "proposed"),
        "declined": Text("不同意变更", "declined"),
        "proposal_withdrawn": Text("撤回变更", "proposal withdrawn"),
        "restored": Text("恢复", "restored"),
    }
)


# ---- drafts


def start_draft(account: Account, subject: str, now: datetime) -> Proposal:
    """The draft somebody keeps of an object; the one they have already, if they have one."""
    known = find_draft(account, subject)
    if known is not None:
        return known
    present = find_present(subject)
    if present is not None:
        check_may_keep(account, present.regions)
    draft = Proposal(
        subject=subject,
        step=Act.AMEND,
        region=account.region,
        reason="",
        state=State.DRAFT,
        payload={"changes": {}, "documents": {}, "name": present.name.as_json() if present else None},
        based_on_version=present.version if present else None,
        proposed_by=account.id,
        proposed_at=now,
    )
    db.session.add(draft)
    return draft


def check_may_keep(account: Account, regions: tuple[str, ...]) -> None:
    if not may_keep(person_of(account), regions):
        raise NotAllowed(
            Text("您的身份可以查看，但不能更改目录", "Your role may look at the catalogue but not change it"),
            next_step=Text(
                "发现错误可以在公开页面上提出更正",
                "If something is wrong, send a correction from the public page",
            ),
        )


def draft_fields(
    draft: Proposal,
    wanted: Mapping[str, object],
    documents: Documents,
    now: datetime,
    extra: Mapping[str, object] | None = None,
) -> None:
    """Write into a draft what these fields should say; None takes a field away. What a field said when
    it was first touched is kept, so that a change made meanwhile by somebody else is noticed."""
    present = find_present(draft.subject)
    stored = present.fields if present else {}
    changes = dict(draft.payload["changes"])
    for name, value in wanted.items():
        before = changes[name]["from"] if name in changes else stored.get(name)
        changes[name] = {"from": before, "to": value}
        if before == value:
            del changes[name]
    fields = merged(stored, changes)
    draft.payload = {
        **draft.payload,
        **(extra or {}),
        "changes": changes,
        "documents": {**draft.payload["documents"], **documents},
        "name": kind_of(draft.subject).name_in(fields).as_json() if fields else None,
    }
    draft.proposed_at = now
    kind_of(draft.subject).check(key_of(draft.subject), present, draft)
    _place(draft, present)


def _place(draft: Proposal, present: Present | None) -> None:
    changes = draft.payload["changes"]
    owner = db.session.get(Account, draft.proposed_by)
    draft.step = act_of(present is not None, changes)
    draft.region = deciding_region(owner.region, kind_of(draft.subject).touched(changes))


def draft_undoing(account: Account, done: Proposal, now: datetime) -> Proposal:
    """A draft that would bring back what a confirmed proposal replaced."""
    if done.state != State.CONFIRMED:
        raise RuleBroken(Text("只有已确认的变更可以撤销", "Only a confirmed change can be undone"))
    draft = _fresh_draft(account, done.subject, now)
    wanted = {name: change["to"] for name, change in reversed_changes(done.payload["changes"]).items()}
    if "name" in wanted and wanted["name"] is None:
        raise RuleBroken(
            Text("新建的记录不能撤销，请用“撤下”", "A new record cannot be undone; withdraw it instead")
        )
    draft_fields(draft, wanted, {}, now, {"undoes": done.id})
    return draft


def draft_again(account: Account, old: Proposal, now: datetime) -> Proposal:
    """The same intentions on top of what stands now; an own proposal still waiting is withdrawn."""
    if old.state == State.DRAFT:
        present = find_present(old.subject)
        changes = redrafted(present.fields if present else {}, old.payload["changes"])
        old.payload = {**old.payload, "changes": changes}
        old.based_on_version = present.version if present else None
        _place(old, present)
        return old
    if old.state == State.PROPOSED and old.proposed_by == account.id:
        withdraw_proposal(account, old, old.version, now)
    draft = _fresh_draft(account, old.subject, now)
    wanted = {name: change["to"] for name, change in old.payload["changes"].items()}
    kept = {name: old.payload[name] for name in ("outline", "undoes") if name in old.payload}
    draft.outline_wkb = old.outline_wkb
    draft_fields(draft, wanted, old.payload["documents"], now, kept)
    return draft


def _fresh_draft(account: Account, subject: str, now: datetime) -> Proposal:
    known = find_draft(account, subject)
    if known is not None and known.payload["changes"]:
        raise RuleBroken(
            Text(
                "您已有一份这个记录的草稿，请先提出或放弃它",
                "You already keep a draft of this record; propose it or throw it away first",
            )
        )
    return known or start_draft(account, subject, now)


# ---- steps


def propose(account: Account, draft: Proposal, reason: str, version_seen: int, now: datetime) -> None:
    """Put a draft before the second person. Sent twice it stays proposed."""
    if draft.state == State.PROPOSED and draft.proposed_by == account.id:
        return
    following = _next(account, draft, Step.PROPOSE)
    ensure_current(draft, version_seen)
    present = find_present(draft.subject)
    check_may_keep(account, present.regions if present else (account.region,))
    if not draft.payload["changes"]:
        raise RuleBroken(Text("草稿里没有任何变更", "The draft changes nothing"))
    _check_words(reason, "reason", Text("请写明理由", "Say why"))
    _refuse_if_overtaken(draft, present)
    kind_of(draft.subject).check(key_of(draft.subject), present, draft)
    draft.reason, draft.state, draft.proposed_at = reason, following, now
    draft.based_on_version = present.version if present else None
    _note(account, "proposed", draft, State.DRAFT, {"reason": {"from": None, "to": reason}})


def confirm(account: Account, proposal: Proposal, version_seen: int, now: datetime, today: date) -> None:
    """Make it so: the one public entry is written here. Sent twice it stays confirmed."""
    if proposal.state == State.CONFIRMED and proposal.decided_by == account.id:
        return
    following = _next(account, proposal, Step.CONFIRM)
    ensure_current(proposal, version_seen)
    present = find_present(proposal.subject)
    _refuse_if_overtaken(proposal, present)
    kind = kind_of(proposal.subject)
    kind.check(key_of(proposal.subject), present, proposal)
    fields = merged(present.fields if present else {}, proposal.payload["changes"])
    sealed = {"proposal": proposal.id, "proposed_by": proposal.proposed_by, "reason": proposal.reason}
    for number, facts in proposal.payload["documents"].items():
        state_document(account.as_actor(), number, facts)
    kind.store(key_of(proposal.subject), Confirmation(account, proposal, present, fields, sealed, today))
    _decide(account, proposal, following, None, now)
    _note(account, "confirmed", proposal, State.PROPOSED)
    _tell(proposal, Text("“{name}”的{act}已确认", "The {act} of “{name}” was confirmed"), now)


def decline(account: Account, proposal: Proposal, answer: str, version_seen: int, now: datetime) -> None:
    """Say no, with the reason. Sent twice it stays declined."""
    if proposal.state == State.DECLINED and proposal.decided_by == account.id:
        return
    following = _next(account, proposal, Step.DECLINE)
    ensure_current(proposal, version_seen)
    _check_words(answer, "answer", Text("请写明为什么不同意", "Say why you decline"))
    _decide(account, proposal, following, answer, now)
    _note(account, "declined", proposal, State.PROPOSED, {"answer": {"from": None, "to": answer}})
    _tell(
        proposal,
        Text("“{name}”的{act}未获同意，请看答复", "The {act} of “{name}” was declined; see why"),
        now,
    )


def withdraw_proposal(account: Account, proposal: Proposal, version_seen: int, now: datetime) -> None:
    """Take back one's own proposal, or throw a draft away. Sent twice it stays withdrawn."""
    if proposal.state == State.WITHDRAWN and proposal.proposed_by == account.id:
        return
    before = State(proposal.state)
    following = _next(account, proposal, Step.WITHDRAW)
    ensure_current(proposal, version_seen)
    _decide(account, proposal, following, None, now)
    if before is State.PROPOSED:
        _note(account, "proposal_withdrawn", proposal, before)


def _next(account: Account, proposal: Proposal, step: Step) -> State:
    parts = parts_played(person_of(account), proposal.proposed_by, proposal.region)
    return next_state(State(proposal.state), step, parts)


def _decide(account: Account, proposal: Proposal, state: State, answer: str | None, now: datetime) -> None:
    proposal.state, proposal.answer = state, answer
    proposal.decided_by, proposal.decided_at = account.id, now


def _check_words(words: str, field: str, empty: Text) -> None:
    if not words.strip():
        raise RuleBroken(empty, {field: empty})
    if len(words) > REASON_LONGEST:
        long = Text("最多 {n} 个字", "At most {n} characters").format(n=REASON_LONGEST)
        raise RuleBroken(long, {field: long})


def _refuse_if_overtaken(proposal: Proposal, present: Present | None) -> None:
    """A record changed meanwhile does no harm as long as the fields proposed for change stayed as seen."""
    if present is not None and proposal.based_on_version == present.version:
        return
    if overtaken(present.fields if present else {}, proposal.payload["changes"]):
        raise Outdated(
            Text(
                "提出之后，记录的同一部分已经变了，没有执行",
                "The same part of the record has changed since this was drafted; nothing was done",
            ),
            next_step=Text(
                "请看对照后，在现有内容上重新提出",
                "Look at the comparison and propose it again on top of what stands now",
            ),
        )


def _note(
    account: Account, verb: str, proposal: Proposal, before: State, more: Changes | None = None
) -> None:
    changes = {
        "state": {"from": before.value, "to": str(proposal.state)},
        "subject": {"from": None, "to": proposal.subject},
        **(more or {}),
    }
    record(account.as_actor(), verb, f"proposal:{proposal.id}", changes, public=False)


def _tell(proposal: Proposal, sentence: Text, now: datetime) -> None:
    name = weigh(proposal, db.session.get(Account, proposal.proposed_by)).name
    text = sentence.format(name=name, act=Act(proposal.step).text)
    notify(proposal.proposed_by, text, f"/office/catalogue/proposals/{proposal.id}", now)
