"""Cuts the counties of the country into provinces, so that a reader fetches only what is looked at."""

from collections.abc import Iterable, Mapping
from typing import Any

Topology = Mapping[str, Any]


def by_province(counties: Topology) -> dict[str, dict[str, Any]]:
    """One topology for each two leading digits; a border between two provinces stands in both."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    for geometry in counties["objects"]["counties"]["geometries"]:
        grouped.setdefault(geometry["id"][:2], []).append(geometry)
    return {province: _part_of(counties, geometries) for province, geometries in sorted(grouped.items())}


def _part_of(counties: Topology, geometries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    numbers: dict[int, int] = {}
    kept = [{**geometry, "arcs": _renumbered(geometry["arcs"], numbers)} for geometry in geometries]
    return {
        "type": "Topology",
        "transform": counties["transform"],
        "arcs": [counties["arcs"][old] for old in numbers],
        "objects": {"counties": {"type": "GeometryCollection", "geometries": kept}},
    }


def _renumbered(arcs: Any, numbers: dict[int, int]) -> Any:
    """An arc that runs backwards is its number's complement, in the old numbering and in the new."""
    if isinstance(arcs, int):
        old = arcs if arcs >= 0 else ~arcs
        new = numbers.setdefault(old, len(numbers))
        return new if arcs >= 0 else ~new
    return [_renumbered(one, numbers) for one in arcs]
