"""Every producing area in one file: GeoJSON feature by feature, GeoPackage batch by batch."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.catalogue.index import current_index
from portal.catalogue.index_rows import Row
from portal.catalogue.models import Outline
from portal.catalogue.places import area_scopes
from portal.data.shapes import feature_text, shape_of_area
from portal.db import db

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

CHUNK_BYTES = 256 * 1024
AT_ONCE = 200

Area = tuple[str, dict[str, object], "BaseGeometry"]


def areas(base: str) -> Iterator[Area]:
    """Key, properties and geometry of every GI whose area can be drawn."""
    scopes, rows = area_scopes(), current_index().rows
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        drawn = _outlines([row.id for row in some if row.id in scopes and scopes[row.id].outlined])
        for row in some:
            scope = scopes.get(row.id)
            geometry = shape_of_area(scope.codes, drawn.get(row.id)) if scope else None
            if geometry is not None:
                yield row.slug, _properties(row, str(scope.precision), base), geometry


def _outlines(numbers: list[int]) -> dict[int, bytes]:
    """The newest outline of each that has not ended."""
    query = select(Outline.indication_id, Outline.wkb).where(
        Outline.indication_id.in_(numbers), Outline.ended_on.is_(None)
    )
    return dict(db.session.execute(query.order_by(Outline.id)).tuples().all()) if numbers else {}


def _properties(row: Row, precision: str, base: str) -> dict[str, object]:
    return {
        "name_zh": row.name_zh,
        "pinyin": row.pinyin,
        "kinds": ";".join(row.kinds),
        "category": row.category,
        "status": row.status,
        "adcodes": ";".join(row.regions),
        "precision": precision,
        "url": f"{base}/gi/{row.slug}",
    }


def as_geojson(head: Mapping[str, object], base: str) -> Iterator[str]:
    start = {"type": "FeatureCollection", **head}
    yield json.dumps(start, ensure_ascii=False)[:-1] + ',"features":['
    between = ""
    for number, properties, geometry in areas(base):
        yield between + feature_text(number, properties, geometry)
        between = ",\n"
    yield "]}\n"


def geopackage_chunks(base: str) -> Iterator[bytes]:
    """Written to disk, since that is how a GeoPackage is made, and read from there."""
    from gi_data.outlines.outgoing import AreaFeature
    from gi_data.outlines.streamed import write_geopackage_file

    names = ("name_zh", "pinyin", "kinds", "category", "status", "adcodes", "precision", "url")
    with tempfile.TemporaryDirectory(prefix="areas-") as folder:
        path = Path(folder) / "areas.gpkg"
        features = (AreaFeature(number, shape, told) for number, told, shape in areas(base))
        write_geopackage_file(path, features, names)
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk
