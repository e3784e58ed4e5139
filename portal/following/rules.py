"""Following a part of the register: what can be followed, how and how often one is told, how long it is
tried."""

from datetime import datetime, timedelta
from enum import StrEnum

from portal.lib.said import Said, Worded
from portal.lib.text import Text

KEY_LONGEST = 300
URL_LONGEST = 500
MOST_OF_ACCOUNT, MOST_OF_ADDRESS = 50, 10
CONFIRM_WITHIN = timedelta(days=3)
ENTRIES_IN_LETTER = 40
ENTRIES_IN_DELIVERY = 100


class Sort(Worded):
    """What is followed. `heads` are the signed tree heads: whoever gets them is a witness of the log."""

    GI = "gi", Text("地理标志", "GI")
    PRODUCER = "producer", Text("生产者", "Producer")
    REGION = "region", Text("地区", "Region")
    SEARCH = "search", Text("目录检索", "Search of the catalogue")
    HEADS = "heads", Text("登记簿的签名树头", "Signed heads of the log")


class Channel(StrEnum):
    MAIL = "mail"
    WEBHOOK = "webhook"


class Pace(Worded):
    DAILY = "daily", Text("每天一封", "daily")
    WEEKLY = "weekly", Text("每周一封", "weekly")
    AT_ONCE = "at_once", Text("随时", "at once")


PACES_BY_MAIL = (Pace.DAILY, Pace.WEEKLY)
STEPS = {Pace.DAILY: timedelta(days=1), Pace.WEEKLY: timedelta(days=7), Pace.AT_ONCE: timedelta(0)}


class State(Said):
    ASKED = "asked", Text("等待确认", "Waiting to be confirmed"), "waiting"
    ACTIVE = "active", Text("订阅中", "Active"), "positive"
    PAUSED = "paused", Text("已暂停：送不到", "Paused: cannot be delivered"), "watch"
    ENDED = "ended", Text("已退订", "Ended"), "ended"


class DeliveryState(Said):
    WAITING = "waiting", Text("等待送达", "Waiting"), "waiting"
    DELIVERED = "delivered", Text("已送达", "Delivered"), "positive"
    GIVEN_UP = "given_up", Text("送不到，已停止重试", "Given up"), "negative"


class Fault(Worded):
    """Why a message did not arrive, as it is kept beside its delivery."""

    NO_NAME = "no_name", Text("查不到这个主机名", "the name of the host is not known")
    NOT_PUBLIC = "not_public", Text("主机不在公网上", "the host is not on the public network")
    NO_ANSWER = "no_answer", Text("连不上", "no connection")
    TOO_SLOW = "too_slow", Text("等了太久没有答复", "no answer in time")
    NOT_TRUSTED = "not_trusted", Text("HTTPS 证书不可信", "its HTTPS certificate is not trusted")
    REDIRECTED = "redirected", Text("要求跳转；不跟随跳转", "sent elsewhere; redirects are not followed")
    SAID_NO = "said_no", Text("没有收下（要答 2xx）", "not taken (a 2xx is)")
    NOT_TAKEN = "not_taken", Text("这个地址不能再用", "the address may no longer be used")


def fault_text(kept: str) -> Text:
    return Fault(kept).text if kept in set(Fault) else Text(kept, kept)


# After each failure; when they are used up the webhook is paused and its owner told.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 6 * 60, 12 * 60, 24 * 60))


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When a delivery that failed so many times is tried again; None when no more."""
    return now + WAITS[attempts - 1] if attempts <= len(WAITS) else None


def next_letter(pace: Pace, before: datetime, now: datetime) -> datetime:
    """The same time of the day as before, in the future: a job that was late does not shift it for good."""
    step = STEPS[pace]
    following = before + step
    while step and following <= now:
        following += step
    return following


def was_delivered(status: int) -> bool:
    return 200 <= status < 300
