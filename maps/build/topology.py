"""Writes shapes as TopoJSON, in which a border between two neighbours is stored once."""

from collections.abc import Iterable, Mapping
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from topojson import Topology

# The library encodes one layer at a time, and a border must be stored once for all layers.
ALL = "all"


def as_topology(objects: Mapping[str, Mapping[str, BaseGeometry]], cells: int) -> dict[str, Any]:
    """One topology of several named layers; coordinates are rounded to `cells` steps in each direction."""
    together = {(layer, name): shape for layer, shapes in objects.items() for name, shape in shapes.items()}
    topology = Topology(
        _collection(together.values()), object_name=ALL, prequantize=cells, shared_coords=True
    ).to_dict()
    encoded = topology["objects"][ALL]["geometries"]
    if len(encoded) != len(together):
        raise ValueError(f"{len(together) - len(encoded)} shapes were lost")
    topology["objects"] = {layer: {"type": "GeometryCollection", "geometries": []} for layer in objects}
    for (layer, name), geometry in zip(together, encoded, strict=True):
        # Names travel with the labels; here they would only be bytes.
        shape = {key: geometry[key] for key in ("type", "arcs")} | {"id": name}
        topology["objects"][layer]["geometries"].append(shape)
    return topology


def cell_of(shapes: Mapping[str, BaseGeometry], cells: int) -> float:
    """The larger side of one rounding step in degrees."""
    west, south, east, north = shapely.total_bounds(list(shapes.values()))
    return max(east - west, north - south) / (cells - 1)


def _collection(shapes: Iterable[BaseGeometry]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(shape)}
            for shape in shapes
        ],
    }
