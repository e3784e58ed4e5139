"""The static parts of every map, made once at set-up: outlines, labels, water, each small and compressed."""

from maps.build.national import build_national_map, county_file
from maps.build.parts import build_map_parts
from maps.build.storing import MapParts, read_manifest

__all__ = ["MapParts", "build_map_parts", "build_national_map", "county_file", "read_manifest"]
