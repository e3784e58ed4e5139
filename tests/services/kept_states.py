"""What a setting brings into the empty database of a test: made once by each worker, then laid back.

Stating the shipped register takes half a second each time, copying its rows a few hundredths.
"""

import shutil
import tempfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import TypeVar

from flask import current_app
from psycopg import Connection

from portal.db import db
from tests.services.memory import quick_folder

# Kept for the life of the process and removed with it.
_home = tempfile.TemporaryDirectory(prefix="kept-states-", dir=quick_folder())
_kept: dict[tuple[str, str], object] = {}
T = TypeVar("T")


def once(make: Callable[[], T]) -> T:
    """Do `make()` to the database and the data folder, or lay back what it did to those of an earlier test.

    Nothing may have been written before it in this test, and it must answer with plain values: ids, not rows.
    """
    url, shared = db.engine.url, current_app.config.get("TEST_SHARED")
    if url.get_backend_name() == "postgresql" and shared is None:
        return make()
    place = _Postgresql(shared) if shared else _Sqlite(Path(url.database))
    name = f"{make.__module__}_{make.__name__}".replace(".", "_").lstrip("_")
    key = (url.get_backend_name(), name)
    files = Path(_home.name) / f"{key[0]}-{name}"
    folder = current_app.config["SETTINGS"].data_dir
    db.session.remove()
    if key not in _kept:
        before = {one.name for one in folder.iterdir()}
        answer = make()
        db.session.remove()
        db.engine.dispose()
        place.keep(files, name)
        for one in folder.iterdir():
            if one.name not in before and not one.name.startswith("portal.db"):
                _copy(one, files / "folder" / one.name)
        _kept[key] = answer
    else:
        db.engine.dispose()
        place.lay(files, name)
        if (files / "folder").exists():
            shutil.copytree(files / "folder", folder, dirs_exist_ok=True)
    return deepcopy(_kept[key])


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy(source, target)


class _Sqlite:
    """One file; it is whole once the last connection is closed."""

    def __init__(self, path: Path):
        self.path = path

    def keep(self, files: Path, _name: str) -> None:
        _copy(self.path, files / "portal.db")

    def lay(self, files: Path, _name: str) -> None:
        self.path.unlink()
        shutil.copy(files / "portal.db", self.path)


class _Postgresql:
    """A schema for each state beside the one in use, in the database that a worker's tests share."""

    def __init__(self, connection: Connection):
        self.connection = connection

    def keep(self, _files: Path, name: str) -> None:
        self.connection.execute("SELECT kept.keep(%s)", (name,))

    def lay(self, _files: Path, name: str) -> None:
        self.connection.execute("SELECT kept.lay(%s)", (name,))
