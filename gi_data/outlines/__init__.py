"""Outlines of producing areas that come in as files, and go out as files."""

from gi_data.outlines.findings import Finding
from gi_data.outlines.incoming import OutlineReading, read_outline
from gi_data.outlines.outgoing import AreaFeature, write_geojson, write_geopackage
from gi_data.outlines.several import PieceReading, read_pieces

__all__ = [
    "AreaFeature",
    "Finding",
    "OutlineReading",
    "PieceReading",
    "read_outline",
    "read_pieces",
    "write_geojson",
    "write_geopackage",
]
