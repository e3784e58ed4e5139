"""What can be changed by proposal: each room says once how its objects are read, checked and stored."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement

from portal.accounts.models import Account
from portal.lib.text import Text
from portal.proposals.models import Proposal
from portal.proposals.rules import Changes

Fields = Mapping[str, object]
Documents = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True)
class Present:
    """What the register says of an object now, field by field as its entries say it."""

    fields: dict[str, object]
    version: int
    regions: tuple[str, ...]
    name: Text


@dataclass(frozen=True)
class Confirmation:
    """What a room needs to store a confirmed proposal: who, what, and how it looked before."""

    actor: Account
    proposal: Proposal
    before: Present | None
    fields: dict[str, object]
    sealed: Mapping[str, object]
    today: date


@dataclass(frozen=True)
class Kind:
    """`check` raises RuleBroken; `store` changes the rows and appends the public entry."""

    name: Text
    address: str
    find: Callable[[str], Present | None]
    check: Callable[[str, Present | None, Proposal], None]
    store: Callable[[str, Confirmation], None]
    subjects_in: Callable[[str], ColumnElement[bool]]
    touched: Callable[[Changes], Iterable[str]]
    name_in: Callable[[Fields], Text]


_kinds: dict[str, Kind] = {}


def add_kind(key: str, kind: Kind) -> None:
    """Called once by the room that owns the objects whose subjects begin with `key:`."""
    _kinds[key] = kind


def kind_of(subject: str) -> Kind:
    return _kinds[subject.partition(":")[0]]


def all_kinds() -> Iterable[Kind]:
    return _kinds.values()


def find_present(subject: str) -> Present | None:
    return kind_of(subject).find(key_of(subject))


def key_of(subject: str) -> str:
    return subject.partition(":")[2]
