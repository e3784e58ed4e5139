"""What waits for another portal is tried again until that portal has signed for it. Within a transfer the
order is kept; one bundle that is refused keeps no other transfer waiting."""

import json
import urllib.error
import urllib.request
from datetime import datetime

import structlog
from flask import current_app
from sqlalchemy import select

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
MOST_AT_ONCE = 50


class Refused(OSError):
    """The other portal is there and said no."""


def deliver_waiting(moment: datetime | None = None) -> int:
    """How many were signed for. A portal that does not answer is left alone until its next time."""
    moment = moment or now()
    query = (
        select(
            OutgoingBundle.id,
            OutgoingBundle.peer_id,
            OutgoingBundle.transfer_id,
            OutgoingBundle.next_attempt_at,
        )
        .join(Peer, Peer.id == OutgoingBundle.peer_id)
        .where(OutgoingBundle.received_at.is_(None), Peer.address.is_not(None), Peer.ended_on.is_(None))
        .order_by(OutgoingBundle.id)
        .limit(MOST_AT_ONCE)
    )
    down, held, done = set(), set(), 0
    for number, peer_id, transfer_id, next_at in db.session.execute(query).all():
        if peer_id in down or transfer_id in held:
            continue
        if next_at and next_at > moment:
            # A step must not overtake the transfer it belongs to.
            held.add(transfer_id)
            continue
        fault = _deliver(number)
        if fault is None:
            done += 1
        elif isinstance(fault, Refused | Problem):
            held.add(transfer_id)
        else:
            down.add(peer_id)
    return done


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
        _note_failure(number, f"{type(fault).__name__}: {fault}")
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
        address, data=body, headers={"Content-Type": "application/json", "Accept": "application/json"}
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
        return f"{refusal.code} {said['detail']}"
    except (ValueError, KeyError, TypeError):
        return f"{refusal.code} {refusal.reason}"


def _note_failure(number: int, error: str) -> None:
    with transaction():
        bundle = db.session.get_one(OutgoingBundle, number)
        bundle.attempts += 1
        bundle.last_error = error[:300]
        bundle.next_attempt_at = now() + wait_before(bundle.attempts)
    log.warning("transfer_not_delivered", bundle=number, error=error[:300])


add_work("transfers", deliver_waiting)
