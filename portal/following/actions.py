"""Beginning, confirming and ending to follow. An address that was only typed gets one letter, and nothing
more before whoever reads it has agreed."""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select

from portal import mail
from portal.accounts.models import Account
from portal.accounts.sign_in_rules import normalise_email
from portal.db import db
from portal.following import words  # noqa: F401 - gives the entries written here their words
from portal.following.keys import CONFIRM, key_for
from portal.following.models import Subscription
from portal.following.outside import read_target
from portal.following.rules import (
    CONFIRM_WITHIN,
    MOST_OF_ACCOUNT,
    MOST_OF_ADDRESS,
    PACES_BY_MAIL,
    STEPS,
    Channel,
    Pace,
    State,
)
from portal.following.topics import Topic
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.register.actions import PORTAL, record
from portal.register.queries import public_version

LETTER = Text(
    "有人（可能是您）请求用这个邮箱订阅：{name}（{pace}）。\n\n确认请打开：{url}\n\n三天内有效。不是您本人请不必理会，"
    "不会再有邮件。\n",
    "Somebody, perhaps you, asked to follow with this address: {name} ({pace}).\n\nTo confirm, open "
    "{url}\n\nIt "
    "works for three days. If it was not you, do nothing: no other letter will come.\n",
)
SUBJECT = Text("请确认订阅：{name}", "Please confirm: {name}")


def follow_with_account(account: Account, topic: Topic, pace: Pace, now: datetime) -> Subscription:
    """By mail to one's own account; its address was proven when it was opened."""
    found = _find(Subscription.account_id == account.id, topic, Channel.MAIL)
    if found is not None:
        return found
    _refuse_too_many(Subscription.account_id == account.id, MOST_OF_ACCOUNT)
    one = _begin(topic, Channel.MAIL, _by_mail(pace), account.language, State.ACTIVE, now)
    one.account_id, one.confirmed_at = account.id, now
    return _kept(one, account)


def follow_with_address(typed: str, topic: Topic, pace: Pace, language: str, now: datetime) -> None:
    """Ask the address whether it agrees. What comes of it does not tell whether it follows already."""
    email = normalise_email(typed)
    if "@" not in email[1:-1] or len(email) > 254 or any(c.isspace() for c in email):
        fault = Text("请写完整的邮箱地址", "Write a whole address")
        raise RuleBroken(fault, {"email": fault})
    found = _find(Subscription.email == email, topic, Channel.MAIL)
    if found is not None and (found.stands is State.ACTIVE or found.asked_at > now - timedelta(hours=1)):
        return
    if found is None:
        if _count(Subscription.email == email) >= MOST_OF_ADDRESS:
            return
        found = _begin(topic, Channel.MAIL, _by_mail(pace), language, State.ASKED, now)
        found.email = email
        _kept(found, None)
    found.asked_at, found.language = now, language
    url = f"{current_app.config['SETTINGS'].base_url}/follow/confirm/{key_for(found.id, CONFIRM)}"
    mail.send(
        email,
        SUBJECT.format(name=topic.name),
        LETTER.format(name=topic.name, pace=found.often.text, url=url),
        language,
    )


def add_webhook(account: Account, topic: Topic, typed: str, trying: bool, now: datetime) -> Subscription:
    url = read_target(typed, trying).url.geturl()
    mine = Subscription.account_id == account.id
    found = _find(mine & (Subscription.url == url), topic, Channel.WEBHOOK)
    if found is not None:
        return found
    _refuse_too_many(mine, MOST_OF_ACCOUNT)
    one = _begin(topic, Channel.WEBHOOK, Pace.AT_ONCE, account.language, State.ACTIVE, now)
    one.account_id, one.url, one.confirmed_at = account.id, url, now
    return _kept(one, account)


def _by_mail(pace: Pace) -> Pace:
    if pace not in PACES_BY_MAIL:
        fault = Text("请选择频率", "Choose how often")
        raise RuleBroken(fault, {"pace": fault})
    return pace


def _begin(
    topic: Topic, channel: Channel, pace: Pace, language: str, state: State, now: datetime
) -> Subscription:
    return Subscription(
        language=language, sort=topic.sort.value, key=topic.key, channel=channel.value, pace=pace.value,
        state=state.value, seen_n=public_version(), next_at=now + STEPS[pace], asked_at=now,
    )  # fmt: skip


def _kept(one: Subscription, account: Account | None) -> Subscription:
    db.session.add(one)
    db.session.flush()
    changes = {
        "what": {"from": None, "to": one.sort},
        "channel": {"from": None, "to": one.channel},
        "pace": {"from": None, "to": one.pace},
    }
    actor = account.as_actor() if account else PORTAL
    sealed = {"key": one.key, "email": one.email, "url": one.url}
    record(actor, "followed", one.subject, changes, public=False, sealed=sealed)
    return one


def _find(whose: object, topic: Topic, channel: Channel) -> Subscription | None:
    query = select(Subscription).where(
        whose,
        Subscription.sort == topic.sort.value,
        Subscription.key == topic.key,
        Subscription.channel == channel.value,
        Subscription.state != State.ENDED.value,
    )
    return db.session.scalar(query.limit(1))


def _count(whose: object) -> int:
    query = select(func.count(Subscription.id)).where(whose, Subscription.state != State.ENDED.value)
    return db.session.scalar(query) or 0


def _refuse_too_many(whose: object, most: int) -> None:
    if _count(whose) >= most:
        raise RuleBroken(
            Text("最多同时订阅 {n} 项", "At most {n} can be followed at a time").format(n=most),
            next_step=Text("先退订不再需要的", "First stop one that is no longer needed"),
        )


def confirm(one: Subscription, now: datetime) -> None:
    """Asked twice it is confirmed once; what was stopped stays stopped."""
    if one.stands is not State.ASKED:
        return
    one.state, one.confirmed_at, one.seen_n = State.ACTIVE.value, now, public_version()
    one.next_at = now + STEPS[one.often]
    record(
        PORTAL, "confirmed", one.subject, {"state": {"from": State.ASKED, "to": State.ACTIVE}}, public=False
    )


def stop(one: Subscription, now: datetime, account: Account | None = None) -> None:
    """End it and forget the typed address."""
    if one.stands is State.ENDED:
        return
    before = one.state
    one.state, one.ended_at, one.email = State.ENDED.value, now, None
    changes = {"state": {"from": before, "to": one.state}}
    record(account.as_actor() if account else PORTAL, "unfollowed", one.subject, changes, public=False)


def resume(account: Account, one: Subscription, now: datetime) -> None:
    """Go on where the deliveries stopped: nothing in between is lost."""
    if one.stands is State.PAUSED:
        one.state, one.next_at = State.ACTIVE.value, now
        changes = {"state": {"from": State.PAUSED, "to": State.ACTIVE}}
        record(account.as_actor(), "resumed", one.subject, changes, public=False)


def forget_unconfirmed(now: datetime) -> int:
    """Addresses that nobody confirmed are forgotten; how many."""
    query = select(Subscription).where(
        Subscription.state == State.ASKED.value, Subscription.asked_at < now - CONFIRM_WITHIN
    )
    old = list(db.session.scalars(query))
    for one in old:
        stop(one, now)
    return len(old)
