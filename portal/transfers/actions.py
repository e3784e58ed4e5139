"""Everything that changes transfers: sent, signed for, answered, recognised; and what came from elsewhere."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import func, select

from portal.accounts.models import Account
from portal.accounts.rules import Role, scope_covers
from portal.authorisation.licence_actions import next_number
from portal.db import db, ensure_current
from portal.lib.clock import day_of
from portal.lib.problems import NotAllowed, NotFound, RuleBroken
from portal.lib.text import Text
from portal.regions.queries import find_region
from portal.register.actions import Actor, record
from portal.register.rules import stated
from portal.register.signing import Signer
from portal.transfers import words  # noqa: F401 - gives the entries written here their words
from portal.transfers.bundles import Bundle, check, make_receipt, pack, receipt_holds
from portal.transfers.models import IncomingBundle, OutgoingBundle, Peer, Transfer, TransferStep
from portal.transfers.queries import find_peer, find_transfer, may_recognise, pacts
from portal.transfers.rules import (
    FINAL,
    HANDLERS,
    MOVES,
    NEEDS_WORDS,
    RECEIVER,
    SENDER,
    WORDS_LONGEST,
    WORDS_SHORTEST,
    Kind,
    State,
    Step,
    open_steps,
    pacts_between,
)

MISSING = Text("还有内容要填写", "Something is still to be filled in")
DIGEST = re.compile(r"[0-9a-f]{64}")
MOST_EVIDENCE = 200


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
    evidence: Sequence[Mapping[str, str]] = ()
    origin_key: str = ""
    case_number: str = ""
    peer: Peer | None = None
    demo: bool = False
    more: Mapping[str, str] = field(default_factory=dict)


def send(account: Account, handing: Handing, signer: Signer, now: datetime) -> Transfer:
    """Hand over within this portal, or sign a bundle for the other and put it into the outbox."""
    if account.role not in HANDLERS or not scope_covers(account.region, handing.from_adcode):
        raise NotAllowed(Text("由移出地的官员办理", "It is for the officials of the place it leaves"))
    _refuse(_faults(handing))
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
        **_stored(handing),
    )
    db.session.add(transfer)
    db.session.flush()
    _note(transfer, "send", account.organisation or account.role.value, account.id, None, now)
    said = {"kind": transfer.kind, "from": transfer.from_adcode, "to": transfer.to_adcode, "state": "sent"}
    record(account.as_actor(), "sent", transfer.subject, stated(said), public=False)
    if handing.peer:
        _put_out(transfer, handing.peer, _message_of(transfer), signer, now)
    return transfer


def _stored(handing: Handing) -> dict[str, object]:
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
        "case_number": handing.case_number or None,
        "demo": handing.demo,
    }


def _faults(handing: Handing) -> dict[str, Text]:
    faults: dict[str, Text] = {}
    if not 2 <= len(handing.title.strip()) <= 200:
        faults["title"] = Text("请写标题（200 字以内）", "Give it a title (200 characters at most)")
    if not WORDS_SHORTEST <= len(handing.facts.strip()) <= WORDS_LONGEST:
        faults["facts"] = Text("请写明线索或请求（至少 6 个字）", "Say what is handed over or asked for")
    if find_region(handing.to_adcode) is None or handing.to_adcode == handing.from_adcode:
        faults["to"] = Text("请选择另一个地区", "Choose another region")
    elif handing.peer and not scope_covers(handing.peer.adcode, handing.to_adcode):
        faults["to"] = Text("那个门户不管这个地区", "That portal does not keep this region")
    binding = pacts_between(pacts(), handing.from_adcode, handing.to_adcode)
    if handing.agreement and handing.agreement not in {pact.key for pact in binding}:
        faults["agreement"] = Text("两地不都是这份协议的签约方", "The two places are not both party to it")
    return faults


def _refuse(faults: dict[str, Text]) -> None:
    if faults:
        raise RuleBroken(MISSING, faults)


def _note(
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
    now: datetime,
) -> None:
    ensure_current(transfer, version_seen)
    if step not in steps_open_to(account, transfer):
        raise NotAllowed(Text("这一步现在不能由您办理", "You may not take this step now"))
    if step in NEEDS_WORDS and not WORDS_SHORTEST <= len(said.strip()) <= WORDS_LONGEST:
        fault = Text("请写明理由或结果（至少 6 个字）", "Give the reasons or the result")
        raise RuleBroken(MISSING, {"words": fault})
    office = account.organisation or account.role.value
    _apply(transfer, step, said.strip(), office, account.as_actor(), account.id, now)
    if transfer.peer_id:
        message = {"kind": "step", "key": transfer.key, "step": step.value, "words": said.strip()}
        peer = db.session.get_one(Peer, transfer.peer_id)
        _put_out(transfer, peer, message | {"office": office}, signer, now)


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


def _apply(
    transfer: Transfer, step: Step, said: str, office: str, actor: Actor, account: int | None, now: datetime
) -> None:
    was = transfer.state
    transfer.state, transfer.changed_at = MOVES[transfer.stands][step][0].value, now
    if step is Step.RESULT:
        transfer.result = said
    elif said:
        transfer.answer = said
    if transfer.stands in FINAL:
        transfer.closed_on = day_of(now)
    _note(transfer, step.value, office, account, said or None, now)
    changes = {"state": {"from": was, "to": transfer.state}}
    record(actor, "answered", transfer.subject, changes, public=False)


def note_case(transfer: Transfer, case_number: str) -> None:
    """The case that came of it here; each portal has its own numbers, so this does not travel."""
    transfer.case_number = case_number


# ---- other portals


def trust_peer(
    account: Account, name: str, address: str, public_key: str, adcode: str, now: datetime
) -> Peer:
    """Register another portal's key, handed over by people who know each other."""
    if account.role is not Role.ADMIN:
        raise NotAllowed(Text("由管理员登记", "That is for an administrator"))
    faults: dict[str, Text] = {}
    public_key, address = public_key.strip().lower(), address.strip().rstrip("/")
    if not 2 <= len(name.strip()) <= 120:
        faults["name"] = Text("请填名称", "Enter the name")
    if not DIGEST.fullmatch(public_key):
        faults["public_key"] = Text("公钥是 64 位十六进制数", "The key is 64 hexadecimal digits")
    if address and not re.fullmatch(r"https?://[^\s/]+", address):
        faults["address"] = Text("写作 https://主机名，没有就留空", "Write https://host, or leave it out")
    if find_region(adcode) is None:
        faults["adcode"] = Text("没有这个行政区划代码", "There is no such division")
    _refuse(faults)
    key_id = sha256(bytes.fromhex(public_key)).hexdigest()[:16]
    if db.session.scalar(select(Peer.id).where(Peer.key_id == key_id)) is not None:
        raise RuleBroken(MISSING, {"public_key": Text("这个密钥已登记过", "This key is registered already")})
    peer = Peer(name=name.strip(), address=address or None, key_id=key_id, public_key=public_key)
    peer.adcode, peer.added_at = adcode, now
    db.session.add(peer)
    db.session.flush()
    record(account.as_actor(), "trusted", f"peer:{key_id}", stated({"name": peer.name}), public=False)
    return peer


