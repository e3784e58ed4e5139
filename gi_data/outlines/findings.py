"""Every finding a file with an outline can get, each with a name, its words and whether it stops the file."""

from dataclasses import dataclass
from typing import Literal

from portal.lib.text import Text

Severity = Literal["error", "notice"]

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 100 * 1024 * 1024
MAX_FILES_IN_ZIP = 50
MAX_FEATURES = 5_000
MAX_VERTICES = 500_000


@dataclass(frozen=True)
class Finding:
    code: str
    severity: Severity
    message: Text


class Refused(Exception):
    """Carries the finding that stops a file from the place it is made to the place it is reported."""

    def __init__(self, finding: Finding):
        super().__init__(finding.code)
        self.finding = finding


ERRORS = {
    "empty_file": Text("文件是空的。", "The file is empty."),
    "file_too_large": Text(
        "文件有 {size} 字节，超过 {limit} 字节的上限。", "The file has {size} bytes; the limit is {limit}."
    ),
    "unknown_format": Text(
        "无法识别的文件。可用的格式：GeoJSON、KML、GeoPackage（.gpkg）、Shapefile 压缩包（.zip）。",
        "Not a known form. GeoJSON, KML, GeoPackage (.gpkg) and zipped Shapefile (.zip) can be read.",
    ),
    "not_json": Text(
        "不是有效的 JSON：第 {line} 行第 {column} 列附近有错误。",
        "This is not valid JSON: there is an error near line {line}, column {column}.",
    ),
    "not_geojson": Text(
        "不是 GeoJSON：应为 FeatureCollection、Feature 或几何对象。",
        "This is not GeoJSON: a FeatureCollection, a Feature or a geometry is expected.",
    ),
    "bad_geometry": Text(
        "第 {number} 个要素的图形无法读取（坐标缺失、不是数字或结构不符合规范）。",
        "The shape of feature {number} cannot be read (coordinates are missing, no numbers, or out of form).",
    ),
    "bad_zip": Text("压缩包已损坏或有密码。", "The zip file is damaged or has a password."),
    "zip_too_many_files": Text(
        "压缩包里有 {count} 个文件，上限是 {limit} 个。",
        "The zip file holds {count} [count:file|files]; the limit is {limit}.",
    ),
    "zip_too_large": Text(
        "压缩包展开后超过 {limit} 字节的上限，未予展开。",
        "Unpacked, the zip file would be larger than {limit} bytes; it was not unpacked.",
    ),
    "no_shapefile": Text("压缩包里没有 .shp 文件。", "There is no .shp file in the zip file."),
    "many_shapefiles": Text(
        "压缩包里有多个 .shp 文件（{names}），请只放一个。",
        "The zip file holds several .shp files ({names}); please send one.",
    ),
    "shapefile_incomplete": Text(
        "Shapefile 不完整，缺少：{names}。", "The Shapefile is not complete; missing: {names}."
    ),
    "unreadable": Text(
        "文件的内容已损坏或不符合 {form} 的格式，无法读取。",
        "The content is damaged or not in the form of a {form} and cannot be read.",
    ),
    "no_polygon_layer": Text("GeoPackage 中没有面图层。", "There is no polygon layer in the GeoPackage."),
    "no_polygons": Text(
        "文件中没有面（只有点或线），不能作为产地范围。",
        "There is no polygon in the file (points or lines only); that makes no area.",
    ),
    "too_many_features": Text(
        "有 {count} 个要素，上限是 {limit} 个。", "Features in it: {count}; the limit is {limit}."
    ),
    "too_many_points": Text(
        "共有 {count} 个坐标点，上限是 {limit} 个。请先简化边界。",
        "Points in it: {count}; the limit is {limit}. Please simplify the outline first.",
    ),
    "no_crs": Text(
        "文件没有说明坐标系，坐标也不是经纬度。请附上 .prj 文件或转换为 WGS 84 / CGCS2000 经纬度。",
        "The file names no reference system and the coordinates are not degrees. Add the .prj file or "
        "convert to WGS 84 / CGCS2000 degrees.",
    ),
    "unknown_crs": Text(
        "文件说明的坐标系无法识别：{crs}。", "The reference system named in the file is not known: {crs}."
    ),
    "axes_swapped": Text(
        "坐标的顺序像是“纬度, 经度”。请改为“经度, 纬度”后重新上传。",
        "The coordinates seem to be latitude first. Put the longitude first and send the file again.",
    ),
    "outside_country": Text(
        "图形在国界范围之外（西 {west}，南 {south}，东 {east}，北 {north}）。",
        "The shape lies outside the country (west {west}, south {south}, east {east}, north {north}).",
    ),
    "no_area": Text("图形没有面积。", "The shape has no area."),
}

NOTICES = {
    "assumed_wgs84": Text(
        "文件没有说明坐标系，已按 WGS 84 / CGCS2000 经纬度读取。"
        "若原图来自高德、腾讯或百度地图，坐标有偏移，请勿使用。",
        "The file names no reference system and was read as WGS 84 / CGCS2000 degrees. Outlines traced "
        "from Amap, Tencent or Baidu maps are shifted and must not be used.",
    ),
    "converted": Text(
        "坐标已由 {crs} 转换为 WGS 84。", "The coordinates were converted from {crs} to WGS 84."
    ),
    "other_layers": Text(
        "文件有多个面图层，读取了“{used}”，未读取：{names}。",
        "The file has several polygon layers; “{used}” was read, not: {names}.",
    ),
    "parts_left_out": Text(
        "有 {count} 个要素是点、线或空图形，未采用。",
        "{count} [count:feature (point, line or empty) was|features (points, lines or empty) were] left out.",
    ),
    "height_dropped": Text("高程值未采用。", "Heights were left out."),
    "joined": Text("{count} 个要素已合并为一个范围。", "{count} [count:feature|features] made one area."),
    "repaired": Text("{report}", "{report}"),
}


def refusal(code: str, **values: object) -> Refused:
    return Refused(Finding(code, "error", ERRORS[code].format(**values)))


def notice(code: str, **values: object) -> Finding:
    return Finding(code, "notice", NOTICES[code].format(**values))
