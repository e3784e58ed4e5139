"""What the pages of applications and licences share: the visitor, forms in, messages after a redirect."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import request

from portal.errors import wants_json
from portal.lib.clock import NOT_A_DAY
from portal.lib.problems import RuleBroken
from portal.lib.text import Text


def day_typed(name: str, form: Mapping[str, str] | None = None) -> date | None:
    typed = (request.form if form is None else form).get(name, "").strip()
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise RuleBroken(Text("日期看不懂", "The day is not understood"), {name: NOT_A_DAY}) from None


@dataclass(frozen=True)
class Refused:
    """A form that was refused, to be shown again where it stood, with what was typed into it."""

    key: str
    message: Text
    fields: Mapping[str, Text]
    typed: Mapping[str, str]


def refused_in_place(key: str, refusal: RuleBroken) -> Refused:
    """For the page that holds the form `key`; a program gets the problem as it is."""
    if wants_json():
        raise refusal
    return Refused(key, refusal.message, refusal.fields, request.form)
