"""What the pages under /account share: the blueprint, the visitor, the message after a redirect."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, redirect, request, session, url_for

from portal.accounts.models import Account
from portal.accounts.rules import STAFF, Role
from portal.accounts.secrets import verify_password
from portal.accounts.sessions import COOKIE_FIELD
from portal.accounts.sign_in import (
    Visit,
    begin_session,
    begins_to_rest,
    count_attempt,
    renew_old_hash,
    take_back_attempt,
    tell_of_lock,
)
from portal.accounts.visitor_views import keep_nowhere, me
from portal.db import transaction
from portal.lib.clock import now

blueprint = Blueprint("account", __name__, url_prefix="/account")


blueprint.after_request(keep_nowhere)


def in_demo() -> bool:
    return current_app.config["SETTINGS"].demo


def absolute(endpoint: str, **values: object) -> str:
    """An address for a letter: it names the portal as the operator does, not as the request did."""
    return current_app.config["SETTINGS"].base_url + url_for(endpoint, **values)


def own_path(target: str | None) -> str | None:
    """The address if it leads to a page of ours, and nothing for any other."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    clean = target.isprintable() and "\\" not in target
    return target if clean and not parts.scheme and not parts.netloc else None


def password_is_right(account: Account | None, password: str) -> bool:
    """Judge a password; each attempt is stored before it is judged (see sign_in.py)."""
    with transaction():
        failures = count_attempt(account, now()) if account else None
    stored = account.password_hash if failures is not None else None
    if verify_password(stored, password):
        with transaction():
            take_back_attempt(account)
            renew_old_hash(account, password)
        return True
    if begins_to_rest(failures):
        with transaction():
            tell_of_lock(account)
    return False


def present_password_is_right(password: str) -> bool:
    """For steps that ask again for the password of the person who is signed in."""
    return password_is_right(me(), password)


def enter(account: Account, target: str | None) -> Response:
    """Let somebody in at this browser, under a new token: one fixed beforehand is worth nothing."""
    visit = Visit(request.remote_addr or "", request.user_agent.string)
    with transaction():
        token = begin_session(account, visit, now())
    session.clear()
    session[COOKIE_FIELD] = token
    return redirect(own_path(target) or first_page(account))


def first_page(account: Account) -> str:
    """Where somebody begins who came for nothing in particular: at the work, not at the account."""
    if account.role is Role.ADMIN:
        return url_for("people.show_list")
    return url_for("office.show" if account.role in STAFF else "workbench.show")
