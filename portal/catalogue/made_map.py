"""The map that `maps build` made, as a web worker finds it in the data folder."""

from pathlib import Path

from flask import current_app

from maps.made import MANIFEST, PAGE_FOLDER, MadeMap, read_made_map
from portal.lib.problems import NotFound
from portal.lib.text import Text

FOLDER = "maps"


def map_folder() -> Path:
    return current_app.config["SETTINGS"].data_dir / FOLDER


def find_map() -> MadeMap | None:
    """The newest finished build; a new one is noticed by its manifest, without a restart."""
    manifest = map_folder() / PAGE_FOLDER / MANIFEST
    made_at = manifest.stat().st_mtime_ns if manifest.is_file() else None
    kept = current_app.extensions.get("made_map")
    if kept is None or kept[0] != made_at:
        kept = (made_at, read_made_map(map_folder()) if made_at else None)
        current_app.extensions["made_map"] = kept
    return kept[1]


def get_map() -> MadeMap:
    made = find_map()
    if made is None:
        raise NotFound(
            Text("地图还没有生成", "The map has not been built yet"),
            next_step=Text(
                "请管理员运行 flask --app wsgi maps build",
                "Ask the administrator to run flask --app wsgi maps build",
            ),
        )
    return made
