"""The digests: what happened since the last letter, and for witnesses the newest signed head."""

import json
from collections.abc import Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import mail
from portal.db import db, transaction
from portal.following.actions import forget_unconfirmed
from portal.following.keys import STOP, key_for
from portal.following.models import Subscription
from portal.following.queries import topic_of
from portal.following.rules import ENTRIES_IN_LETTER, Channel, Sort, State, next_letter
from portal.following.topics import Topic, entries_between
from portal.jobs import add_work
from portal.lib.clock import day_of, now, parse_instant
from portal.lib.text import Text
from portal.register import words
from portal.register.models import Entry
from portal.register.queries import find_head, public_version
from portal.register.schema import head_as_json

BATCH = 200
FOOT = Text("\n查看：{page}\n退订：{stop}\n", "\nSee {page}\nStop these letters: {stop}\n")
MORE = Text("……还有更多，见登记簿", "… and more, see the register")
SUBJECT = Text("{name}：{n} 条新记录", "{name}: {n} new [n:entry|entries]")
HEAD_SUBJECT = Text("登记簿树头，第 {n} 片", "Head of the log, size {n}")
HEAD_BODY = Text(
    "这是登记簿此刻的签名树头。请存下这封信：以后可用 register-check 证明登记簿没有被改写。\n\n{head}\n",
    "This is the signed head of the log at this moment. Keep this letter: register-check can later prove "
    "with it "
    "that the log was not rewritten.\n\n{head}\n",
)


def send_letters() -> int:
    """Send every letter whose time has come; how many left. What has nothing new waits for its next day."""
    moment = now()
    query = (
        select(Subscription.id)
        .where(
            Subscription.channel == Channel.MAIL.value,
            Subscription.state == State.ACTIVE.value,
            Subscription.next_at <= moment,
        )
        .order_by(Subscription.next_at)
        .limit(BATCH)
    )
    sent = sum(_send(number, moment) for number in list(db.session.scalars(query)))
    with transaction():
        forget_unconfirmed(moment)
    return sent


def _send(number: int, moment: datetime) -> bool:
    with transaction():
        one = db.session.scalar(
            select(Subscription)
            .where(
                Subscription.id == number,
                Subscription.state == State.ACTIVE.value,
                Subscription.next_at <= moment,
            )
            .options(joinedload(Subscription.account))
            # Two workers that come at once must not both send it.
            .with_for_update(skip_locked=True, of=Subscription)
        )
        if one is None:
            return False
        until = public_version()
        letter = _letter(one, until)
        one.seen_n, one.next_at = until, next_letter(one.often, one.next_at, moment)
        to = _address(one)
        if letter is None or to is None:
            return False
        subject, body = letter
        mail.send(to, subject, body, one.language)
    return True


def _address(one: Subscription) -> str | None:
    """The typed address, or the account's as it is today; an ended account gets nothing."""
    if one.account is not None:
        return one.account.email if one.account.ended_on is None else None
    return one.email


def _letter(one: Subscription, until: int) -> tuple[Text, Text] | None:
    topic = topic_of(one)
    if topic.sort is Sort.HEADS:
        return _head_letter(one, topic)
    if until <= one.seen_n:
        return None
    found = entries_between(topic, one.seen_n, until, ENTRIES_IN_LETTER + 1)
    if not found:
        return None
    shown = found[:ENTRIES_IN_LETTER]
    lines = _lines(shown)
    if len(found) > len(shown):
        lines.append(MORE)
    body = Text("\n".join(line.zh for line in lines), "\n".join(line.en for line in lines))
    count = f"{len(shown)}+" if len(found) > len(shown) else len(shown)
    return SUBJECT.format(name=topic.name, n=count), _with_foot(one, topic, body)


def _lines(entries: Sequence[Entry]) -> list[Text]:
    names = words.say_subjects(entry.subject for entry in entries)
    base = current_app.config["SETTINGS"].base_url
    return [
        Text("{day}  {name} {verb}  {url}", "{day}  {name}: {verb}  {url}").format(
            day=day_of(parse_instant(entry.time)),
            name=names[entry.subject],
            verb=words.say_verb(entry.verb),
            url=f"{base}/log/{entry.n}",
        )
        for entry in entries
    ]


def _head_letter(one: Subscription, topic: Topic) -> tuple[Text, Text] | None:
    head = find_head()
    if head is None or public_version() <= one.seen_n:
        return None
    told = json.dumps(head_as_json(head), indent=2)
    body = HEAD_BODY.format(head=told)
    return HEAD_SUBJECT.format(n=head.size), _with_foot(one, topic, body)


def _with_foot(one: Subscription, topic: Topic, body: Text) -> Text:
    base = current_app.config["SETTINGS"].base_url
    foot = FOOT.format(page=base + topic.path, stop=f"{base}/follow/stop/{key_for(one.id, STOP)}")
    return Text(body.zh + "\n" + foot.zh, body.en + "\n" + foot.en)


add_work("letters to followers", send_letters)
