"""What "document/place" in a fact means to a reader: the title, the place in it, and where it is listed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.catalogue.queries import documents_by_id
from portal.lib.text import Text


@dataclass(frozen=True)
class Cited:
    text: Text
    url: str
    support: str | None


class Sources:
    """Every document that these facts cite, read in one query."""

    def __init__(self, *facts: object):
        cited = {citation.partition("/")[0] for citation in _citations(facts)}
        self._documents = {key: document.facts for key, document in documents_by_id(cited).items()}

    def cite(self, citations: Iterable[str]) -> list[Cited]:
        return [self._cite(citation) for citation in citations]

    def all(self) -> list[Cited]:
        return self.cite(sorted(self._documents))

    def _cite(self, citation: str) -> Cited:
        key, _, place_key = citation.partition("/")
        document = self._documents.get(key, {})
        title = document.get("title", {"zh": key, "en": key})
        place = document.get("places", {}).get(place_key)
        text = Text(title["zh"], title["en"])
        if place:
            text = Text(f"{title['zh']}，{place['zh']}", f"{title['en']}, {place['en']}")
        return Cited(text, sources_address(key), document.get("kind"))


def sources_address(document: str) -> str:
    return f"/about/sources#{document}"


def _citations(value: object) -> Iterable[str]:
    """Everything under a key `sources`, however deep."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            if name == "sources":
                yield from one
            else:
                yield from _citations(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _citations(one)
