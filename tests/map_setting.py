"""A built map for tests: made once a run, then laid into each data folder."""

from pathlib import Path

from flask import Flask

from maps.making import make_map
from portal.catalogue.made_map import map_folder
from tests.services.once_a_run import once_a_run


def built_map() -> Path:
    return once_a_run("map", make_map)


def lay_map(app: Flask) -> None:
    """Put the built map where this app looks for it."""
    folder = map_folder()
    if not folder.exists():
        folder.symlink_to(built_map(), target_is_directory=True)
    assert app.config["SETTINGS"].data_dir == folder.parent
