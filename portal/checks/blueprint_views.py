"""What the pages of checks share: the visitor, numbers and days typed."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from flask import request

from portal.checks.present import Station
from portal.lib.clock import NOT_A_DAY
from portal.lib.quantity import read_whole
from portal.lib.text import Text
from portal.pages import say_day

MOST_TYPED = 999_999


def number_typed(name: str, faults: dict[str, Text], what: Text) -> int:
    number = read_whole(request.form.get(name, ""))
    if number is None or number > MOST_TYPED:
        faults[name] = Text("{what}：请填整数，如 10", "{what}: give a whole number, such as 10").format(
            what=what
        )
    return number or 0


def day_typed(name: str, faults: dict[str, Text]) -> date | None:
    try:
        return date.fromisoformat(request.form.get(name, "").strip())
    except ValueError:
        faults[name] = NOT_A_DAY
        return None


def worded(line: Iterable[Station]) -> list[Station]:
    """The stations of a draw with their days in the reader’s words."""
    return [replace(one, on=say_day(one.on)) if one.on else one for one in line]
