"""What the portal is to reach beside the others, item by item, and what the items are called."""

from collections.abc import Callable
from dataclasses import dataclass

Told = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Goal:
    """How many times as fast as Datasette, and as the bare Flask program."""

    datasette: float
    flask: float | None = None


HEADINGS = {
    "product": "## Side by side, SQLite",
    "on-postgresql": "## The same on PostgreSQL (the others on SQLite)",
    "behind-nginx": "## Behind nginx, the version posted",
}
ITEMS: dict[str, tuple[str, Goal]] = {
    "W1_zh_json": ("search by Chinese, JSON", Goal(1.5, 0.6)),
    "W1_zh_html": ("search by Chinese, page", Goal(2)),
    "W1_py_json": ("search by pinyin, JSON", Goal(1.5, 0.6)),
    "W1_py_html": ("search by pinyin, page", Goal(2)),
    "W2_verify": ("check of a code", Goal(1.5, 0.7)),
    "W3_html": ("page of a GI", Goal(5)),
    "W3_json": ("one GI, JSON", Goal(2)),
    "W4_trend": ("trend of one GI", Goal(1.5)),
    "W5_point": ("GIs at a point", Goal(2, 0.8)),
}
PLAIN = {
    "datasette": "Datasette",
    "datasette_sql": "Datasette with an expert's SQL",
    "floor": "bare Flask",
    "office": "office script",
    "postgis": "PostGIS by SQL alone",
}
NGINX_GOAL = 0.5
SPREAD = 5.0
SCALING = {"W1_zh_html": 1.7, "W3_html": 1.7, "W2_verify": 1.7}


def _quicker(peer: str, times: float) -> "Reached":
    def reached(told: Told) -> bool | None:
        return told["product"]["s"] <= told[peer]["s"] * times if peer in told else None

    return reached


def _small_and_quick(told: Told) -> bool | None:
    small = told["product"]["mb"] <= 0.40
    return small and told["product"]["s"] * 10 <= told["datasette"]["s"] if "datasette" in told else small


Reached = Callable[[Told], bool | None]
"""None where what it is compared with was not measured."""

# The item, its words, its goal in words, and whether it is reached.
AT_ONCE: list[tuple[str, str, str, Reached | None]] = [
    ("W4_table", "table of all shares again", "5 ms", lambda told: told["product"]["s"] <= 0.005),
    (
        "W4_fresh",
        "table of all shares after a return was corrected",
        "≤ Datasette",
        _quicker("datasette", 1.0),
    ),
    ("W6_map", "all areas at national zoom", "0.40 MB, 10 × Datasette", _small_and_quick),
    ("W6_map_raw", "all areas to the last point", "none", None),
    (
        "W7_import",
        "import of licences (the script stores nothing)",
        "3 × office script",
        _quicker("office", 3.0),
    ),
    ("W8_users", "file of all licences again", "0.5 × Datasette", _quicker("datasette", 0.5)),
    ("W8_areas", "file of all areas again", "none", None),
]
