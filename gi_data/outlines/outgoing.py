"""Writes areas as GeoPackage and GeoJSON; both come out byte for byte the same for the same areas."""

import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from shapely.geometry.base import BaseGeometry

# A millionth of a degree is a decimetre, which is what the source holds.
DECIMALS = 6

# GDAL puts the time of writing into a GeoPackage; a file of the same areas shall be the same file.
UNDATED = "2000-01-01T00:00:00Z"


@dataclass(frozen=True)
class AreaFeature:
    """One area; all features of one file carry the same properties (text, numbers or None)."""

    id: str
    geometry: BaseGeometry
    properties: Mapping[str, object]


def write_geojson(features: Iterable[AreaFeature]) -> bytes:
    """An RFC 7946 collection: WGS 84, outer rings counter-clockwise, six decimals."""
    collection = {"type": "FeatureCollection", "features": [feature_as_geojson(each) for each in features]}
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()


def feature_as_geojson(feature: AreaFeature) -> dict[str, object]:
    oriented = shapely.orient_polygons(feature.geometry, exterior_cw=False)
    geometry = json.loads(shapely.to_geojson(oriented), parse_float=_rounded)
    return {"type": "Feature", "id": feature.id, "properties": dict(feature.properties), "geometry": geometry}


def write_geopackage(features: Sequence[AreaFeature], layer: str = "areas") -> bytes:
    """A GeoPackage with one layer of multi-polygons, an `id` column and the properties as columns."""
    names = ["id", *(features[0].properties if features else ())]
    rows = [[feature.id, *(feature.properties[name] for name in names[1:])] for feature in features]
    columns = [_column([row[index] for row in rows]) for index in range(len(names))]
    shapes = shapely.to_wkb([_as_multi(feature.geometry) for feature in features])
    with tempfile.TemporaryDirectory(prefix="areas-") as folder:
        file = Path(folder) / "areas.gpkg"
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": UNDATED})
        try:
            pyogrio.raw.write(
                file,
                np.array(shapes, dtype=object),
                columns,
                names,
                layer=layer,
                driver="GPKG",
                geometry_type="MultiPolygon",
                crs="EPSG:4326",
            )
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        return file.read_bytes()


def _column(values: list[object]) -> np.ndarray:
    """Whole numbers stay whole where none is missing; a missing number is NaN, which GDAL stores as empty."""
    if values and all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return np.array(values, dtype=np.int64)
    if any(isinstance(value, float) for value in values) and all(
        value is None or isinstance(value, (int, float)) for value in values
    ):
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return np.array([None if value is None else str(value) for value in values], dtype=object)


def _as_multi(shape: BaseGeometry) -> BaseGeometry:
    return shapely.MultiPolygon([shape]) if shape.geom_type == "Polygon" else shape


def _rounded(number: str) -> float:
    return round(float(number), DECIMALS)