def end_peer(account: Account, peer: Peer, today: date) -> None:
    if account.role is not Role.ADMIN:
        raise NotAllowed(Text("由管理员办理", "That is for an administrator"))
    peer.ended_on = today
    changes = {"ended_on": {"from": None, "to": today.isoformat()}}
    record(account.as_actor(), "ended", f"peer:{peer.key_id}", changes, public=False)


def _message_of(transfer: Transfer) -> dict[str, object]:
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


def _put_out(transfer: Transfer, peer: Peer, message: dict, signer: Signer, now: datetime) -> None:
    last = select(func.count()).where(OutgoingBundle.transfer_id == transfer.id)
    numbered = message | {"n": db.session.scalar(last) or 0}
    text, digest = pack(signer, peer.key_id, numbered, now)
    row = OutgoingBundle(transfer_id=transfer.id, peer_id=peer.id, digest=digest, body=text, created_at=now)
    row.next_attempt_at = now
    db.session.add(row)
    db.session.flush()


def accept_receipt(receipt: Mapping[str, object], now: datetime) -> OutgoingBundle:
    """The other portal signed for a bundle. The same receipt again changes nothing."""
    query = select(OutgoingBundle).where(OutgoingBundle.digest == str(receipt.get("digest")))
    bundle = db.session.scalar(query)
    if bundle is None:
        raise NotFound(Text("没有这个移送包", "There is no such bundle"))
    peer = db.session.get_one(Peer, bundle.peer_id)
    if receipt.get("key_id") != peer.key_id or not receipt_holds(receipt, bundle.digest, peer.public_key):
        raise RuleBroken(Text("回执的签名不符", "The signature of the receipt does not hold"))
    if bundle.received_at is not None:
        return bundle
    bundle.received_at, bundle.receipt, bundle.last_error = now, dict(receipt), None
    transfer = db.session.get_one(Transfer, bundle.transfer_id)
    if transfer.outgoing and transfer.stands is State.SENT:
        _apply(transfer, Step.RECEIVE, "", peer.name, Actor(peer.name), None, now)
    record(Actor(peer.name), "signed_for", transfer.subject, stated({"digest": bundle.digest}), public=False)
    return bundle


