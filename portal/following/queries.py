"""Everything that reads subscriptions. One's own are there; others are not."""

from sqlalchemy import Select, select

from portal.accounts.models import Account
from portal.db import db
from portal.following.models import Delivery, Subscription
from portal.following.rules import DeliveryState, State
from portal.following.topics import Topic, get_topic
from portal.lib.problems import NotFound
from portal.lib.text import Text


def followed_by(account: Account) -> list[Subscription]:
    query = select(Subscription).where(
        Subscription.account_id == account.id, Subscription.state != State.ENDED.value
    )
    return list(db.session.scalars(query.order_by(Subscription.id.desc())))


def get_own(account: Account, number: int) -> Subscription:
    one = db.session.get(Subscription, number)
    if one is None or one.account_id != account.id:
        raise NotFound(Text("您没有这项订阅", "You follow no such thing"))
    return one


def get_subscription(number: int) -> Subscription:
    one = db.session.get(Subscription, number)
    if one is None:
        raise NotFound(Text("没有这项订阅", "There is no such subscription"))
    return one


def topic_of(one: Subscription) -> Topic:
    """What is followed, as it is called now; what is no longer public keeps its key for a name."""
    try:
        return get_topic(one.sort, one.key)
    except NotFound:
        return Topic(one.what, one.key, Text(one.key, one.key), "/gi/")


def deliveries_of(one: Subscription) -> Select[tuple[Delivery]]:
    return select(Delivery).where(Delivery.subscription_id == one.id).order_by(Delivery.id.desc())


def has_failed(one: Subscription) -> bool:
    """Whether a message was tried in vain and waits for its next time."""
    waiting = (Delivery.state == DeliveryState.WAITING.value) & Delivery.error.is_not(None)
    return db.session.scalar(deliveries_of(one).where(waiting).limit(1)) is not None


def get_delivery(one: Subscription, number: str) -> Delivery:
    found = db.session.scalar(
        select(Delivery).where(Delivery.subscription_id == one.id, Delivery.number == number)
    )
    if found is None:
        raise NotFound(Text("没有这次送达", "There is no such delivery"))
    return found
