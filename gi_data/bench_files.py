"""Reads the synthetic register of the side-by-side benchmark: one folder of CSV and GeoJSON, all made up.

Rows are judged as those of any file that comes in; what cannot be is refused by file, line and column.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gi_data.bench_users import BenchFileRefused
from gi_data.fact_reading import Shaper
from gi_data.fact_types import Document, Gi
from gi_data.fact_writing import as_plain
from portal.lib.text import Text
from portal.lib.uscc import read_uscc

FEN_PER_HUNDREDTH_WAN = 10_000
GRAMS_PER_HUNDREDTH_TON = 10_000
GI_STATES = {"有效": "in_force", "注销": "ended", "撤销": "cancelled"}
KINDS = {
    "地理标志产品": ("product", "gi_product"),
    "证明商标": ("mark", "certification_mark"),
    "集体商标": ("collective", "collective_mark"),
    "农产品地理标志": ("agri", "agri_gi"),
}
CATEGORIES = {
    "茶叶": "mixed", "水果": "fruit", "粮油": "grain_tuber", "蔬菜": "vegetable", "中药材": "herb",
    "酒类": "mixed", "畜禽": "livestock", "水产": "mixed", "食用菌": "vegetable", "调味品": "spice",
    "工艺品": "handicraft", "蜂产品": "mixed",
}  # fmt: skip
DOCUMENT = "demo-bench-data"
DOCUMENT_FACTS = {
    "id": DOCUMENT,
    "kind": "unverified",
    "title": {"zh": "测速用的虚构数据（演示数据，DEMO）", "en": "Made-up data for measuring speed (DEMO)"},
    "titled_by": "register",
}
_DOCUMENTS = {DOCUMENT: Shaper("bench").build(Document, DOCUMENT_FACTS)}
_FEATURE = re.compile(r'\{"type":"Feature","id":(\d+),')
DEMO = Text("演示数据（DEMO），全部虚构", "Demonstration data (DEMO), all of it made up")


@dataclass(frozen=True)
class County:
    code: str
    name: str


@dataclass(frozen=True)
class BenchProducer:
    file_id: int
    gi: str
    uscc: str
    name: str
    county: str


@dataclass(frozen=True)
class BenchReturn:
    producer: int
    year: int
    quantity_g: int
    value_fen: int
    mark_value_fen: int


def read_rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Line numbers and rows of a CSV file with headings."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        yield from enumerate(csv.DictReader(lines), 2)


def read_counties(folder: Path) -> list[County]:
    return [County(row["adcode"], row["name"]) for _, row in read_rows(folder / "counties.csv")]


def read_gis(folder: Path) -> Iterator[tuple[str, dict[str, object], bytes | None]]:
    """The key of each GI, its facts in the shape of the shipped files, and its outline where it has one. Both
    files have the GIs in the same order: an outline that comes early waits, the others are not read yet."""
    outlines, waiting = read_outlines(folder), {}
    for slug, facts in _read_facts(folder):
        while slug not in waiting and (one := next(outlines, None)):
            waiting[one[0]] = one[1]
        yield slug, facts, waiting.pop(slug, None)


def _read_facts(folder: Path) -> Iterator[tuple[str, dict[str, object]]]:
    names = {county.code: county.name for county in read_counties(folder)}
    for line, row in read_rows(folder / "gis.csv"):
        unknown = [code for code in row["counties"].split(";") if code not in names]
        if unknown or row["kind"] not in KINDS or row["status"] not in GI_STATES:
            raise BenchFileRefused(f"gis.csv, line {line}: unknown county, kind or status")
        one = Shaper(f"gis.csv, line {line}", _DOCUMENTS).build(Gi, _gi_facts(row, names), slug=row["id"])
        yield row["id"], as_plain(one)


def _gi_facts(row: Mapping[str, str], names: Mapping[str, str]) -> dict[str, object]:
    # The dictionary behind it takes some fifty megabytes, and web workers read this file's names too.
    from pypinyin import lazy_pinyin

    key, kind = KINDS[row["kind"]]
    codes = row["counties"].split(";")
    state = GI_STATES[row["status"]]
    said = {"sources": [DOCUMENT], "support": "unverified"}
    where = "、".join(names[code] for code in codes)
    return {
        "record": f"demo-{row['id']}",
        "name": {
            "zh": row["name"], "en": row["pinyin"].capitalize(), "pinyin": row["pinyin"],
            "initials": "".join(syllable[0] for syllable in lazy_pinyin(row["name"])),
        },
        "aliases": [],
        "category": CATEGORIES[row["category"]],
        "scope": "inside",
        "status": state,
        "support": "plan_only",
        "summary": DEMO.as_json(),
        "regions": {"places": [{"code": code, "name": names[code]} for code in codes], **said},
        "protections": [
            {
                "key": key, "kind": kind, "status": state, "number": row["reg_no"], "date": row["reg_date"],
                "holder": row["holder"], **said,
            }
        ],
        "area": {
            "text": {"zh": where, "en": where},
            "precision": "county",
            "units": [{"name_in_source": names[c], "name_now": names[c], "code": c} for c in codes],
            **said,
        },
        "notes": [{"text": DEMO.as_json(), **said}],
        "open_questions": [],
    }  # fmt: skip


def read_outlines(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The outline of each GI as WKB; a shape that crosses itself is mended as an upload would be."""
    import shapely

    with (folder / "areas.geojson").open(encoding="utf-8") as lines:
        for line in lines:
            feature = _FEATURE.match(line)
            if feature is None:
                continue
            shape = shapely.from_geojson(line.rstrip().rstrip(","))
            yield feature[1], shapely.to_wkb(shape if shape.is_valid else shapely.make_valid(shape))


def read_producers(folder: Path) -> Iterator[BenchProducer]:
    for line, row in read_rows(folder / "producers.csv"):
        reading = read_uscc(row["uscc"])
        if reading.error:
            raise BenchFileRefused(f"producers.csv, line {line}, uscc: {reading.error.en}")
        yield BenchProducer(int(row["id"]), row["gi_id"], reading.code, row["name"], row["county"])


def read_returns(folder: Path) -> Iterator[BenchReturn]:
    for _, row in read_rows(folder / "returns.csv"):
        yield BenchReturn(
            int(row["producer_id"]),
            int(row["year"]),
            hundredths(row["output_t"]) * GRAMS_PER_HUNDREDTH_TON,
            hundredths(row["value_wan"]) * FEN_PER_HUNDREDTH_WAN,
            hundredths(row["mark_wan"]) * FEN_PER_HUNDREDTH_WAN,
        )


def hundredths(written: str) -> int:
    """12.5 as 1250, without a float between."""
    whole, _, part = written.strip().partition(".")
    return int(whole) * 100 + int((part + "00")[:2])
