"""A producer as the public sees it: firms by name, persons only with their consent, others not at all."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.lib.clock import today
from portal.producers import words as _words  # noqa: F401 - teaches the log what producers are called
from portal.producers.models import Producer, RosterEntry
from portal.producers.panels import panels_of
from portal.producers.queries import get_public_producer, rosters_of
from portal.producers.rules import stands_on
from portal.regions.naming import place_names
from portal.regions.rules import county_of
from portal.register.models import Entry
from portal.register.queries import history_of
from portal.register.views import describe_all

blueprint = Blueprint("producers", __name__)

LATEST_ENTRIES = 20


@blueprint.get("/producers/<number>")
def show(number: str) -> ResponseReturnValue:
    producer = get_public_producer(number.upper())
    if producer.number != number:
        return redirect(url_for("producers.show", number=producer.number), 301)
    county = county_of(producer.adcode)
    entries = rosters_of(producer)
    day = today()
    return render_template(
        "producers/show.html",
        producer=producer,
        county=place_names([county])[county],
        rosters=entries,
        places=place_names(county_of(entry.adcode) for entry in entries),
        now_on=[entry for entry in entries if stands_on(entry.from_on, entry.ended_on, day)],
        panels=panels_of(producer),
        history=describe_all(_history(producer, entries)),
        day=day,
    )


def _history(producer: Producer, entries: list[RosterEntry]) -> list[Entry]:
    """What the log says in public of a producer and of its lines on rosters, the newest first."""
    subjects = {producer.subject, *(f"roster:{e.indication.slug}/{producer.number}" for e in entries)}
    found = [entry for subject in sorted(subjects) for entry in history_of(subject)]
    return sorted(found, key=lambda entry: -entry.n)[:LATEST_ENTRIES]
