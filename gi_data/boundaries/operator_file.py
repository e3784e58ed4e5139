"""Boundaries that the operator supplies: one GeoPackage that takes the place of the package."""

import hashlib
from pathlib import Path

import pyogrio
import shapely
from shapely.geometry.base import BaseGeometry

from gi_data.boundaries.shapes import Boundaries, BoundariesMissing
from portal.lib.text import Text

# Layer and its column. `lines` may be left out; without it no national line is drawn.
LAYERS = {"counties": "adcode", "prefectures": "adcode", "provinces": "adcode", "lines": "name"}

NO_LAYER = Text(
    "边界文件 {file} 中没有图层 {layer}（或缺少字段 {column}）。",
    "The boundary file {file} has no layer {layer} (or no column {column}).",
)
NOT_WGS84 = Text(
    "边界文件 {file} 的图层 {layer} 不是 WGS 84（EPSG:4326）或 CGCS2000（EPSG:4490）坐标。",
    "Layer {layer} of the boundary file {file} is not in WGS 84 (EPSG:4326) or CGCS2000 (EPSG:4490).",
)


def read_operator_file(file: Path) -> Boundaries:
    """Outlines as they stand in the file; county codes are taken as they are."""
    layers = {name: _layer(file, name, column) for name, column in LAYERS.items()}
    return Boundaries(
        **layers,
        source=Text(f"运营者提供的边界文件 {file.name}", f"boundary file {file.name} of the operator"),
        digest=hashlib.sha256(file.read_bytes()).hexdigest(),
    )


def _layer(file: Path, layer: str, column: str) -> dict[str, BaseGeometry]:
    present = {str(name) for name in pyogrio.list_layers(file)[:, 0]}
    if layer == "lines" and layer not in present:
        return {}
    if layer not in present or column not in pyogrio.read_info(file, layer=layer)["fields"]:
        raise BoundariesMissing(NO_LAYER.format(file=file.name, layer=layer, column=column))
    found, _, shapes, columns = pyogrio.raw.read(file, layer=layer, columns=[column], force_2d=True)
    if found["crs"] not in {"EPSG:4326", "EPSG:4490", "OGC:CRS84"}:
        raise BoundariesMissing(NOT_WGS84.format(file=file.name, layer=layer))
    return dict(sorted(zip(map(str, columns[0]), shapely.from_wkb(shapes).tolist(), strict=True)))
