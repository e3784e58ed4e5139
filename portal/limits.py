"""Rate limits, counted in Redis where there is one and in the worker otherwise."""

import time

from flask import Flask, Response, request
from flask_limiter import Limiter

limiter = Limiter(key_func=lambda: request.remote_addr or "nobody", headers_enabled=False)


def init_app(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    app.config.setdefault("RATELIMIT_STORAGE_URI", settings.redis_url or "memory://")
    app.config.setdefault("RATELIMIT_STRATEGY", "sliding-window-counter")
    # A Redis that went away must not take the portal with it: each worker counts for itself meanwhile.
    app.config.setdefault("RATELIMIT_IN_MEMORY_FALLBACK_ENABLED", True)
    limiter.init_app(app)
    app.after_request(_say_what_is_left)


def _say_what_is_left(response: Response) -> Response:
    """The headers of draft-ietf-httpapi-ratelimit-headers, and Retry-After on every 429."""
    current = limiter.current_limit
    if current is None:
        return response
    seconds = max(1, current.reset_at - int(time.time()))
    allowed, window = current.limit.amount, current.limit.get_expiry()
    response.headers["RateLimit-Policy"] = f'"default";q={allowed};w={window}'
    response.headers["RateLimit"] = f'"default";r={max(0, current.remaining)};t={seconds}'
    if response.status_code == 429:
        response.headers["Retry-After"] = str(seconds)
    return response
