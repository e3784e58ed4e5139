"""Chooses where the boundaries come from and keeps what was read."""

from functools import lru_cache
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from gi_data.boundaries.package import read_package
from gi_data.boundaries.shapes import Boundaries

OPERATOR_FILE = "boundaries.gpkg"


def read_boundaries(data_folder: Path | None = None) -> Boundaries:
    """The operator's boundaries where `data_folder` has them, else those of the package."""
    own = data_folder / OPERATOR_FILE if data_folder else None
    if own and own.exists():
        return _read_own(own, own.stat().st_mtime_ns)
    return _read_package()


@lru_cache(maxsize=1)
def _read_package() -> Boundaries:
    return read_package()


@lru_cache(maxsize=1)
def _read_own(file: Path, changed_at: int) -> Boundaries:
    """`changed_at` only makes a replaced file a new one."""
    # The file is read with GDAL, which nobody needs who keeps to the package.
    from gi_data.boundaries.operator_file import read_operator_file

    return read_operator_file(file)


def county_shapes() -> dict[str, BaseGeometry]:
    return read_boundaries().counties


def prefecture_shapes() -> dict[str, BaseGeometry]:
    return read_boundaries().prefectures


def province_shapes() -> dict[str, BaseGeometry]:
    return read_boundaries().provinces


def national_lines() -> dict[str, BaseGeometry]:
    return read_boundaries().lines
