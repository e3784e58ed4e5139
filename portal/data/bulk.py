"""The bulk files by name: what each is, how it is made, when it is another."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import current_app

from portal.data import areas, catalogue_tables, indicator_tables, user_tables, writing  # noqa: F401 - tables
from portal.data.files import Table, find_table, tables
from portal.lib.clock import today
from portal.lib.text import Text
from portal.register.queries import public_version

AREAS_TITLE = Text("产地范围", "Producing areas")
AREAS_ABOUT = Text(
    "每个能画出的产地范围，WGS 84。只知道乡镇的按所在县画，见 precision。",
    "Every producing area that can be drawn, WGS 84. Known by townships: the whole county; see precision.",
)
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
}
TABLE_ENDINGS = ("csv", "xlsx", "json")
AREA_ENDINGS = ("geojson", "gpkg")
Chunks = Callable[[], Iterator[str] | Iterator[bytes]]


@dataclass(frozen=True)
class BulkFile:
    name: str
    ending: str
    title: Text
    chunks: Chunks

    @property
    def media(self) -> str:
        return MEDIA[self.ending]


def find_file(name: str, language: str) -> BulkFile | None:
    """A bulk file by the name in its address, `gis.csv`; None where there is no such file."""
    stem, _, ending = name.rpartition(".")
    if stem == "areas" and ending in AREA_ENDINGS:
        return BulkFile(name, ending, AREAS_TITLE, _area_chunks(ending))
    table = find_table(stem)
    if table is None or ending not in TABLE_ENDINGS:
        return None
    return BulkFile(name, ending, table.title, _table_chunks(table, ending, language))


def file_names() -> list[str]:
    names = [f"{table.name}.{ending}" for table in tables() for ending in TABLE_ENDINGS]
    return [*names, *(f"areas.{ending}" for ending in AREA_ENDINGS)]


def _area_chunks(ending: str) -> Chunks:
    base = current_app.config["SETTINGS"].base_url
    if ending == "gpkg":
        return lambda: areas.geopackage_chunks(base)
    return lambda: areas.as_geojson(_head(), base)


def _table_chunks(table: Table, ending: str, language: str) -> Chunks:
    if ending == "csv":
        return lambda: writing.as_csv(table)
    if ending == "json":
        return lambda: writing.as_json(table, _head() | {"table": table.name})
    from portal.data.workbook import xlsx_chunks

    return lambda: xlsx_chunks(table, _spoken_head(table), language)


def licence() -> str | None:
    return current_app.config["SETTINGS"].data_licence


def _head() -> dict[str, object]:
    return {"version": public_version(), "day": today().isoformat(), "licence": licence()}


UNKNOWN_LICENCE = Text("运行单位尚未确定", "Not yet set by the operator")


def _spoken_head(table: Table) -> dict[Text, object]:
    return {
        Text("文件", "File"): table.title,
        Text("说明", "About"): table.about,
        Text("登记至第几条", "Register entry"): public_version(),
        Text("日期", "Date"): today().isoformat(),
        Text("许可", "Licence"): licence() or UNKNOWN_LICENCE,
        Text("来自", "From"): current_app.config["SETTINGS"].base_url + "/data/",
    }
