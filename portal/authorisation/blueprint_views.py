"""What the pages of applications and licences share: the visitor, forms in, messages after a redirect."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import request
from werkzeug.datastructures import MultiDict

from portal.errors import wants_json, words_in
from portal.lib.clock import NOT_A_DAY
from portal.lib.problems import NotAllowed, Outdated, Problem, RuleBroken
from portal.lib.text import Text


def day_typed(name: str, unread: dict[str, Text]) -> date | None:
    """The day in that field; one that is not understood is noted in `unread`, to be said with the rest."""
    typed = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        unread[name] = NOT_A_DAY
        return None


@dataclass(frozen=True)
class Refused:
    """A form that was refused, to be shown again where it stood, with what was typed into it."""

    key: str
    message: Text
    fields: Mapping[str, Text]
    typed: MultiDict[str, str]
    status: int = 400
    next_step: Text | None = None

    @property
    def words(self) -> list[str]:
        """What was written, for where the form itself is offered no more."""
        return words_in(list(self.typed.items(multi=True)))


# Whoever sees the page may read there why it was refused. What is not found has no page to be shown on.
REFUSALS = (RuleBroken, NotAllowed, Outdated)


def refused_in_place(key: str, refusal: Problem) -> Refused:
    """For the page that holds the form `key`; a program gets the problem as it is."""
    if wants_json():
        raise refusal
    return Refused(key, refusal.message, refusal.fields, request.form, refusal.status, refusal.next_step)
