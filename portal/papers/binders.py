"""The documents of one file side by side: each room that keeps some says whose they are and who may leaf
through them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.accounts.models import Account
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.papers.files import PICTURES
from portal.papers.models import KeptPaper

NOT_THERE = Text("没有这个文件", "There is no such document")


@dataclass(frozen=True)
class Sheet:
    """One document: `n` is its place in the address, `file` where its bytes are, `what` it is said to be."""

    n: int
    name: str
    media_type: str
    size: int
    digest: str
    file: str
    at: datetime | None = None
    by_account: int | None = None
    what: Text | str | None = None

    @property
    def is_picture(self) -> bool:
        return self.media_type in PICTURES


@dataclass(frozen=True)
class Binder:
    """What the documents belong to, and the page that leads back to it."""

    title: Text
    url: str
    sheets: Sequence[Sheet]

    def place_of(self, n: int) -> int:
        place = next((place for place, sheet in enumerate(self.sheets) if sheet.n == n), None)
        if place is None:
            raise NotFound(NOT_THERE)
        return place


# Answers what this person may see of the file with that key; out of reach is the same as not there.
Load = Callable[[Account, str], Binder]
_loads: dict[str, Load] = {}


def add_binder(kind: str, load: Load) -> None:
    """Called once by a room."""
    _loads[kind] = load


def binder_of(kind: str, viewer: Account, key: str) -> Binder:
    if kind not in _loads:
        raise NotFound(NOT_THERE)
    return _loads[kind](viewer, key)


def sheets_of(
    papers: Iterable[KeptPaper], file: str, told: Callable[[KeptPaper], Text] | None = None
) -> tuple[Sheet, ...]:
    """Rows as sheets; `file` is the address of the bytes with a place for the row's number, `told` answers
    what a document is said to be."""
    return tuple(
        Sheet(
            one.id,
            one.name,
            one.media_type,
            one.size,
            one.digest,
            file.format(one.id),
            one.at,
            getattr(one, "by_account", None),
            told(one) if told else None,
        )
        for one in papers
    )


def number_in(key: str) -> int:
    """For rooms whose files have plain numbers."""
    if not (key.isascii() and key.isdecimal() and len(key) < 10):
        raise NotFound(NOT_THERE)
    return int(key)
