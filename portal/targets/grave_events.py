"""The condition of a zone that no grave event happened in three years. Supervision stands above this room; it
says here what it knows of a GI. What officials state with a document stands in the facts of the zone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from portal.lib.text import Text


@dataclass(frozen=True)
class GraveEvents:
    """How many are on public record since a day; `kept_since` is the first day of those records."""

    count: int
    kept_since: date | None
    said: Text | None = None
    url: str | None = None


_known: list[Callable[[int, date, date], GraveEvents | None]] = []


def provide_grave_events(load: Callable[[int, date, date], GraveEvents | None]) -> None:
    """Called once by a room above: `load(indication_id, first day, last day)`, from public records alone."""
    _known.append(load)


def grave_events_of(indication_id: int, first: date, last: date) -> GraveEvents | None:
    """All that is known together: the sum, since the day from which all records are kept."""
    found = [one for load in _known if (one := load(indication_id, first, last)) is not None]
    if not found:
        return None
    since = [one.kept_since for one in found]
    return GraveEvents(
        sum(one.count for one in found),
        None if None in since else max(since),
        next((one.said for one in found if one.said), None),
        next((one.url for one in found if one.url), None),
    )
