"""What the links in letters carry: which subscription and what for, sealed with the portal's secret."""

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from portal.following.rules import CONFIRM_WITHIN
from portal.lib.problems import NotFound
from portal.lib.text import Text

CONFIRM, STOP = "confirm", "stop"
NOT_GOOD = Text("链接不完整或已过期", "The link is incomplete or has run out")


def _seal(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=f"following-{purpose}")


def key_for(number: int, purpose: str) -> str:
    return _seal(purpose).dumps(number)


def read_key(key: str, purpose: str) -> int:
    """A key to confirm runs out; one to stop never does, for it must work in an old letter."""
    most = int(CONFIRM_WITHIN.total_seconds()) if purpose == CONFIRM else None
    try:
        return int(_seal(purpose).loads(key[:300], max_age=most))
    except BadSignature:
        raise NotFound(NOT_GOOD, next_step=Text("可以重新订阅", "You may follow it again")) from None
