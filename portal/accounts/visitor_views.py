"""Whoever is at work on a page of their own: who it is, what the page showed, what is told
after a redirect; nobody keeps it."""

from flask import Response, flash, request
from flask_login import current_user

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.language import current_language
from portal.lib.problems import NotAllowed
from portal.lib.text import Text


def me() -> Account:
    return current_user._get_current_object()


def only_producers() -> None:
    """Before every request to what belongs to producers."""
    if me().role is not Role.PRODUCER:
        raise NotAllowed(Text("这一页给生产者用", "This page is for producers"))


def version_seen() -> int:
    """The state of what was acted on, as the page showed it; a form without one is older than any."""
    typed = request.form.get("version", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0


def tell(text: Text, kind: str = "success") -> None:
    """A message for the page that follows the redirect."""
    flash(text.say(current_language()), kind)


def keep_nowhere(response: Response) -> Response:
    """Neither a browser nor a proxy may keep the page: it is one person's, and often about others."""
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response
