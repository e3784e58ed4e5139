"""How often one asker may have the API work for them.

Answers that a worker kept ready cost nothing and are not counted, nor is this machine itself. A program
that shows a token is counted by its account, anyone else by address.
"""

from collections.abc import Mapping

from flask import current_app, request
from flask_login import current_user

from portal.limits import counted, limiter

GENEROUS = "1200 per minute"


def _allowed() -> str:
    return _stated_in(current_app.config)


def _stated_in(config: Mapping[str, object]) -> str:
    return config.get("API_LIMIT", GENEROUS)


def _asker() -> str:
    if "Authorization" in request.headers and current_user.is_authenticated:
        return f"account {current_user.id}"
    return f"address {request.remote_addr}"


THIS_MACHINE = ("127.0.0.1", "::1")
SCOPE = "api"


def _from_this_machine() -> bool:
    return request.remote_addr in THIS_MACHINE


api_limit = limiter.shared_limit(_allowed, scope=SCOPE, key_func=_asker, exempt_when=_from_this_machine)


def count_stranger(address: str, config: Mapping[str, object]) -> list[tuple[str, str]] | None:
    """The same count for a stranger whom the front desk answers; None: this one has asked too often."""
    return [] if address in THIS_MACHINE else counted(_stated_in(config), f"address {address}", SCOPE)
