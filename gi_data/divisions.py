"""Reads the administrative divisions that are shipped in `gi_data/divisions/` and finds them by name.

Sources, vintage and every departure from the source are told in `gi_data/divisions/README.md`.
"""

import csv
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from gi_data.division_names import short_en, short_zh

FOLDER = Path(__file__).with_name("divisions")
NATION = "000000"

NO_MATCH = 3

Level = Literal["province", "prefecture", "county", "township"]
FILES: dict[Level, str] = {
    "province": "provinces.csv",
    "prefecture": "prefectures.csv",
    "county": "counties.csv",
    "township": "townships.csv",
}


@dataclass(frozen=True)
class DivisionRow:
    """One division; `adcode` has six digits, or nine for a township.

    `in_standard` is false for the few development zones that only the statistical code list knows:
    they have officials and townships of their own but no place in GB/T 2260 and no outline.
    """

    adcode: str
    name_zh: str
    name_en: str
    pinyin: str
    initials: str
    level: Level
    parent: str | None
    in_standard: bool = True

    @property
    def short_zh(self) -> str:
        return short_zh(self.name_zh, self.level)

    @property
    def short_en(self) -> str:
        return short_en(self.name_en)

    @property
    def prefix(self) -> str:
        """The digits with which the code of everything inside this division begins."""
        return scope_prefix(self.adcode)

    @cached_property
    def search_keys(self) -> tuple[str, ...]:
        """What a person may type to find this division: Chinese, pinyin, initials, English."""
        latin = (self.pinyin, self.initials, self.name_en)
        keys = [self.name_zh, *(normalise_pinyin(text) for text in latin)]
        keys += [key.replace("v", "u") for key in keys if "v" in key]
        return tuple(dict.fromkeys(keys))


def read_divisions(folder: Path = FOLDER) -> list[DivisionRow]:
    """Every shipped division, provinces first, each after its parent."""
    rows: list[DivisionRow] = []
    for level, filename in FILES.items():
        with (folder / filename).open(encoding="utf-8", newline="") as lines:
            rows += [_row(level, record) for record in csv.DictReader(lines)]
    return rows


def _row(level: Level, record: dict[str, str]) -> DivisionRow:
    return DivisionRow(
        adcode=record["code"],
        name_zh=record["name"],
        name_en=record["name_en"],
        pinyin=record["pinyin"],
        initials="".join(syllable[0] for syllable in record["pinyin"].split()),
        level=level,
        parent=record["parent"] or None,
        in_standard=record.get("standing", "gbt2260") == "gbt2260",
    )


def scope_prefix(adcode: str) -> str:
    """The leading digits of a division and of everything inside it: 640000 gives 64, 640500 6405, the whole
    country none."""
    if adcode == NATION:
        return ""
    if len(adcode) == 6 and adcode.endswith("0000"):
        return adcode[:2]
    if len(adcode) == 6 and adcode.endswith("00"):
        return adcode[:4]
    return adcode


def normalise_pinyin(text: str) -> str:
    """Pinyin or English as bare letters and digits: "Zhōngníng Gǒuqǐ" gives "zhongninggouqi", ü gives v."""
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).lower())
    for accented in "üǖǘǚǜ":
        composed = composed.replace(accented, "v")
    plain = unicodedata.normalize("NFKD", composed)
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())


def find_divisions(rows: Iterable[DivisionRow], query: str, limit: int = 20) -> list[DivisionRow]:
    """Divisions whose code begins with the query or one of whose names holds it, best first."""
    ranked = [(_rank(row, query), len(row.adcode), row.adcode, row) for row in rows]
    ranked = [found for found in ranked if found[0] < NO_MATCH]
    return [row for *_, row in sorted(ranked, key=lambda found: found[:3])[:limit]]


def _rank(row: DivisionRow, query: str) -> int:
    """0 for a whole name, 1 for its beginning, 2 for its inside, NO_MATCH otherwise."""
    latin = normalise_pinyin(query)
    if latin.isdigit():
        return 0 if row.adcode == latin else 1 if row.adcode.startswith(latin) else NO_MATCH
    joined = "".join(query.split())
    wanted = latin if joined.isascii() or not _has_chinese(joined) else joined
    hits = [key for key in row.search_keys if wanted and wanted in key]
    if not hits:
        return NO_MATCH
    if wanted in hits:
        return 0
    return 1 if any(key.startswith(wanted) for key in hits) else 2


def _has_chinese(text: str) -> bool:
    return any("\u3400" <= letter <= "\u9fff" for letter in text)
