"""Rate limits, counted in Redis where there is one and in the worker otherwise."""

from flask import Flask, request
from flask_limiter import Limiter

limiter = Limiter(key_func=lambda: request.remote_addr or "nobody", headers_enabled=True)


def init_app(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    app.config.setdefault("RATELIMIT_STORAGE_URI", settings.redis_url or "memory://")
    app.config.setdefault("RATELIMIT_STRATEGY", "sliding-window-counter")
    limiter.init_app(app)
