"""Rate limits, counted in Redis where there is one and in the worker otherwise."""

from flask import Flask, request
from flask_limiter import Limiter

limiter = Limiter(key_func=lambda: request.remote_addr or "nobody", headers_enabled=True)


def init_app(app: Flask) -> None:
    address = app.config["SETTINGS"].redis_url or "memory://"
    # The library that counts calls a Redis on a Unix socket by another scheme than Redis does.
    storage = f"redis+{address}" if address.startswith("unix://") else address
    app.config.setdefault("RATELIMIT_STORAGE_URI", storage)
    app.config.setdefault("RATELIMIT_STRATEGY", "sliding-window-counter")
    limiter.init_app(app)
