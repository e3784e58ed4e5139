"""What waits for another portal is tried again until that portal has signed for it; order is kept."""

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


def deliver_waiting(moment: datetime | None = None) -> int:
    """How many were signed for. A portal that does not answer is left alone until its next time."""
    moment = moment or now()
    query = (
        select(OutgoingBundle.id, OutgoingBundle.peer_id, OutgoingBundle.next_attempt_at)
        .join(Peer, Peer.id == OutgoingBundle.peer_id)
        .where(OutgoingBundle.received_at.is_(None), Peer.address.is_not(None), Peer.ended_on.is_(None))
        .order_by(OutgoingBundle.id)
        .limit(MOST_AT_ONCE)
    )
    waiting, silent, done = db.session.execute(query).all(), set(), 0
    for number, peer_id, next_at in waiting:
        if peer_id in silent or (next_at and next_at > moment):
            # What comes after must not overtake what waits.
            silent.add(peer_id)
            continue
        if _deliver(number):
            done += 1
        else:
            silent.add(peer_id)
    return done


def _deliver(number: int) -> bool:
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
        return True
    except (OSError, Problem) as fault:
        _note_failure(number, f"{type(fault).__name__}: {fault}")
        return False


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
        address, data=body, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
        return answer.read(MOST_BUNDLE_BYTES)


def _note_failure(number: int, error: str) -> None:
    with transaction():
        bundle = db.session.get_one(OutgoingBundle, number)
        bundle.attempts += 1
        bundle.last_error = error[:300]
        bundle.next_attempt_at = now() + wait_before(bundle.attempts)
    log.warning("transfer_not_delivered", bundle=number, error=error[:300])


add_work("transfers", deliver_waiting)
