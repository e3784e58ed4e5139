"""The small tables that offices keep: days that are not what their weekday says, and who decides where."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FOLDER = Path(__file__).parent
HOLIDAYS = FOLDER / "holidays.csv"
ROUTES = FOLDER / "approval_routes.csv"


@dataclass(frozen=True)
class SpecialDay:
    day: date
    working: bool
    name: str
    source: str


@dataclass(frozen=True)
class ApprovalRoute:
    """Who approves the use of the special mark in a province, and where that is said."""

    province: str
    route: str
    support: str
    source_zh: str
    source_en: str


def read_special_days(path: Path = HOLIDAYS) -> list[SpecialDay]:
    return [
        SpecialDay(date.fromisoformat(row["day"]), _is_worked(row["kind"]), row["name"], row["source"])
        for row in _rows(path)
    ]


def read_routes(path: Path = ROUTES) -> dict[str, ApprovalRoute]:
    """By the code of the province."""
    return {row["province"]: ApprovalRoute(**row) for row in _rows(path)}


def _is_worked(kind: str) -> bool:
    if kind not in ("rest", "work"):
        raise ValueError(f"a day is rest or work, not {kind!r}")
    return kind == "work"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
