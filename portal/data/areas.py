"""Every producing area in one file: GeoJSON feature by feature, GeoPackage batch by batch."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.catalogue.index import Row, current_index
from portal.catalogue.models import Outline
from portal.catalogue.places import area_scopes
from portal.data.shapes import feature_text, shape_of_area
from portal.db import db

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

CHUNK_BYTES = 256 * 1024

Area = tuple[str, dict[str, object], "BaseGeometry"]


def areas(base: str) -> Iterator[Area]:
    """Key, properties and geometry of every GI whose area can be drawn."""
    scopes = area_scopes()
    for row in current_index().rows:
        scope = scopes.get(row.id)
        outline = _outline(row.id) if scope and scope.outlined else None
        geometry = shape_of_area(scope.codes, outline) if scope else None
        if geometry is not None:
            yield row.slug, _properties(row, str(scope.precision), base), geometry


def _outline(number: int) -> bytes | None:
    query = select(Outline.wkb).where(Outline.indication_id == number, Outline.ended_on.is_(None))
    return db.session.scalar(query.order_by(Outline.id.desc()).limit(1))


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
