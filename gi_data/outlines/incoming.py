"""Reads an outline that somebody sent: one area in WGS 84, or the findings that say why not.

Nothing is raised for a bad file. What stops it is a finding with severity "error"; what was understood,
assumed or changed is a finding with severity "notice".
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from shapely.geometry.base import BaseGeometry

from gi_data.areas import WGS84
from gi_data.outlines.findings import MAX_FILE_BYTES, MAX_VERTICES, Finding, Refused, notice, refusal
from gi_data.outlines.gdal_file import read_geopackage, read_shapefile
from gi_data.outlines.geojson_file import read_geojson
from gi_data.outlines.kml_file import read_kml
from gi_data.outlines.raw import RawOutline
from gi_data.outlines.zip_file import unpack_shapefile
from gi_data.repairs import Repair, repair

# The country with its seas: west, south, east, north.
COUNTRY = (73.0, 3.0, 136.0, 54.0)

# Degrees on the two ellipsoids differ by centimetres; converting would only add noise.
SAME_AS_WGS84 = {4326, 4490}


@dataclass(frozen=True)
class OutlineReading:
    """What came out of one file; `geometry` is None when an error stands among the findings."""

    geometry: shapely.MultiPolygon | None
    findings: tuple[Finding, ...]
    form: str | None = None
    crs: str | None = None
    encoding: str | None = None
    features: int = 0
    attributes: tuple[dict[str, object], ...] = ()
    repair: Repair | None = None

    @property
    def is_usable(self) -> bool:
        return self.geometry is not None


def read_outline(content: bytes, encoding: str | None = None) -> OutlineReading:
    """The area in a GeoJSON, KML, GeoPackage or zipped Shapefile, told apart by its bytes, never its name."""
    try:
        raw = read_any(content, encoding)
        return judge(raw)
    except Refused as refused:
        return OutlineReading(None, (refused.finding,))


def read_any(content: bytes, encoding: str | None) -> RawOutline:
    """The shapes of a file as they stand in it."""
    if not content.strip():
        raise refusal("empty_file")
    if len(content) > MAX_FILE_BYTES:
        raise refusal("file_too_large", size=len(content), limit=MAX_FILE_BYTES)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return read_geojson(content)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return read_kml(content)
    with tempfile.TemporaryDirectory(prefix="outline-") as folder:
        if content.startswith(b"SQLite format 3\x00"):
            file = Path(folder) / "outline.gpkg"
            file.write_bytes(content)
            return read_geopackage(file)
        if content.startswith(b"PK"):
            return read_shapefile(unpack_shapefile(content, Path(folder)), encoding)
    raise refusal("unknown_format")


def judge(raw: RawOutline) -> OutlineReading:
    """All shapes as one area, or a refusal."""
    findings = list(raw.notices)
    polygons = _polygons(raw.shapes, findings)
    degrees = _to_wgs84(polygons, raw.crs, findings)
    _check_place(degrees)
    repaired = repair(_gathered(degrees))
    if repaired.geometry.is_empty or repaired.km2 <= 0:
        raise refusal("no_area")
    if repaired.was_needed:
        findings.append(notice("repaired", report=repaired.report))
    if len(polygons) > 1:
        findings.append(notice("joined", count=len(polygons)))
    return OutlineReading(
        geometry=repaired.geometry,
        findings=tuple(findings),
        form=raw.form,
        crs=raw.crs,
        encoding=raw.encoding,
        features=len(raw.shapes),
        attributes=tuple(raw.attributes),
        repair=repaired,
    )


def _polygons(shapes: list[BaseGeometry], findings: list[Finding]) -> list[BaseGeometry]:
    """The shapes that have an inside, flat; what is left out is told."""
    polygons = [shape for shape in shapes if _has_polygon(shape)]
    if not polygons:
        raise refusal("no_polygons")
    if len(polygons) < len(shapes):
        findings.append(notice("parts_left_out", count=len(shapes) - len(polygons)))
    points = int(shapely.get_num_coordinates(polygons).sum())
    if points > MAX_VERTICES:
        raise refusal("too_many_points", count=points, limit=MAX_VERTICES)
    if any(shapely.has_z(polygons)):
        findings.append(notice("height_dropped"))
    return list(shapely.force_2d(polygons))


def _has_polygon(shape: BaseGeometry) -> bool:
    if shape.geom_type == "GeometryCollection":
        return any(map(_has_polygon, shapely.get_parts(shape)))
    return shape.geom_type in {"Polygon", "MultiPolygon"} and not shape.is_empty


def _gathered(shapes: list[BaseGeometry]) -> BaseGeometry:
    """One shape as it was drawn when there is one, so that its fault can be named; else their union."""
    if len(shapes) == 1:
        return shapes[0]
    return shapely.union_all([repair(shape).geometry for shape in shapes])


def _to_wgs84(shapes: list[BaseGeometry], crs: str | None, findings: list[Finding]) -> list[BaseGeometry]:
    if crs is None:
        if not _look_like_degrees(shapes):
            raise refusal("no_crs")
        findings.append(notice("assumed_wgs84"))
        return shapes
    system = _known_crs(crs)
    if system.is_geographic and (system.to_epsg() in SAME_AS_WGS84 or system.equals(CRS("OGC:CRS84"))):
        return shapes
    findings.append(notice("converted", crs=system.name))
    project = Transformer.from_crs(system, WGS84, always_xy=True)
    try:
        converted = list(shapely.transform(shapes, project.transform, interleaved=False))
    except ProjError as error:
        raise refusal("unknown_crs", crs=system.name) from error
    if not np.isfinite(shapely.total_bounds(converted)).all():
        raise refusal("unknown_crs", crs=system.name)
    return converted


def _known_crs(crs: str) -> CRS:
    try:
        system = CRS.from_user_input(crs)
    except ProjError as error:
        raise refusal("unknown_crs", crs=crs[:80]) from error
    if not (system.is_geographic or system.is_projected):
        raise refusal("unknown_crs", crs=system.name)
    return system


def _look_like_degrees(shapes: list[BaseGeometry]) -> bool:
    west, south, east, north = shapely.total_bounds(shapes)
    return -180 <= west <= east <= 180 and -180 <= south <= north <= 180


def _check_place(shapes: list[BaseGeometry]) -> None:
    bounds = shapely.total_bounds(shapes)
    west, south, east, north = bounds
    if _inside(bounds, COUNTRY):
        return
    if _inside((south, west, north, east), COUNTRY):
        raise refusal("axes_swapped")
    if not _look_like_degrees(shapes):
        raise refusal("no_crs")
    west, south, east, north = (round(float(bound), 3) for bound in bounds)
    raise refusal("outside_country", west=west, south=south, east=east, north=north)


def _inside(bounds: tuple[float, ...] | np.ndarray, frame: tuple[float, ...]) -> bool:
    west, south, east, north = bounds
    return frame[0] <= west and frame[1] <= south and east <= frame[2] and north <= frame[3]