def take_in(bundle: Bundle, signer: Signer, now: datetime) -> dict[str, object]:
    """Verify what came, do what it says once, and answer the signed receipt."""
    peer = find_peer(bundle.key_id)
    if peer is None:
        raise NotAllowed(Text("本门户没有登记对方的密钥", "The key of that portal is not registered here"))
    check(bundle, peer.public_key, signer.key_id)
    known = db.session.get(IncomingBundle, bundle.digest)
    if known is not None:
        return known.receipt
    message = bundle.message
    take = _take_transfer if message.get("kind") == "transfer" else _take_step
    transfer = take(peer, message, now)
    receipt = make_receipt(signer, bundle.digest, now)
    row = IncomingBundle(digest=bundle.digest, peer_id=peer.id, transfer_id=transfer.id, body=bundle.text)
    row.receipt, row.at = receipt, now
    db.session.add(row)
    changes = stated({"digest": bundle.digest, "state": transfer.state})
    record(Actor(peer.name), "arrived", transfer.subject, changes, public=False)
    return receipt


NOT_UNDERSTOOD = Text("移送包的内容不完整", "The bundle is not complete")


def _take_transfer(peer: Peer, message: Mapping[str, object], now: datetime) -> Transfer:
    said, key = message.get("transfer"), message.get("key")
    if not isinstance(said, dict) or not isinstance(key, str) or not key.startswith(f"{peer.key_id}-"):
        raise RuleBroken(NOT_UNDERSTOOD)
    if find_transfer(key) is not None or len(key) > 60:
        raise RuleBroken(NOT_UNDERSTOOD)
    texts = {name: said.get(name) for name in ("from_adcode", "to_adcode", "from_office", "title", "facts")}
    if not all(isinstance(one, str) and one for one in texts.values()) or said.get("kind") not in set(Kind):
        raise RuleBroken(NOT_UNDERSTOOD)
    if not scope_covers(peer.adcode, texts["from_adcode"]):
        raise NotAllowed(Text("对方不管移出的地区", "That portal does not keep the region it speaks for"))
    handing = Handing(
        Kind(said["kind"]),
        texts["from_adcode"],
        texts["to_adcode"],
        texts["title"],
        texts["facts"],
        party=str(said.get("party") or ""),
        about=str(said.get("about") or "")[:120],
        agreement=str(said.get("agreement") or "")[:80],
        evidence=_evidence(said.get("evidence")),
        demo=said.get("demo") is True,
    )
    _refuse({name: fault for name, fault in _faults(handing).items() if name != "agreement"})
    transfer = Transfer(
        key=key,
        number=str(said.get("number") or "")[:20],
        state=State.RECEIVED.value,
        outgoing=False,
        from_office=texts["from_office"][:120],
        peer_id=peer.id,
        sent_at=now,
        changed_at=now,
        **_stored(handing),
    )
    db.session.add(transfer)
    db.session.flush()
    _note(transfer, Step.RECEIVE.value, peer.name, None, None, now)
    return transfer


def _evidence(said: object) -> list[dict[str, str]]:
    """Titles, digests and times; nothing else of what another portal sends is kept."""
    rows = said if isinstance(said, list) else []
    kept = [
        {name: str(one.get(name) or "")[:200] for name in ("title", "digest", "at")}
        for one in rows[:MOST_EVIDENCE]
        if isinstance(one, dict)
    ]
    return [one for one in kept if not one["digest"] or DIGEST.fullmatch(one["digest"])]


def _take_step(peer: Peer, message: Mapping[str, object], now: datetime) -> Transfer:
    key, typed = message.get("key"), message.get("step")
    transfer = find_transfer(key) if isinstance(key, str) else None
    if transfer is None or transfer.peer_id != peer.id or typed not in set(Step):
        raise NotFound(Text("没有这份移送", "There is no such transfer"))
    step, side = Step(typed), RECEIVER if transfer.outgoing else SENDER
    # The receipt may still be on its way when the answer comes.
    if transfer.outgoing and transfer.stands is State.SENT and step is not Step.RECEIVE:
        _apply(transfer, Step.RECEIVE, "", peer.name, Actor(peer.name), None, now)
    move = MOVES.get(transfer.stands, {}).get(step)
    if move is None or move[1] != side or (step is Step.RECOGNISE and not may_recognise(transfer)):
        raise RuleBroken(Text("这一步与移送的状态不符", "The step does not fit the state of the transfer"))
    office = str(message.get("office") or peer.name)
    said = str(message.get("words") or "")[:WORDS_LONGEST]
    _apply(transfer, step, said, office, Actor(peer.name), None, now)
    return transfer
