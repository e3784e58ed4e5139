"""Before a web server opens its door: the pages that strangers open first are made once, for all its workers.

Workers are copies of the process that did this, so each starts with templates read, the catalogue in memory
and these answers kept, and the memory is shared. Nothing of the database may stay open: a connection
that two processes use is broken.
"""

import gc
from time import perf_counter

import structlog
from werkzeug.test import EnvironBuilder, run_wsgi_app

from portal.app import Portal
from portal.db import db
from portal.serving.names import MADE_AHEAD

log = structlog.get_logger()

PAGES = ("/", "/gi/", "/map", "/verify", "/ratios/", "/brands/", "/log/", "/account/sign-in")
FIRST_GI = "/api/v1/gis?per_page=1"
POINT = "/api/v1/locate?lon=105&lat=37"


def warm(app: Portal) -> None:
    """What goes wrong here is told again when a reader asks for it: the door opens all the same."""
    began = perf_counter()
    if app.extensions["ready"] is not None:
        app.extensions["ready"].begin_anew()
    try:
        if _ask(app, PAGES[0]) is not None:
            _make_first_pages(app)
            log.info("first_pages_made", seconds=round(perf_counter() - began, 1))
    except Exception:
        log.exception("warming_failed")
    finally:
        _let_go_of_the_database(app)
    gc.collect()
    # Looked through for garbage, a page of memory is no longer shared.
    gc.freeze()


def _make_first_pages(app: Portal) -> None:
    for page in (*PAGES[1:], POINT):
        _ask(app, page)
    found = _ask(app, FIRST_GI)
    for gi in app.json.loads(found)["items"] if found else ():
        for address in ("/gi/", "/api/v1/gis/"):
            _ask(app, address + gi["slug"])


def _ask(app: Portal, address: str) -> bytes | None:
    path, _, query = address.partition("?")
    environ = EnvironBuilder(
        path=path,
        query_string=query,
        base_url=app.config["SETTINGS"].base_url,
        environ_overrides={MADE_AHEAD: True},
    ).get_environ()
    parts, status, _ = run_wsgi_app(app, environ, buffered=True)
    return b"".join(parts) if status.startswith("200") else None


def _let_go_of_the_database(app: Portal) -> None:
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
