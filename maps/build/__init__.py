"""The static parts of every map, made once at set-up: outlines, labels, water, each small and compressed."""

from maps.build.parts import MapParts, build_map_parts, read_manifest

__all__ = ["MapParts", "build_map_parts", "read_manifest"]
