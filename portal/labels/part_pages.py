"""The page of a piece of a set: what is typed into any of its forms comes back to it."""

from collections.abc import Mapping

from flask import render_template

from portal.labels import present
from portal.labels.models import LabelPart
from portal.labels.queries import papers_of, sheets_of
from portal.labels.rules import MOST_AT_ONCE, PartState
from portal.lib.clock import today
from portal.lib.text import Text
from portal.papers.files import ACCEPT


def part_page(
    part: LabelPart, typed: Mapping[str, str], faults: Mapping[str, Text], printing: bool = False
) -> str:
    """`printing` tells that it was the form for printing that was refused."""
    nothing: Mapping[str, str] = {}
    return render_template(
        "labels/part.html",
        part=part,
        typed=nothing if printing else typed,
        faults={} if printing else faults,
        print_typed=typed if printing else {"first": part.first, "last": part.last},
        print_faults=faults if printing else {},
        ends=[(state.value, text) for state, text in present.ENDS.items()],
        papers=papers_of([part.id]).get(part.id, []),
        sheets=sheets_of(part.id),
        at_once=MOST_AT_ONCE,
        accept=ACCEPT,
        held=part.stands is PartState.HELD,
        present=present,
        today=today(),
    )
