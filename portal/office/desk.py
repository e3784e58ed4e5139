"""What waits on an official's desk: each room that has work for officials puts a tray there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from portal.accounts.models import Account
from portal.lib.text import Text


@dataclass(frozen=True)
class Item:
    """One thing to do. `due` is the last day the law or the office allows, where there is one."""

    text: Text
    url: str
    detail: Text | None = None
    due: date | None = None


@dataclass(frozen=True)
class Tray:
    """`count` is how many there are in all; `items` are the first few, the most urgent first.

    A tray that asks for nothing (`quiet`) is good to know but is not work to be done today.
    """

    title: Text
    count: int
    items: Sequence[Item]
    url: str
    due: date | None = None
    quiet: bool = False
    why: Text | None = None


@dataclass(frozen=True)
class _Place:
    key: str
    order: int
    load: Callable[[Account], Tray | None] = field(compare=False)


_trays: dict[str, _Place] = {}


def add_tray(key: str, order: int, load: Callable[[Account], Tray | None]) -> None:
    """Called once by a room; `load` answers None for whom the tray is not meant."""
    _trays[key] = _Place(key, order, load)


def trays_for(account: Account) -> list[tuple[str, Tray]]:
    """The trays of this person in their order, with the key each was added under."""
    places = sorted(_trays.values(), key=lambda place: (place.order, place.key))
    loaded = [(place.key, place.load(account)) for place in places]
    return [(key, tray) for key, tray in loaded if tray is not None]
