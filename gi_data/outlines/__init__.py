"""Outlines of producing areas that come in as files, and go out as files."""

from gi_data.outlines.findings import Finding
from gi_data.outlines.incoming import OutlineReading, read_outline
from gi_data.outlines.outgoing import AreaFeature, write_geojson, write_geopackage

__all__ = ["AreaFeature", "Finding", "OutlineReading", "read_outline", "write_geojson", "write_geopackage"]
