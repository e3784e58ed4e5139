"""Sources as numbered notes: a quiet mark beside each fact, the document in full at the foot of the page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from portal.catalogue.models import Document
from portal.catalogue.rules import SUPPORT_NAMES
from portal.lib.text import Text

BETWEEN = Text(" · ", " · ")


@dataclass(frozen=True)
class Note:
    """One mark beside a fact: the number of its document, and the words a pointer rests on."""

    number: int
    text: Text
    url: str
    support: str


@dataclass
class Footnote:
    number: int
    document: str
    title: Text
    issuer: Text | None
    support: Text
    date: str | None
    places: list[Text] = field(default_factory=list)


class Footnotes:
    """Numbers the documents of one page in the order in which the page cites them."""

    def __init__(self, documents: Mapping[str, Document]):
        self._documents = documents
        self._notes: dict[str, Footnote] = {}

    def cite(self, sources: Iterable[str] | None) -> list[Note]:
        """The marks for these sources, each "document" or "document/place"."""
        return [note for source in sources or () if (note := self._cite(source))]

    def _cite(self, source: str) -> Note | None:
        key, _, place_key = source.partition("/")
        document = self._documents.get(key)
        if document is None:
            return None
        footnote = self._notes.setdefault(key, self._new(key, document))
        place = place_text(document, place_key)
        if place and place not in footnote.places:
            footnote.places.append(place)
        text = join(footnote.title, place) if place else footnote.title
        return Note(footnote.number, text, f"#source-{footnote.number}", document.kind)

    def _new(self, key: str, document: Document) -> Footnote:
        facts = document.facts
        return Footnote(
            number=len(self._notes) + 1,
            document=key,
            title=as_text(facts["title"]),
            issuer=as_text(facts["issuer"]) if facts.get("issuer") else None,
            support=SUPPORT_NAMES[document.kind],
            date=facts.get("date"),
        )

    def listed(self) -> list[Footnote]:
        return list(self._notes.values())


def place_text(document: Document, place_key: str) -> Text | None:
    place = document.facts.get("places", {}).get(place_key) if place_key else None
    return as_text(place) if place else None


def as_text(words: Mapping[str, str]) -> Text:
    return Text(words["zh"], words["en"])


def join(first: Text, second: Text) -> Text:
    return Text(first.zh + BETWEEN.zh + second.zh, first.en + BETWEEN.en + second.en)
