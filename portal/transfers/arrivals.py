"""What comes from other portals: bundles and receipts, believed for their signature alone, each once."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from portal.accounts.rules import scope_covers
from portal.db import db
from portal.lib.clock import instant_text
from portal.lib.problems import NotAllowed, NotFound, RuleBroken, refuse
from portal.lib.text import Text
from portal.register.actions import Actor, record
from portal.register.rules import stated
from portal.register.signing import Signer
from portal.transfers.actions import Handing, apply, begin_clock, faults_of, note, stored_of
from portal.transfers.bundles import (
    GIVE_THE_KEY,
    NOT_REGISTERED,
    ONCE_MORE,
    Bundle,
    check,
    check_was_before,
    documents_in,
    make_receipt,
    receipt_holds,
)
from portal.transfers.clocks import Counting
from portal.transfers.evidence import take_documents
from portal.transfers.models import EarlierKey, IncomingBundle, OutgoingBundle, Peer, Transfer
from portal.transfers.queries import (
    find_signer,
    find_transfer,
    get_transfer,
    may_recognise,
    own_key_ids,
    was_sent,
)
from portal.transfers.rules import MOVES, OPEN, RECEIVER, SENDER, WORDS_LONGEST, Kind, State, Step

NO_SUCH_BUNDLE = Text("本门户没有发出过这个移送包", "This portal has sent no such bundle")
GIVE_TO_THE_SENDER = Text(
    "请把回执交给发出移送包的门户", "Take the receipt to the portal that sent the bundle"
)
OUR_OWN = Text("这个移送包是本门户自己发出的", "This bundle was sent by this portal itself")
TAKE_IT_THERE = Text(
    "请交给对方门户收下，再把回执带回来", "Take it to the other portal and bring its receipt back"
)
UNKNOWN_KEY = Text(
    "回执用没有登记的密钥签名", "The receipt is signed with a key that is not registered for that portal"
)
REGISTER_ITS_KEY = Text(
    "对方换了密钥的，请管理员用它的新密钥文件登记（接替原来的密钥），之后自动再送",
    "Where that portal has a new key, an administrator registers its new key file in place of the earlier "
    "one; then it is sent again by itself",
)
DIGEST = re.compile(r"[0-9a-f]{64}")
MOST_EVIDENCE = 200


def accept_receipt(receipt: Mapping[str, object], counting: Counting, now: datetime) -> OutgoingBundle:
    """The other portal signed for a bundle. The same receipt again changes nothing."""
    query = select(OutgoingBundle).where(OutgoingBundle.digest == str(receipt.get("digest")))
    bundle = db.session.scalar(query)
    if bundle is None:
        raise NotFound(NO_SUCH_BUNDLE, next_step=GIVE_TO_THE_SENDER)
    peer = db.session.get_one(Peer, bundle.peer_id)
    public_key = _receipt_key(peer, receipt)
    if public_key is None:
        raise RuleBroken(UNKNOWN_KEY, next_step=REGISTER_ITS_KEY)
    if not receipt_holds(receipt, bundle.digest, public_key):
        fault = Text("回执的签名不符", "The signature of the receipt does not hold")
        raise RuleBroken(fault, next_step=ONCE_MORE)
    if bundle.received_at is not None:
        return bundle
    bundle.received_at, bundle.receipt, bundle.last_error = now, dict(receipt), None
    transfer = get_transfer(bundle.transfer_id)
    if transfer.outgoing and transfer.stands is State.SENT:
        apply(transfer, Step.RECEIVE, "", peer.name, Actor(peer.name), None, counting, now)
    record(Actor(peer.name), "signed_for", transfer.subject, stated({"digest": bundle.digest}), public=False)
    return bundle


def _receipt_key(peer: Peer, receipt: Mapping[str, object]) -> str | None:
    """The key of that portal with which a receipt is signed; one from before for receipts from before."""
    key_id = str(receipt.get("key_id"))
    if key_id == peer.key_id:
        return peer.public_key
    earlier = db.session.get(EarlierKey, key_id)
    if earlier is None or earlier.peer_id != peer.id:
        return None
    before = str(receipt.get("at") or "~") <= instant_text(earlier.replaced_at)
    return earlier.public_key if before else None


def take_in(
    bundle: Bundle, signer: Signer, counting: Counting, folder: Path, now: datetime
) -> dict[str, object]:
    """Verify what came, do what it says once, and answer the signed receipt."""
    peer, earlier = find_signer(bundle.key_id)
    if peer is None and (bundle.key_id == signer.key_id or was_sent(bundle.digest)):
        raise RuleBroken(OUR_OWN, next_step=TAKE_IT_THERE)
    if peer is None:
        raise NotAllowed(NOT_REGISTERED, next_step=GIVE_THE_KEY)
    check(bundle, (earlier or peer).public_key, own_key_ids(signer))
    known = db.session.get(IncomingBundle, bundle.digest)
    if known is not None:
        return known.receipt
    if earlier:
        check_was_before(bundle, earlier.replaced_at)
    message = bundle.message
    if message.get("kind") == "transfer":
        transfer = _take_transfer(peer, bundle.key_id, message, documents_in(bundle), counting, folder, now)
    else:
        transfer = _take_step(peer, message, counting, now)
    receipt = make_receipt(signer, bundle.digest, now)
    row = IncomingBundle(digest=bundle.digest, peer_id=peer.id, transfer_id=transfer.id, body=bundle.text)
    row.receipt, row.at = receipt, now
    db.session.add(row)
    changes = stated({"digest": bundle.digest, "state": transfer.state})
    record(Actor(peer.name), "arrived", transfer.subject, changes, public=False)
    return receipt


NOT_UNDERSTOOD = Text("移送包的内容不完整", "The bundle is not complete")


def _take_transfer(
    peer: Peer,
    key_id: str,
    message: Mapping[str, object],
    attached: Mapping[str, bytes],
    counting: Counting,
    folder: Path,
    now: datetime,
) -> Transfer:
    said, key = message.get("transfer"), message.get("key")
    if not isinstance(said, dict) or not isinstance(key, str) or not key.startswith(f"{key_id}-"):
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
    refuse({name: fault for name, fault in faults_of(handing).items() if name != "agreement"})
    transfer = Transfer(
        key=key,
        number=str(said.get("number") or "")[:20],
        state=State.RECEIVED.value,
        outgoing=False,
        from_office=texts["from_office"][:120],
        peer_id=peer.id,
        sent_at=now,
        changed_at=now,
        clocks=[],
        **(stored_of(handing) | {"evidence": take_documents(handing.evidence, attached, folder)}),
    )
    db.session.add(transfer)
    db.session.flush()
    begin_clock(transfer, counting, now)
    note(transfer, Step.RECEIVE.value, peer.name, None, None, now)
    return transfer


def _evidence(said: object) -> list[dict[str, object]]:
    """Titles, digests, times, and whether the document came along; nothing else is kept."""
    rows = said if isinstance(said, list) else []
    kept = [
        {name: str(one.get(name) or "")[:200] for name in ("title", "digest", "at")}
        | {"sent": one.get("sent") is True}
        for one in rows[:MOST_EVIDENCE]
        if isinstance(one, dict)
    ]
    return [one for one in kept if not one["digest"] or DIGEST.fullmatch(one["digest"])]


def _take_step(peer: Peer, message: Mapping[str, object], counting: Counting, now: datetime) -> Transfer:
    key, typed = message.get("key"), message.get("step")
    transfer = find_transfer(key) if isinstance(key, str) else None
    if transfer is None or transfer.peer_id != peer.id or typed not in set(Step):
        raise NotFound(Text("没有这份移送", "There is no such transfer"))
    step, side = Step(typed), RECEIVER if transfer.outgoing else SENDER
    # The receipt may still be on its way when the answer comes.
    if transfer.outgoing and transfer.stands is State.SENT and step is not Step.RECEIVE:
        apply(transfer, Step.RECEIVE, "", peer.name, Actor(peer.name), None, counting, now)
    office = str(message.get("office") or peer.name)
    said = str(message.get("words") or "")[:WORDS_LONGEST]
    if _crossed(transfer, step):
        note(transfer, step.value, office, None, said or None, now)
        return transfer
    if not _fits(transfer, step, side):
        raise RuleBroken(Text("这一步与移送的状态不符", "The step does not fit the state of the transfer"))
    apply(transfer, step, said, office, Actor(peer.name), None, counting, now)
    return transfer


def _crossed(transfer: Transfer, step: Step) -> bool:
    """Both sides acted before they heard of each other: what was withdrawn stays so, what is over stays over,
    and the step is only noted."""
    if step is Step.WITHDRAW:
        return not transfer.outgoing and transfer.stands not in OPEN
    answers = MOVES[State.RECEIVED].keys() | MOVES[State.ACCEPTED].keys()
    return transfer.outgoing and transfer.stands is State.WITHDRAWN and step in answers


def _fits(transfer: Transfer, step: Step, side: str) -> bool:
    """A withdrawal was sent before the sender knew that its transfer had arrived here."""
    if step is Step.WITHDRAW:
        return side == SENDER
    move = MOVES.get(transfer.stands, {}).get(step)
    return move is not None and move[1] == side and (step is not Step.RECOGNISE or may_recognise(transfer))
