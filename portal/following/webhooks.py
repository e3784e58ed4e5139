"""Messages to webhooks: made in order, signed, tried again with growing pauses, kept for their owner to see.

The form is that of standardwebhooks.com with an asymmetric signature (v1a): Ed25519 by the register's own
key over `id.timestamp.body`, so that no secret has to be kept on either side.
"""

import json
import secrets
from base64 import b64encode
from datetime import datetime
from urllib.parse import urlsplit

import structlog
from flask import current_app
from sqlalchemy import exists, select, update
from sqlalchemy.orm import joinedload

from portal.accounts.actions import notify
from portal.db import db, transaction
from portal.following.models import Delivery, Subscription
from portal.following.outside import Target, Unreachable, post, read_target
from portal.following.queries import topic_of
from portal.following.rules import (
    ENTRIES_IN_DELIVERY,
    Channel,
    DeliveryState,
    Fault,
    Sort,
    State,
    next_try,
    was_delivered,
)
from portal.following.topics import Topic, entries_between
from portal.jobs import add_work
from portal.lib.clock import now
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.register.actions import PORTAL, record
from portal.register.queries import head_at, public_version
from portal.register.schema import entry_as_json, head_as_json
from portal.register.signing import read_signer, unbase64url

log = structlog.get_logger()

BATCH = 100
ROUNDS = 20


def deliver_waiting() -> int:
    """Make what is new into messages and send what is due; how many arrived."""
    arrived = 0
    for _ in range(ROUNDS):
        made = _make_new()
        query = (
            select(Delivery.id)
            .where(Delivery.state == DeliveryState.WAITING.value, Delivery.next_at <= now())
            .order_by(Delivery.next_at, Delivery.id)
            .limit(BATCH)
        )
        due = list(db.session.scalars(query))
        sent = sum(deliver(number) for number in due)
        arrived += sent
        # What has arrived lets the next message of its subscription be made.
        if not made and not sent:
            break
    return arrived


def _make_new() -> int:
    """One message at a time for each subscription: the next is made when the last has arrived."""
    underway = exists().where(
        Delivery.subscription_id == Subscription.id, Delivery.state == DeliveryState.WAITING.value
    )
    newest = public_version()
    query = select(Subscription.id).where(
        Subscription.channel == Channel.WEBHOOK.value,
        Subscription.state == State.ACTIVE.value,
        Subscription.seen_n < newest,
        ~underway,
    )
    numbers = list(db.session.scalars(query.order_by(Subscription.id).limit(BATCH)))
    return sum(_make_one(number, newest) for number in numbers)


def _make_one(number: int, newest: int) -> int:
    with transaction():
        one = db.session.scalar(
            select(Subscription).where(Subscription.id == number).with_for_update(skip_locked=True)
        )
        if one is None or one.stands is not State.ACTIVE or one.seen_n >= newest:
            return 0
        topic = topic_of(one)
        found = entries_between(topic, one.seen_n, newest, ENTRIES_IN_DELIVERY + 1)
        whole = len(found) <= ENTRIES_IN_DELIVERY
        until = newest if whole else found[ENTRIES_IN_DELIVERY - 1].n
        count = min(len(found), ENTRIES_IN_DELIVERY)
        after, one.seen_n = one.seen_n, until
        if not count and topic.sort is not Sort.HEADS:
            return 0
        _add(one, after, until, count, now())
    return 1


