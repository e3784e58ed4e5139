"""Rate limits, counted in Redis where there is one and in the worker otherwise."""

import time
from math import ceil

from flask import Flask, Response, request
from flask_limiter import Limiter
from limits import RateLimitItem, parse

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
    response.headers.extend(_told(current.limit, current.remaining, current.reset_at))
    if response.status_code == 429:
        response.headers["Retry-After"] = str(_seconds_to(current.limit, current.reset_at))
    return response


def _told(limit: RateLimitItem, remaining: int, reset_at: float) -> list[tuple[str, str]]:
    return [
        ("RateLimit-Policy", f'"default";q={limit.amount};w={limit.get_expiry()}'),
        ("RateLimit", f'"default";r={max(0, remaining)};t={_seconds_to(limit, reset_at)}'),
    ]


def _seconds_to(limit: RateLimitItem, reset_at: float) -> int:
    """Whole ones, never past the end of a window: the extension says the second after it."""
    return min(limit.get_expiry(), max(1, ceil(reset_at - time.time())))


def counted(limit: str, asker: str, scope: str) -> list[tuple[str, str]] | None:
    """Count a request that was answered before the extension saw it, in the extension's own books. The
    headers that say what is left; None where nothing is or the books are not to be had."""
    if not limiter.enabled:
        return []
    item = parse(limit)
    try:
        if not limiter.limiter.hit(item, asker, scope):
            return None
        left = limiter.limiter.get_window_stats(item, asker, scope)
    except limiter.storage.base_exceptions:
        return None
    return _told(item, left.remaining, left.reset_time)
