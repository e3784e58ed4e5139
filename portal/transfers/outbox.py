"""What waits for another portal is tried again until that portal has signed for it. Within a transfer the
order is kept; one bundle that is refused keeps no other transfer waiting."""

import json
import urllib.error
import urllib.request
from datetime import datetime

import structlog
from flask import current_app
from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased

from portal.authorisation.queries import work_calendar
from portal.db import db, transaction
from portal.jobs import add_work
from portal.lib.clock import now
from portal.lib.problems import Problem
from portal.transfers.arrivals import accept_receipt
from portal.transfers.bundles import Bundle, read, with_documents
from portal.transfers.clocks import Counting
from portal.transfers.evidence import documents_of
from portal.transfers.models import OutgoingBundle, Peer, Transfer
from portal.transfers.rules import MOST_BUNDLE_BYTES, wait_before

log = structlog.get_logger()
TIMEOUT_SECONDS = 10
MOST_AT_ONCE = 500


class Refused(OSError):
    """The other portal is there and said no."""


def deliver_waiting(moment: datetime | None = None) -> int:
    """How many were signed for. A portal that does not answer is left alone until its next time."""
    moment = moment or now()
    down, held, done = set(), set(), 0
    for _ in range(MOST_AT_ONCE):
        due = db.session.execute(_due(moment, down, held)).first()
        if due is None:
            break
        fault = _deliver(due.id)
        if fault is None:
            done += 1
        elif isinstance(fault, Refused | Problem):
            held.add(due.transfer_id)
        else:
            down.add(due.peer_id)
    return done


def _due(moment: datetime, down: set[int], held: set[int]) -> Select:
    """The next one whose time has come. However many wait for a portal that is down, they keep no other
    portal's waiting, and a step never overtakes the transfer it belongs to."""
    before = aliased(OutgoingBundle)
    overtakes = exists().where(
        before.transfer_id == OutgoingBundle.transfer_id,
        before.id < OutgoingBundle.id,
        before.received_at.is_(None),
    )
    return (
        select(OutgoingBundle.id, OutgoingBundle.peer_id, OutgoingBundle.transfer_id)
        .join(Peer, Peer.id == OutgoingBundle.peer_id)
        .where(
            OutgoingBundle.received_at.is_(None),
            OutgoingBundle.next_attempt_at <= moment,
            OutgoingBundle.peer_id.not_in(down),
            OutgoingBundle.transfer_id.not_in(held),
            Peer.address.is_not(None),
            Peer.ended_on.is_(None),
            ~overtakes,
        )
        .order_by(OutgoingBundle.id)
        .limit(1)
    )


def _deliver(number: int) -> Exception | None:
    """Send one and take its receipt; what went wrong, if anything did."""
    bundle = db.session.get_one(OutgoingBundle, number)
    address = db.session.get_one(Peer, bundle.peer_id).address
    try:
        body = travelling(bundle)
        db.session.rollback()
        receipt = read(_post(f"{address}/transfers/inbox", body.encode()))
        if isinstance(receipt, Bundle):
            raise OSError("the answer is no receipt")
        with transaction():
            accept_receipt(receipt, _counting(), now())
        return None
    except (OSError, Problem) as fault:
        _note_failure(number, fault)
        return fault


def _counting() -> Counting:
    return Counting(work_calendar(), current_app.config["SETTINGS"].transfer_days)


def travelling(bundle: OutgoingBundle) -> str:
    """The bundle as it leaves: what hands something over takes its documents along, a step takes nothing."""
    transfer = db.session.get_one(Transfer, bundle.transfer_id)
    first = select(OutgoingBundle.id).where(OutgoingBundle.transfer_id == transfer.id)
    if not transfer.outgoing or db.session.scalar(first.order_by(OutgoingBundle.id).limit(1)) != bundle.id:
        return bundle.body
    folder = current_app.config["SETTINGS"].data_dir
    return with_documents(bundle.body, documents_of(transfer.evidence, folder))


def _post(address: str, body: bytes) -> bytes:
    request = urllib.request.Request(  # noqa: S310 - only http and https are registered
        address,
        data=body,
        headers={"Content-Type": "application/json", "Accept": "application/json", "Accept-Language": "zh"},
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            return answer.read(MOST_BUNDLE_BYTES)
    except urllib.error.HTTPError as refusal:
        with refusal:
            if 400 <= refusal.code < 500 and refusal.code != 429:
                raise Refused(_why(refusal)) from None
            raise


def _why(refusal: urllib.error.HTTPError) -> str:
    """What the other portal says is wrong, in its words."""
    try:
        said = json.loads(refusal.read(MOST_BUNDLE_BYTES))
        return "\n".join(filter(None, [said["detail"], said.get("next")]))
    except (ValueError, KeyError, TypeError):
        return f"{refusal.code} {refusal.reason}"


def _note_failure(number: int, fault: Exception) -> None:
    """What the other portal said stays in its words; of the rest people read that it does not answer."""
    error = f"{type(fault).__name__}: {fault}"
    with transaction():
        bundle = db.session.get_one(OutgoingBundle, number)
        bundle.attempts += 1
        bundle.last_error = error[:300]
        bundle.next_attempt_at = now() + wait_before(bundle.attempts)
    log.warning("transfer_not_delivered", bundle=number, error=error[:300])


add_work("transfers", deliver_waiting)
