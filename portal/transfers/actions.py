"""Transfers handed over here: sent, signed for, answered, recognised, each with its period. What comes from
other portals stands in `arrivals.py`, their keys in `peer_actions.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select

from portal.accounts.actions import notify
from portal.accounts.models import Account
from portal.accounts.rules import scope_covers
from portal.authorisation.licence_actions import next_number
from portal.db import db, ensure_current
from portal.lib.clock import day_of
from portal.lib.problems import NotAllowed, refuse
from portal.lib.text import Text
from portal.regions.queries import find_region
from portal.register.actions import Actor, record
from portal.register.rules import stated
from portal.register.signing import Signer
from portal.tips.actions import give_back
from portal.tips.rules import Step as TipStep
from portal.transfers import words  # noqa: F401 - gives the entries written here their words
from portal.transfers.bundles import pack
from portal.transfers.clocks import BEGINS, Clock, Counting
from portal.transfers.models import OutgoingBundle, Peer, Transfer, TransferClock, TransferStep
from portal.transfers.queries import (
    bundles_of,
    find_sent,
    kept_elsewhere,
    may_recognise,
    open_leads_of,
    pact_of,
    pacts,
)
from portal.transfers.rules import (
    CAME_BACK,
    FINAL,
    HANDLERS,
    MOVES,
    NEEDS_WORDS,
    RECEIVER,
    SENDER,
    TOLD,
    WORDS_LONGEST,
    WORDS_SHORTEST,
    Kind,
    State,
    Step,
    open_steps,
    pacts_between,
)

# The same words to the same place within this time are one press too many.
PRESSED_TWICE = timedelta(minutes=10)


KEPT_ELSEWHERE = Text(
    "本门户没有这个地方的官员，它由“{name}”管：请选择送到那里",
    "No official of that place is on this portal; it is kept by {name}: choose to send it there",
)

HANDED_ALREADY = Text(
    "同一案件的线索已经移送出去，还没有办结：请看上面列出的移送，确实还要移送就勾选确认",
    "A lead of this case is with another place already: look at it above, and tick that you go on knowingly",
)
# Stored as what an office writes.
ALSO_HANDED = "同一线索另有移送在办：{n}"


@dataclass(frozen=True)
class Handing:
    """What is handed over. Who told it first is never part of it."""

    kind: Kind
    from_adcode: str
    to_adcode: str
    title: str
    facts: str
    party: str = ""
    about: str = ""
    agreement: str = ""
    evidence: Sequence[Mapping[str, object]] = ()
    origin_key: str = ""
    peer: Peer | None = None
    demo: bool = False
    more: Mapping[str, str] = field(default_factory=dict)
    knowing: bool = False
    """Handed over although a lead of the same case is open elsewhere."""


def send(account: Account, handing: Handing, signer: Signer, counting: Counting, now: datetime) -> Transfer:
    """Hand over within this portal, or sign a bundle for the other and put it into the outbox."""
    if account.role not in HANDLERS or not scope_covers(account.region, handing.from_adcode):
        raise NotAllowed(Text("由移出地的官员办理", "It is for the officials of the place it leaves"))
    faults = faults_of(handing)
    known = None if faults else find_sent(stored_of(handing), handing.peer, now - PRESSED_TWICE)
    if known is not None:
        return known
    beside = open_leads_of(handing.origin_key) if handing.kind is Kind.LEAD else []
    refuse(faults | ({} if handing.knowing or not beside else {"knowing": HANDED_ALREADY}))
    year = day_of(now).year
    number = f"Y{year}-{next_number(f'transfer-{year}'):05d}"
    transfer = Transfer(
        key=f"{signer.key_id}-{number}",
        number=number,
        state=State.SENT.value,
        outgoing=True,
        from_office=account.organisation or account.role.value,
        peer_id=handing.peer.id if handing.peer else None,
        sent_at=now,
        changed_at=now,
        clocks=[],
        **stored_of(handing),
    )
    db.session.add(transfer)
    db.session.flush()
    begin_clock(transfer, counting, now)
    also = "、".join(one.number for one in beside)
    said = ALSO_HANDED.format(n=also) if also else None
    note(transfer, "send", account.organisation or account.role.value, account.id, said, now)
    said = {"kind": transfer.kind, "from": transfer.from_adcode, "to": transfer.to_adcode, "state": "sent"}
    record(account.as_actor(), "sent", transfer.subject, stated(said), public=False)
    if handing.peer:
        put_out(transfer, handing.peer, message_of(transfer), signer, now)
    return transfer


def stored_of(handing: Handing) -> dict[str, object]:
    return {
        "kind": handing.kind.value,
        "from_adcode": handing.from_adcode,
        "to_adcode": handing.to_adcode,
        "title": handing.title.strip(),
        "facts": handing.facts.strip(),
        "party": handing.party.strip()[:200] or None,
        "about": handing.about or None,
        "agreement": handing.agreement or None,
        "evidence": [dict(one) for one in handing.evidence],
        "origin_key": handing.origin_key or None,
        "demo": handing.demo,
    }


def faults_of(handing: Handing) -> dict[str, Text]:
    faults: dict[str, Text] = {}
    if not 2 <= len(handing.title.strip()) <= 200:
        faults["title"] = Text("请写标题（200 字以内）", "Give it a title (200 characters at most)")
    if not WORDS_SHORTEST <= len(handing.facts.strip()) <= WORDS_LONGEST:
        faults["facts"] = Text("请写明线索或请求（至少 6 个字）", "Say what is handed over or asked for")
    if find_region(handing.to_adcode) is None or handing.to_adcode == handing.from_adcode:
        faults["to_name"] = Text("请选择另一个地区", "Choose another region")
    elif handing.peer and not scope_covers(handing.peer.adcode, handing.to_adcode):
        faults["to_name"] = Text("那个门户不管这个地区", "That portal does not keep this region")
    elif handing.peer is None and (kept := kept_elsewhere(handing.to_adcode)):
        faults["peer"] = KEPT_ELSEWHERE.format(name=kept.name)
    binding = pacts_between(pacts(), handing.from_adcode, handing.to_adcode)
    if handing.agreement and handing.agreement not in {pact.key for pact in binding}:
        faults["agreement"] = Text("两地不都是这份协议的签约方", "The two places are not both party to it")
    return faults


def note(
    transfer: Transfer, step: str, office: str, account: int | None, said: str | None, now: datetime
) -> None:
    count = select(func.max(TransferStep.n)).where(TransferStep.transfer_id == transfer.id)
    last = db.session.scalar(count) or 0
    row = TransferStep(transfer_id=transfer.id, n=last + 1, step=step, to_state=transfer.state, at=now)
    row.office, row.by_account, row.words = office[:120], account, said
    db.session.add(row)
    db.session.flush()


# ---- steps of either side


def take_step(
    account: Account,
    transfer: Transfer,
    step: Step,
    said: str,
    version_seen: int,
    signer: Signer,
    counting: Counting,
    now: datetime,
) -> None:
    ensure_current(transfer, version_seen)
    if step not in steps_open_to(account, transfer):
        raise NotAllowed(Text("这一步现在不能由您办理", "You may not take this step now"))
    if step in NEEDS_WORDS and not WORDS_SHORTEST <= len(said.strip()) <= WORDS_LONGEST:
        refuse({"words": Text("请写明理由或结果（至少 6 个字）", "Give the reasons or the result")})
    office = account.organisation or account.role.value
    apply(transfer, step, said.strip(), office, account.as_actor(), account.id, counting, now)
    if transfer.peer_id:
        message = {"kind": "step", "key": transfer.key, "step": step.value, "words": said.strip()}
        peer = db.session.get_one(Peer, transfer.peer_id)
        put_out(transfer, peer, message | {"office": office}, signer, now)


def steps_open_to(account: Account, transfer: Transfer) -> list[Step]:
    """On this portal only our own side of a transfer with another portal can be acted for."""
    steps = open_steps(
        transfer.stands,
        account.role,
        account.region,
        transfer.from_adcode,
        transfer.to_adcode,
        may_recognise(transfer),
    )
    if transfer.peer_id is None:
        return steps
    side = SENDER if transfer.outgoing else RECEIVER
    return [step for step in steps if MOVES[transfer.stands][step][1] == side]


def apply(
    transfer: Transfer,
    step: Step,
    said: str,
    office: str,
    actor: Actor,
    account: int | None,
    counting: Counting,
    now: datetime,
) -> None:
    """The new state, the clock that ends and the one that begins, the note, the entry."""
    was = transfer.state
    # A withdrawal may reach the other portal when that has gone on already.
    to = State.WITHDRAWN if step is Step.WITHDRAW else MOVES[transfer.stands][step][0]
    transfer.state, transfer.changed_at = to.value, now
    if step is Step.RESULT:
        transfer.result = said
    elif said:
        transfer.answer = said
    if transfer.stands in FINAL:
        transfer.closed_on = day_of(now)
    transfer.stop_clocks(Clock, day_of(now))
    begin_clock(transfer, counting, now)
    note(transfer, step.value, office, account, said or None, now)
    changes = {"state": {"from": was, "to": transfer.state}}
    record(actor, "answered", transfer.subject, changes, public=False)
    if step in CAME_BACK and transfer.sort is Kind.LEAD and (transfer.origin_key or "").startswith("tip:"):
        back = TipStep.CALLED_BACK if step is Step.WITHDRAW else TipStep.GIVEN_BACK
        number = transfer.origin_key.removeprefix("tip:")
        give_back(number, back, actor, office, said, transfer.number, now)
    if step in TOLD:
        _tell_sender(transfer, now)


def _tell_sender(transfer: Transfer, now: datetime) -> None:
    """Whoever handed it over hears what became of it."""
    sent = select(TransferStep.by_account).where(TransferStep.transfer_id == transfer.id)
    account = db.session.scalar(sent.where(TransferStep.step == "send"))
    if account is not None:
        text = Text("{kind} {n}：{state}", "{kind} {n}: {state}")
        text = text.format(kind=transfer.sort.text, n=transfer.number, state=transfer.stands.text)
        notify(account, text, f"/office/transfers/{transfer.key}", now)


def begin_clock(transfer: Transfer, counting: Counting, now: datetime) -> None:
    """The period that begins with the state a transfer came into, if one does."""
    clock = BEGINS.get(transfer.stands)
    if clock is None:
        return
    pact = pact_of(transfer)
    due = counting.due(clock, day_of(now), pact)
    row = TransferClock(clock=clock.value, days=counting.days_of(clock, pact), from_on=day_of(now))
    row.due_on, row.estimated = due.day, due.estimated
    transfer.clocks.append(row)


def note_case(transfer: Transfer, case_number: str) -> None:
    """The case that came of it here; each portal has its own numbers, so this does not travel."""
    transfer.case_number = case_number


# ---- towards another portal


def message_of(transfer: Transfer) -> dict[str, object]:
    """What the other side learns: no number of ours but the transfer's, no account, nobody who told."""
    names = (
        "kind",
        "from_adcode",
        "to_adcode",
        "from_office",
        "title",
        "facts",
        "party",
        "about",
        "agreement",
    )
    said = {name: getattr(transfer, name) for name in names}
    more = {"number": transfer.number, "evidence": transfer.evidence, "demo": transfer.demo}
    return {"kind": "transfer", "key": transfer.key, "transfer": said | more}


def send_again(account: Account, transfer: Transfer, now: datetime) -> None:
    """What waits for the other portal is sent at once and not only at its next time."""
    if account.role not in HANDLERS:
        raise NotAllowed(Text("由官员办理", "That is for officials"))
    for bundle in bundles_of(transfer):
        if bundle.received_at is None:
            bundle.next_attempt_at = now


def put_out(transfer: Transfer, peer: Peer, message: dict, signer: Signer, now: datetime) -> None:
    last = select(func.count()).where(OutgoingBundle.transfer_id == transfer.id)
    numbered = message | {"n": db.session.scalar(last) or 0}
    text, digest = pack(signer, peer.key_id, numbered, now)
    row = OutgoingBundle(transfer_id=transfer.id, peer_id=peer.id, digest=digest, body=text, created_at=now)
    row.next_attempt_at = now
    db.session.add(row)
    db.session.flush()