def _add(one: Subscription, after: int, until: int, count: int, moment: datetime) -> Delivery:
    made = Delivery(
        number=f"msg_{secrets.token_hex(12)}", subscription_id=one.id, after_n=after, until_n=until,
        entries=count, state=DeliveryState.WAITING.value, attempts=0, next_at=moment, made_at=moment,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def send_trial(one: Subscription, moment: datetime) -> Delivery:
    """A message without entries, so that the owner sees whether the address answers."""
    return _add(one, one.seen_n, one.seen_n, 0, moment)


def send_now(one: Subscription, moment: datetime) -> None:
    """What failed is sent again now and not only at its next time."""
    query = update(Delivery).where(
        Delivery.subscription_id == one.id, Delivery.state == DeliveryState.WAITING.value
    )
    db.session.execute(query.values(next_at=moment))


# ---- one message


def body_of(delivery: Delivery, topic: Topic) -> bytes:
    """What is sent. It follows from the log alone, so a second try sends the same bytes: the head too is the
    one that stood when the message was made."""
    found = []
    if delivery.until_n > delivery.after_n:
        found = entries_between(topic, delivery.after_n, delivery.until_n, ENTRIES_IN_DELIVERY)
    told: dict[str, object] = {
        "type": "register.heads" if topic.sort is Sort.HEADS else "register.entries",
        "timestamp": delivery.made_at.isoformat(timespec="seconds"),
        "data": {
            "topic": {"sort": topic.sort.value, "key": topic.key, "name": topic.name.as_json()},
            "after": delivery.after_n,
            "until": delivery.until_n,
            "entries": [entry_as_json(entry) for entry in found],
        },
    }
    if topic.sort is Sort.HEADS and (head := head_at(delivery.made_at)):
        told["data"]["head"] = head_as_json(head)
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def headers_for(number: str, moment: datetime, body: bytes) -> dict[str, str]:
    settings = current_app.config["SETTINGS"]
    signer = read_signer(settings.signing_key_file)
    stamp = str(int(moment.timestamp()))
    signed = signer.sign(f"{number}.{stamp}.".encode() + body)
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"GI-Register (+{settings.base_url})",
        "Webhook-Id": number,
        "Webhook-Timestamp": stamp,
        "Webhook-Signature": "v1a," + b64encode(unbase64url(signed)).decode(),
        "Webhook-Key-Id": signer.key_id,
    }


def deliver(number: int) -> bool:
    """Claim one message, send it, and note what came of it. Two workers never send the same one at once."""
    claimed = _claim(number)
    if claimed is None:
        return False
    target, body, headers = claimed
    status, error = None, Fault.SAID_NO
    try:
        status = post(target, body, headers, current_app.config["SETTINGS"].demo)
    except Unreachable as fault:
        error = fault.fault
    _note(number, status, error)
    return status is not None and was_delivered(status)


def _claim(number: int) -> tuple[Target, bytes, dict[str, str]] | None:
    moment = now()
    with transaction():
        one = db.session.scalar(
            select(Delivery)
            .where(
                Delivery.id == number,
                Delivery.state == DeliveryState.WAITING.value,
                Delivery.next_at <= moment,
            )
            .options(joinedload(Delivery.subscription))
            .with_for_update(skip_locked=True, of=Delivery)
        )
        if one is None:
            return None
        if one.subscription.stands is State.ENDED:
            one.state, one.next_at = DeliveryState.GIVEN_UP.value, None
            return None
        one.attempts += 1
        # Should this worker be killed while it waits for an answer, the message is taken up again then.
        one.next_at = next_try(one.attempts, moment) or moment
        body = body_of(one, topic_of(one.subscription))
        try:
            target = read_target(one.subscription.url, current_app.config["SETTINGS"].demo)
        except RuleBroken:
            _give_up(one, Fault.NOT_TAKEN)
            return None
        return target, body, headers_for(one.number, moment, body)


def _note(number: int, status: int | None, error: Fault) -> None:
    with transaction():
        one = db.session.scalar(
            select(Delivery).where(Delivery.id == number).options(joinedload(Delivery.subscription))
        )
        one.status = status
        if status is not None and was_delivered(status):
            one.state, one.next_at, one.delivered_at, one.error = (
                DeliveryState.DELIVERED.value,
                None,
                now(),
                None,
            )
            return
        if status is not None and 300 <= status < 400:
            error = Fault.REDIRECTED
        if next_try(one.attempts, now()) is None:
            _give_up(one, error)
        else:
            one.error = error.value
        log.info("webhook_not_delivered", delivery=one.number, status=status, error=error.value)


def _give_up(one: Delivery, fault: Fault) -> None:
    """Stop trying, pause the subscription, and tell its owner. What follows waits, and nothing is lost."""
    one.state, one.next_at, one.error = DeliveryState.GIVEN_UP.value, None, fault.value
    owner = one.subscription
    if owner.stands is not State.ACTIVE:
        return
    owner.state, owner.seen_n = State.PAUSED.value, one.after_n
    record(
        PORTAL, "paused", owner.subject, {"state": {"from": State.ACTIVE, "to": State.PAUSED}}, public=False
    )
    if owner.account_id is not None:
        host = urlsplit(owner.url or "").hostname
        text = Text(
            f"订阅的消息送不到 {host}，已暂停", f"Messages cannot be delivered to {host}; it is paused"
        )
        notify(owner.account_id, text, f"/account/following/{owner.id}", now())


add_work("webhooks", deliver_waiting)
