"""Commands: `flask --app wsgi …`. Each file here holds the commands about one subject."""

import click
from flask import Flask

from portal.cli.later import Later

# The file in which a command stands, by its name.
FILES = {
    "backup": "store",
    "bench": "benchmark",
    "data": "snapshots",
    "database": "database",
    "db": "migrating",
    "demo": "demo",
    "import": "imports",
    "jobs": "jobs",
    "keys": "keys",
    "maps": "maps",
    "register": "register",
    "restore": "store",
    "setup": "setup",
    "users": "people",
}

# These name for themselves whatever they need of the rooms. Before any other all rooms are opened: what is
# hung up in them by being read - kinds of files, jobs, names, words - is part of what it does.
WITHOUT_ROOMS = frozenset({"backup", "bench", "database", "db", "keys", "restore"})


def init_app(app: Flask) -> None:
    app.cli = Commands(app)


class Commands(Later):
    def __init__(self, app: Flask):
        super().__init__(app.name, FILES)
        self._app = app

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name in FILES and name not in WITHOUT_ROOMS:
            self._app.open_rooms()
        return super().get_command(ctx, name)
