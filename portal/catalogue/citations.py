"""What rests on each document: every room that keeps facts says once how they are read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from portal.catalogue.models import Document
from portal.catalogue.queries import names_and_facts, vain_searches
from portal.catalogue.rules import Kind
from portal.catalogue.tracks import TRACKS
from portal.lib.text import Text


@dataclass(frozen=True)
class Holder:
    """One thing that rests on documents: its name, its page and its facts in the shape of the files."""

    name: Text
    url: str | None
    facts: Mapping[str, object]


@dataclass
class Resting:
    """Under one heading, the things that cite a document, each with the places it cites."""

    title: Text
    items: dict[str, tuple[Text, str | None, list[str]]] = field(default_factory=dict)


_rooms: dict[str, tuple[Text, Callable[[], Iterable[Holder]]]] = {}


def add_citing(key: str, title: Text, load: Callable[[], Iterable[Holder]]) -> None:
    """Called once by a room for each kind of thing it keeps with sources."""
    _rooms[key] = (title, load)


def what_rests(documents: Mapping[str, Document]) -> dict[str, list[Resting]]:
    """For each document, everything of every room that cites it."""
    found: dict[str, dict[str, Resting]] = {key: {} for key in documents}
    for kind, (title, load) in _rooms.items():
        for number, holder in enumerate(load()):
            for source in dict.fromkeys(sources_in(holder.facts)):
                key, _, place = source.partition("/")
                if key in found:
                    resting = found[key].setdefault(kind, Resting(title))
                    entry = resting.items.setdefault(holder.url or str(number), (holder.name, holder.url, []))
                    if place and place not in entry[2]:
                        entry[2].append(place)
    return {key: list(kinds.values()) for key, kinds in found.items()}


def sources_in(facts: object) -> Iterable[str]:
    """Every source anywhere in the facts, as written: "document" or "document/place"."""
    if isinstance(facts, Mapping):
        yield from facts.get("sources", ())
        for value in facts.values():
            yield from sources_in(value)
    elif isinstance(facts, list):
        for value in facts:
            yield from sources_in(value)


def _gis() -> Iterable[Holder]:
    for slug, zh, en, facts in names_and_facts():
        yield Holder(Text(zh, en), f"/gi/{slug}", facts)


def _searches() -> Iterable[Holder]:
    for search in vain_searches():
        name = search.facts["name"]
        yield Holder(Text(name["zh"], name["en"]), f"/about/sources#{search.id}", search.facts)


def _tracks() -> Iterable[Holder]:
    """The law behind each kind of protection, as "which mark is genuine" answers from it."""
    for kind, track in TRACKS.items():
        sources = [source for basis in track.bases for source in basis.sources]
        yield Holder(Kind(kind).text, f"/gi/?kind={kind}", {"sources": sources})


add_citing("gi", Text("地理标志", "GIs"), _gis)
add_citing("track", Text("哪种标志是真的", "Which mark is genuine"), _tracks)
add_citing("search", Text("查而未得", "Looked for in vain"), _searches)
