"""A GeoPackage of many areas, written a few hundred at a time: memory does not grow with their number."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import pyogrio
import shapely

from gi_data.outlines.outgoing import UNDATED, AreaFeature

AREAS_AT_A_TIME = 200


def write_geopackage_file(
    file: Path, features: Iterable[AreaFeature], names: Sequence[str], layer: str = "areas"
) -> None:
    """One layer of multi-polygons with an `id` column and the named properties, all of them text."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": UNDATED})
    try:
        for number, batch in enumerate(_batches(features)):
            _write(file, batch, ["id", *names], layer, append=number > 0)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _batches(features: Iterable[AreaFeature]) -> Iterator[list[AreaFeature]]:
    waiting = iter(features)
    first = list(islice(waiting, AREAS_AT_A_TIME))
    yield first
    while batch := list(islice(waiting, AREAS_AT_A_TIME)):
        yield batch


def _write(file: Path, batch: list[AreaFeature], names: list[str], layer: str, append: bool) -> None:
    rows = [[one.id, *(one.properties[name] for name in names[1:])] for one in batch]
    columns = [
        np.array([None if row[at] is None else str(row[at]) for row in rows], dtype=object)
        for at in range(len(names))
    ]
    shapes = [one.geometry for one in batch]
    multi = [shapely.MultiPolygon([s]) if s is not None and s.geom_type == "Polygon" else s for s in shapes]
    pyogrio.raw.write(
        file, np.array(shapely.to_wkb(multi), dtype=object), columns, names, layer=layer, driver="GPKG",
        geometry_type="MultiPolygon", crs="EPSG:4326", append=append,
    )  # fmt: skip
