"""Puts the portal together. Knows every room; nothing but wsgi.py and the commands imports it."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config import ROOT, Settings, read_settings
from portal import (
    access,
    cli,
    errors,
    fresh,
    headers,
    language,
    limits,
    logs,
    pages,
    posted,
    probes,
    replica,
    static_files,
)
from portal.accounts import sessions
from portal.api import at_the_desk as check
from portal.db import READING, db
from portal.front import FrontDesk
from portal.rooms import BLUEPRINTS
from portal.turns import OneAtATime

MAX_REQUEST_BYTES = 60 * 1024 * 1024


class Migrations:
    """Stands in for Flask-Migrate until a command asks for it: with all that it brings it would be a tenth of
    the memory of a web worker, which never migrates."""

    def __init__(self, app: Flask):
        self._app = app

    def __getattr__(self, name: str) -> object:
        from flask_migrate import Migrate

        # It puts its own into our place.
        Migrate(self._app, db, directory=str(ROOT / "portal" / "migrations"), render_as_batch=True)
        return getattr(self._app.extensions["migrate"], name)


def create_app(settings: Settings | None = None) -> Flask:
    settings = settings or read_settings()
    app = Flask(
        "portal", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "portal" / "static")
    )
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_keys[1:]),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings.database_url),
        SQLALCHEMY_BINDS=_binds(settings.read_database_url),
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SESSION_COOKIE_NAME="portal",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        **settings.extra,
    )
    # Chinese as Chinese, fields in the order of their schema, no blanks: half the bytes on the wire.
    app.json.ensure_ascii, app.json.sort_keys, app.json.compact = False, False, True
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    replica.init_app(app)
    app.extensions["migrate"] = Migrations(app)
    # The order matters: a request gets its number first, its language next, then meets the gate.
    first = (logs, headers, language, sessions, limits, access)
    for part in (*first, fresh, posted, static_files, pages, errors, probes, cli):
        part.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    _put_before(app, settings)
    return app


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


def _engine_options(url: str) -> dict[str, object]:
    if url.startswith("sqlite"):
        return {}
    # A machine that is gone does not even refuse: a reader must not wait long to find that out.
    waits = {"connect_timeout": 3}
    return {"pool_size": 5, "max_overflow": 10, "connect_args": waits}


def _binds(url: str | None) -> dict[str, object]:
    return {READING: {"url": url, **_engine_options(url)}} if url else {}
