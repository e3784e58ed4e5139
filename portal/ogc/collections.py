"""The collections: what a feature of each says of itself, how it is found, how it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from portal.lib.text import Text
from portal.ogc.rules import Box, Interval

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True)
class Property:
    name: str
    about: Text
    choices: tuple[str, ...] = ()
    filtered: bool = True


@dataclass(frozen=True)
class Feature:
    id: str
    title: Text
    properties: Mapping[str, object]
    geometry: BaseGeometry | None
    page: str | None = None


@dataclass(frozen=True)
class Asked:
    limit: int
    offset: int
    boxes: tuple[Box, ...] = ()
    interval: Interval | None = None
    wanted: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Slice:
    """One page of what fits, and how many fit in all."""

    features: Sequence[Feature]
    matched: int


@dataclass(frozen=True)
class Collection:
    id: str
    title: Text
    about: Text
    properties: tuple[Property, ...]
    find: Callable[[Asked], Slice]
    get: Callable[[str], Feature]
    temporal: bool = False

    @property
    def filters(self) -> tuple[Property, ...]:
        return tuple(one for one in self.properties if one.filtered)
