"""What can be corrected by request: each room says where its records belong and which parts they have."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import select

from portal.catalogue.correction_rules import division_of
from portal.catalogue.models import Document, Indication
from portal.db import db
from portal.lib.problems import NotFound
from portal.lib.text import Text

SUBJECT = re.compile(r"([a-z]+):([\w.\-]{1,100})")
# The divisions a record belongs to: none if it belongs to no place, None if there is no such record.
Places = Callable[[str], Iterable[str] | None]


@dataclass(frozen=True)
class Correctable:
    places: Places
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Target:
    """A record somebody wants corrected: whose officials answer, and the parts that may be wrong."""

    subject: str
    region: str
    parts: tuple[str, ...]


_kinds: dict[str, Correctable] = {}


def add_correctable(kind: str, places: Places, parts: tuple[str, ...]) -> None:
    """Called once by the room that owns the records whose subjects begin with `kind:`."""
    _kinds[kind] = Correctable(places, parts)


def get_target(subject: str) -> Target:
    found = SUBJECT.fullmatch(subject)
    known = _kinds.get(found[1]) if found else None
    places = known.places(found[2]) if known else None
    if places is None:
        raise NotFound(
            Text("没有这条记录", "There is no such record"),
            next_step=Text("请从要更正的那一页提出", "Ask from the page that is to be corrected"),
        )
    return Target(subject, division_of(places), known.parts)


def _places_of_gi(slug: str) -> list[str] | None:
    facts = db.session.scalar(select(Indication.facts).where(Indication.slug == slug))
    return None if facts is None else [place["code"] for place in facts["regions"]["places"]]


def _places_of_document(key: str) -> list[str] | None:
    """A document lies in no region: what rests on it may be anywhere."""
    return [] if db.session.get(Document, key) is not None else None


add_correctable(
    "gi",
    _places_of_gi,
    ("name", "protections", "status", "area", "quality", "figures", "brands", "sources", "other"),
)
add_correctable("document", _places_of_document, ("title", "issuer", "address", "other"))
