"""Reads the administrative divisions that are shipped in `gi_data/divisions/`.

Sources, vintage and every departure from the source are told in `gi_data/divisions/README.md`.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gi_data.division_names import short_en, short_zh

FOLDER = Path(__file__).with_name("divisions")
NATION = "000000"

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
