"""The national map at one call, for the set-up command and for the job that follows new boundaries."""

from pathlib import Path

from gi_data.boundaries import Boundaries, read_boundaries, read_water
from gi_data.divisions import read_divisions
from gi_data.point_index import write_county_file
from maps.build.parts import build_map_parts
from maps.build.storing import MapParts

COUNTY_FILE = "counties-{digest}.bin"


def build_national_map(folder: Path, data_folder: Path | None = None) -> MapParts:
    """The parts of the map and the county file for the point index; seconds the first time, then nothing."""
    boundaries = read_boundaries(data_folder)
    parts = build_map_parts(folder, boundaries, read_divisions(), read_water())
    _keep_county_file(folder, boundaries)
    return parts


def county_file(folder: Path) -> Path | None:
    """The county file of a finished build, to be loaded with `CountyIndex.load`; None before the first."""
    return next(iter(sorted(folder.glob(COUNTY_FILE.format(digest="*")))), None)


def _keep_county_file(folder: Path, boundaries: Boundaries) -> None:
    """One file, named by its source, so that a worker that still reads the old one is not disturbed."""
    wanted = folder / COUNTY_FILE.format(digest=boundaries.digest[:16])
    if not wanted.exists():
        fresh = wanted.with_suffix(".new")
        write_county_file(fresh, boundaries.counties)
        fresh.replace(wanted)
    for old in folder.glob(COUNTY_FILE.format(digest="*")):
        if old != wanted:
            old.unlink()
