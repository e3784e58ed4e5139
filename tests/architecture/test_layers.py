"""Arrows point down only."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import (
    FOR_VIEWS,
    FRAME,
    INNER_ORDER,
    ROOMS,
    ROOT,
    imports_of,
    python_files,
    room_of,
)

HEAVY = (
    "geopandas",
    "folium",
    "pandas",
    "pyogrio",
    "topojson",
    "matplotlib",
    "frykit",
    "shapely",
    "numpy",
    "openpyxl",
    "reportlab",
)
VIEW_LIKE = ("views", "api", "forms", "panels", "trays")


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def speaks_http(path: Path) -> bool:
    name = path.stem
    return path.parent.name == "api" or "views" in name or "forms" in name or name in ("sessions", "demo")


def test_every_folder_of_the_portal_has_its_place_in_the_picture():
    folders = {path.name for path in (ROOT / "portal").iterdir() if (path / "__init__.py").exists()}
    assert folders - set(ROOMS) - FRAME - {"migrations"} == set()


def test_no_room_imports_from_a_room_above_it():
    wrong = []
    for path in python_files("portal"):
        own = room_of(module_of(path))
        if own is None:
            continue
        for module in imports_of(path):
            other = room_of(module)
            if other is not None and ROOMS.index(other) > ROOMS.index(own):
                wrong.append(f"{path.relative_to(ROOT)} imports {module}")
    assert wrong == []


def test_rooms_use_the_frame_only_where_they_speak_http():
    wrong = []
    for path in python_files("portal"):
        if room_of(module_of(path)) is None:
            continue
        for module in imports_of(path):
            parts = module.split(".")
            uses_frame = parts[0] == "portal" and len(parts) > 1 and parts[1] in FRAME
            if uses_frame and not (parts[1] in FOR_VIEWS and speaks_http(path)):
                wrong.append(f"{path.relative_to(ROOT)} imports {module}")
    assert wrong == []


def test_inside_a_room_rules_know_nothing_and_views_are_known_by_nothing():
    wrong = []
    for path in python_files("portal"):
        room, name = room_of(module_of(path)), path.stem
        if room is None or name not in INNER_ORDER:
            continue
        for module in imports_of(path):
            parts = module.split(".")
            if (
                len(parts) < 3
                or parts[0] != "portal"
                or parts[2] not in INNER_ORDER
                or room_of(module) is None
            ):
                continue
            same_room = parts[1] == room
            higher = INNER_ORDER.index(parts[2]) > INNER_ORDER.index(name)
            # An action may ask a query and a query may use what an action shapes; nothing else points up.
            pair = {name, parts[2]} == {"queries", "actions"}
            if (same_room and higher and not pair) or (not same_room and parts[2] == "forms"):
                wrong.append(f"{path.relative_to(ROOT)} imports {module}")
    assert wrong == []


@pytest.mark.parametrize("path", [p for p in python_files("portal") if p.stem == "rules"], ids=str)
def test_rules_have_no_clock_no_session_and_no_framework(path: Path):
    allowed_own = ("portal.lib", "portal.regions.rules", "portal.catalogue.rules", "portal.accounts.rules")
    for module in imports_of(path):
        root = module.split(".")[0]
        assert root not in ("flask", "sqlalchemy", "flask_login", "wtforms"), f"{path} imports {module}"
        if root == "portal":
            assert module.startswith(allowed_own) or ".rules" in module, f"{path} imports {module}"
            assert "clock" not in module, f"{path} asks the clock"


def test_files_and_maps_know_nothing_of_flask_the_session_or_roles():
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for folder in ("gi_data", "maps")
        for path in python_files(folder)
        for module in imports_of(path)
        if module.split(".")[0] in ("flask", "sqlalchemy", "flask_sqlalchemy", "flask_login")
        or (module.startswith("portal.") and not module.startswith("portal.lib"))
    ]
    assert wrong == []


def test_the_worker_that_serves_knows_nothing_of_the_portal():
    modules = {module for path in python_files("portal/serving") for module in imports_of(path)}
    imported = {module.split(".")[0] for module in modules if not module.startswith("portal.serving.")}
    assert "gunicorn" in imported
    assert imported.isdisjoint({"portal", "gi_data", "maps", "flask", "sqlalchemy"})


def test_a_web_worker_loads_no_map_table_or_paper_library_when_it_starts():
    program = "import sys, portal.app; print(','.join(sorted(m for m in sys.modules if '.' not in m)))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.strip().split(","))
    assert loaded.isdisjoint(HEAVY)


def test_nothing_but_the_one_transaction_commits():
    wrong = [
        str(path.relative_to(ROOT))
        for path in python_files("portal")
        if "session.commit(" in path.read_text(encoding="utf-8") and path.name != "db.py"
    ]
    assert wrong == []
