"""Who is asking: the browser with its session cookie, or the program with its token.

The cookie holds a random token and the database a digest of it, so that a session can be listed and
ended. A stranger, who has no cookie, costs no query.
"""

from datetime import datetime

import structlog
from flask import Flask, Request, Response, current_app, g, redirect, request, session, url_for
from flask_login import AnonymousUserMixin, LoginManager, current_user
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import update

from portal.accounts.models import AccessToken, Account, SignInSession
from portal.accounts.queries import find_session, find_token
from portal.accounts.rules import Scope, scopes_open_to
from portal.accounts.sign_in import may_sign_in
from portal.accounts.sign_in_rules import SEEN_AGAIN_AFTER
from portal.db import transaction
from portal.lib.clock import now, today
from portal.lib.problems import NotAllowed
from portal.lib.text import Text
from portal.register.actions import Actor

COOKIE_FIELD = "sign_in"
TOKEN_PATHS = ("/api/", "/ogc/")
READING = frozenset({"GET", "HEAD", "OPTIONS"})
# All that an official sees who has yet to set up the second factor.
OPEN_WITHOUT_SECOND_FACTOR = frozenset(
    {"static", "language.choose", "account.set_second_factor", "account.sign_out", "probes.alive"}
)

log = structlog.get_logger()
csrf = CSRFProtect()


class Stranger(AnonymousUserMixin):
    """Whoever has not signed in: no role, no region, nothing to name them by."""

    id = None
    role = None
    region = None
    organisation = None
    name = ""

    def as_actor(self) -> Actor:
        return Actor("visitor")


def init_app(app: Flask) -> None:
    manager = LoginManager()
    manager.anonymous_user = Stranger
    # Our own row tells whether a session lives; a second check on address and browser would end
    # sessions of people whose network changes its address.
    manager.session_protection = None
    manager.init_app(app)
    manager.request_loader(_load)
    # Checked below and not by the extension: a program that shows a token carries no form.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    csrf.init_app(app)
    app.before_request(_hold_to_scopes)
    app.before_request(_check_form)
    app.before_request(_ask_for_second_factor)
    app.after_request(_note_visit)


def _load(asked: Request) -> Account | None:
    header = asked.headers.get("Authorization", "")
    if header[:7].lower() == "bearer " and asked.path.startswith(TOKEN_PATHS):
        return _by_token(header[7:].strip())
    token = session.get(COOKIE_FIELD)
    return _by_cookie(token) if token else None


def _by_cookie(token: str) -> Account | None:
    moment = now()
    row = find_session(token, moment)
    if row is None or not may_sign_in(row.account, current_app.config["SETTINGS"].demo):
        return None
    g.sign_in_session = row.id
    g.visit_to_note = _stale(SignInSession, "last_seen_at", row.id, row.last_seen_at, moment)
    return row.account


def _by_token(token: str) -> Account | None:
    row = find_token(token, today())
    if row is None or not may_sign_in(row.account, current_app.config["SETTINGS"].demo):
        return None
    # What the role no longer allows, a token made earlier does not allow either.
    g.token_scopes = frozenset(row.scopes) & frozenset(scopes_open_to(row.account.role))
    g.visit_to_note = _stale(AccessToken, "last_used_at", row.id, row.last_used_at, now())
    return row.account


def _stale(table: type, column: str, number: int, last: datetime | None, moment: datetime) -> tuple | None:
    return None if last and moment - last < SEEN_AGAIN_AFTER else (table, column, number, moment)


def _hold_to_scopes() -> None:
    """A token reads only with the scope for reading, and changes nothing without one for changing."""
    if "Authorization" not in request.headers or not current_user.is_authenticated:
        return
    scopes = g.get("token_scopes")
    if scopes is None:
        return
    if current_user.must_set_second_factor(current_app.config["SETTINGS"].demo):
        raise NotAllowed(Text("请先登录并设置两步验证", "Sign in and set up the second factor first"))
    if request.method in READING:
        require_scope(Scope.READ)
    elif not scopes - {Scope.READ}:
        raise NotAllowed(_ONLY_READS, next_step=_WIDER)


def require_scope(scope: Scope) -> None:
    """Refuse a token that was not given this scope. Someone signed in at a browser has all of theirs."""
    scopes = g.get("token_scopes")
    if scopes is not None and scope not in scopes:
        raise NotAllowed(_TOO_NARROW.format(scope=scope.text), next_step=_WIDER)


_ONLY_READS = Text("这个令牌只能读取", "This token only reads")
_WIDER = Text(
    "在“我的账号—访问令牌”中新建一个有这个范围的令牌",
    "Make one with that scope under My account, Access tokens",
)
_TOO_NARROW = Text("这个令牌没有“{scope}”的范围", "This token lacks the scope “{scope}”")


def _check_form() -> None:
    if not current_app.config["WTF_CSRF_ENABLED"] or request.method in READING:
        return
    # Where programs write, only a token counts (portal/api/writing.py): a cookie does nothing there, so there
    # is no form to check, and whoever sends no token or one that ended is told so.
    if request.path.startswith(TOKEN_PATHS):
        return
    csrf.protect(apply_exemptions=True)


def _ask_for_second_factor() -> Response | None:
    if request.endpoint is None or request.endpoint in OPEN_WITHOUT_SECOND_FACTOR or not session:
        return None
    if not current_user.is_authenticated:
        return None
    if current_user.must_set_second_factor(current_app.config["SETTINGS"].demo):
        return redirect(url_for("account.set_second_factor"))
    return None


def _note_visit(response: Response) -> Response:
    """When somebody was last here, noted once a minute at most and after the answer has left."""
    visit = g.pop("visit_to_note", None)
    if visit is not None:
        app = current_app._get_current_object()
        response.call_on_close(lambda: _note(app, *visit))
    return response


def _note(app: Flask, table: type, column: str, number: int, moment: datetime) -> None:
    with app.app_context():
        try:
            with transaction() as work:
                work.execute(
                    update(table)
                    .where(table.id == number)
                    .values({column: moment})
                    .execution_options(synchronize_session=False)
                )
        except Exception:  # Not worth an error: the next visit notes it.
            log.exception("visit_not_noted")
