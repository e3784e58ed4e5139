"""Commands: `flask --app wsgi …`. Each file here holds the commands about one subject."""

from flask import Flask

from portal.cli import database, demo, imports, jobs, keys, maps, people, register, setup, snapshots, store


def init_app(app: Flask) -> None:
    for part in (setup, register, people, keys, store, database, jobs, demo, imports, maps, snapshots):
        part.add_commands(app.cli)
