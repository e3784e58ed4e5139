"""How often one asker may have the API work for them.

Answers that a worker kept ready cost nothing and are not counted, nor is this machine itself. A program
that shows a token is counted by its account, anyone else by address.
"""

from flask import current_app, request
from flask_login import current_user

from portal.limits import limiter

GENEROUS = "1200 per minute"


def _allowed() -> str:
    return current_app.config.get("API_LIMIT", GENEROUS)


def _asker() -> str:
    if "Authorization" in request.headers and current_user.is_authenticated:
        return f"account {current_user.id}"
    return f"address {request.remote_addr}"


def _from_this_machine() -> bool:
    return request.remote_addr in ("127.0.0.1", "::1")


api_limit = limiter.shared_limit(_allowed, scope="api", key_func=_asker, exempt_when=_from_this_machine)
