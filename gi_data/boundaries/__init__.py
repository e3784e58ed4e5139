"""Outlines of provinces, prefectures and counties, and the national lines, in WGS 84 at full resolution.

They come from a kept package read at set-up, or from a GeoPackage that the operator puts in its place
(docs/decisions/010-boundaries.md says why). No outline is kept in this repository.
"""

from gi_data.boundaries.shapes import Boundaries, BoundariesMissing, Line
from gi_data.boundaries.source import (
    OPERATOR_FILE,
    county_shapes,
    national_lines,
    prefecture_shapes,
    province_shapes,
    read_boundaries,
)
from gi_data.boundaries.water import read_water

__all__ = [
    "OPERATOR_FILE",
    "Boundaries",
    "BoundariesMissing",
    "Line",
    "county_shapes",
    "national_lines",
    "prefecture_shapes",
    "province_shapes",
    "read_boundaries",
    "read_water",
]
