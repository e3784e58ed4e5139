"""Puts the portal together. Knows every room; nothing but wsgi.py and the commands imports it."""

from threading import RLock

from flask import Flask
from flask.templating import DispatchingJinjaLoader
from jinja2 import Environment
from werkzeug.routing import Map

from config import ROOT, Settings, read_settings
from portal import cli, logs, posted, replica
from portal.db import READING, db

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


class Portal(Flask):
    """Its rooms - every page, and what stands around pages - are opened when the first address or template
    is asked for, or before: a command about the database alone begins in half the time without them."""

    _opening = RLock()
    _opened = True

    def __init__(self, *args: object, **more: object):
        super().__init__(*args, **more)
        self._opened = False

    def open_rooms(self) -> None:
        with self._opening:
            if not self._opened:
                self._opened = True
                from portal.opening import open_all

                open_all(self)

    def __call__(self, environ: dict, start_response: object) -> object:
        if not self._opened:
            self.open_rooms()
        return self.wsgi_app(environ, start_response)

    @property
    def url_map(self) -> Map:
        if not self._opened:
            self.open_rooms()
        return self._url_map

    @url_map.setter
    def url_map(self, addresses: Map) -> None:
        self._url_map = addresses

    def create_global_jinja_loader(self) -> "Templates":
        return Templates(self)

    def make_shell_context(self) -> dict:
        self.open_rooms()
        return super().make_shell_context()


class Templates(DispatchingJinjaLoader):
    def get_source(self, environment: Environment, template: str) -> tuple:
        """Words and signs of all rooms may stand in any template."""
        self.app.open_rooms()
        return super().get_source(environment, template)


def create_app(settings: Settings | None = None, opened: bool = True) -> Portal:
    settings = settings or read_settings()
    app = Portal(
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
    # A request gets its number first (portal/opening.py goes on with what it meets).
    for part in (logs, posted, cli):
        part.init_app(app)
    if opened:
        app.open_rooms()
    return app


def _engine_options(url: str) -> dict[str, object]:
    if url.startswith("sqlite"):
        return {}
    # A machine that is gone does not even refuse: a reader must not wait long to find that out.
    waits = {"connect_timeout": 3}
    return {"pool_size": 5, "max_overflow": 10, "connect_args": waits}


def _binds(url: str | None) -> dict[str, object]:
    return {READING: {"url": url, **_engine_options(url)}} if url else {}
