"""Opens the portal: what every request meets, and every room."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings
from portal import (
    access,
    errors,
    fresh,
    headers,
    language,
    limits,
    pages,
    probes,
    ready,
    replica,
    static_files,
)
from portal.accounts import sessions
from portal.api import at_the_desk as check
from portal.front import FrontDesk
from portal.rooms import BLUEPRINTS
from portal.turns import OneAtATime


def open_all(app: Flask) -> None:
    # The order matters: a request has its number, gets its language next, then meets the gate.
    for part in (
        headers,
        language,
        sessions,
        limits,
        access,
        fresh,
        static_files,
        pages,
        errors,
        probes,
        ready,
    ):
        part.init_app(app)
    ready.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    _put_before(app, app.config["SETTINGS"])


def _put_before(app: Flask, settings: Settings) -> None:
    """What a request meets before the first hook, the last one here first."""
    if settings.read_database_url:
        app.wsgi_app = replica.SecondChance(app.wsgi_app)
    app.wsgi_app = FrontDesk(app, {check.PATH: check.answer})
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
    if settings.database_url.startswith("sqlite"):
        app.wsgi_app = OneAtATime(app.wsgi_app)
