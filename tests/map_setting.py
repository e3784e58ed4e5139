"""A built map for tests: made once by the process that first needs it, then laid into each data folder."""

import tempfile
from functools import lru_cache
from pathlib import Path

from flask import Flask

from maps.making import make_map
from portal.catalogue.made_map import map_folder

# Kept for the life of the process and removed with it.
_home = tempfile.TemporaryDirectory(prefix="built-map-")


@lru_cache(maxsize=1)
def built_map() -> Path:
    folder = Path(_home.name) / "maps"
    make_map(folder)
    return folder


def lay_map(app: Flask) -> None:
    """Put the built map where this app looks for it."""
    folder = map_folder()
    if not folder.exists():
        folder.symlink_to(built_map(), target_is_directory=True)
    assert app.config["SETTINGS"].data_dir == folder.parent
