"""Roster lines and imports as the pages show them: names of places, states in words, points judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.lib.clock import end_of_day, instant_text
from portal.lib.text import Text
from portal.producers.models import Producer, RosterEntry
from portal.producers.points import AreaOfIndication
from portal.producers.queries import reasons_on
from portal.producers.rules import Reason
from portal.regions.naming import place_names

AUTHORISED = Text("已授权", "Authorised")
NOT_KNOWN = Text("未知", "unknown")


@dataclass(frozen=True)
class Line:
    """One row of the roster table."""

    entry: RosterEntry
    producer: Producer
    place: Text
    authorised: bool | None
    reason: Text
    inside: bool | None

    @property
    def tone(self) -> str:
        return "positive" if self.authorised else REASON_TONES.get(self.entry.unauthorised_reason, "neutral")

    @property
    def standing(self) -> Text:
        return AUTHORISED if self.authorised else self.reason


REASON_TONES = {
    Reason.APPLYING: "waiting",
    Reason.FAILS_STANDARD: "negative",
    Reason.REFUSED: "negative",
    Reason.CEASED: "ended",
}


def lines_of(
    rows: Sequence[tuple[RosterEntry, bool | None]], slug: str, day: date, today: date
) -> list[Line]:
    """The rows of a page; on a day gone by with the reason each bore then."""
    places = place_names(entry.adcode for entry, _ in rows)
    inside = _points(rows)
    then: dict[str, str] = {}
    if day < today:
        subjects = [f"roster:{slug}/{entry.producer.number}" for entry, _ in rows]
        then = reasons_on(subjects, instant_text(end_of_day(day)))
    return [
        Line(
            entry=entry,
            producer=entry.producer,
            place=places[entry.adcode],
            authorised=None if authorised is None else bool(authorised),
            reason=Reason(then.get(f"roster:{slug}/{entry.producer.number}", entry.unauthorised_reason)).text,
            inside=inside[at],
        )
        for at, (entry, authorised) in enumerate(rows)
    ]


def _points(rows: Sequence[tuple[RosterEntry, bool | None]]) -> list[bool | None]:
    points = [
        None if entry.producer.lon is None else (entry.producer.lon, entry.producer.lat) for entry, _ in rows
    ]
    if not any(points):
        # Nobody pays for the outlines of the country where there is no point to judge.
        return [None] * len(points)
    return AreaOfIndication(rows[0][0].indication_id).holds(points)
