"""Reads GeoPackage and Shapefile with GDAL, after the first bytes have shown that the file is one."""

from pathlib import Path

import numpy as np
import pyogrio
import shapely

from gi_data.outlines.findings import MAX_FEATURES, Finding, notice, refusal
from gi_data.outlines.raw import RawOutline

GEOPACKAGE = "GeoPackage"
SHAPEFILE = "Shapefile"

# The application number that SQLite keeps for what a database is, now and in the two first versions.
GEOPACKAGE_MARK = slice(68, 72)
GEOPACKAGE_MARKS = {b"GPKG", b"GP10", b"GP11"}
SHAPEFILE_MAGIC = b"\x00\x00\x27\x0a"

# GDAL says these in several ways; to the person who sent the file they are one thing.
GDAL_REFUSALS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.GeometryError,
    pyogrio.errors.FieldError,
    UnicodeDecodeError,
    shapely.errors.GEOSException,
    ValueError,
    RuntimeError,
)


def read_geopackage(file: Path) -> RawOutline:
    if file.read_bytes()[GEOPACKAGE_MARK] not in GEOPACKAGE_MARKS:
        raise refusal("unreadable", form=GEOPACKAGE)
    try:
        layers = [str(name) for name, kind in pyogrio.list_layers(file) if kind and "Polygon" in str(kind)]
        if not layers:
            raise refusal("no_polygon_layer")
        return _read(file, GEOPACKAGE, layers[0], None, _other_layers(layers))
    except GDAL_REFUSALS as error:
        raise refusal("unreadable", form=GEOPACKAGE) from error


def read_shapefile(file: Path, encoding: str | None = None) -> RawOutline:
    """The parts lie beside each other; `encoding` overrides what the .cpg or the bytes say."""
    if file.read_bytes()[:4] != SHAPEFILE_MAGIC:
        raise refusal("unreadable", form=SHAPEFILE)
    try:
        return _read(file, SHAPEFILE, None, encoding or _encoding_of(file), [])
    except GDAL_REFUSALS as error:
        raise refusal("unreadable", form=SHAPEFILE) from error


def _read(
    file: Path, form: str, layer: str | None, encoding: str | None, notices: list[Finding]
) -> RawOutline:
    count = pyogrio.read_info(file, layer=layer, encoding=encoding, force_feature_count=True)["features"]
    if count > MAX_FEATURES:
        raise refusal("too_many_features", count=count, limit=MAX_FEATURES)
    found, _, shapes, columns = pyogrio.raw.read(file, layer=layer, encoding=encoding)
    rows = zip(*(map(_plain, column) for column in columns), strict=True)
    attributes = [dict(zip(map(str, found["fields"]), row, strict=True)) for row in rows]
    plain_shapes = [shapely.from_wkb(shape) if shape is not None else shapely.Polygon() for shape in shapes]
    return RawOutline(form, plain_shapes, found["crs"], attributes, encoding, notices)


def _other_layers(layers: list[str]) -> list[Finding]:
    used, *left = layers
    return [notice("other_layers", used=used, names="、".join(left))] if left else []


def _encoding_of(file: Path) -> str:
    """What the .cpg says if it is known, else UTF-8 where the bytes allow it, else GB 18030."""
    declared = file.with_suffix(".cpg")
    if declared.exists():
        word = declared.read_bytes()[:40].decode("ascii", "replace").strip().upper()
        known = {"UTF-8": "UTF-8", "UTF8": "UTF-8", "65001": "UTF-8", "GBK": "GB18030", "936": "GB18030"}
        known |= {"CP936": "GB18030", "GB2312": "GB18030", "GB18030": "GB18030"}
        if word in known:
            return known[word]
    try:
        file.with_suffix(".dbf").read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return "GB18030"
    return "UTF-8"


def _plain(value: object) -> object:
    """A value that can be shown and stored: numbers as numbers, everything else as text."""
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, np.generic):
        return value.item() if isinstance(value, (np.number, np.bool_)) else str(value)
    return str(value)
