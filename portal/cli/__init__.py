"""Commands: `flask --app wsgi …`. Each file here holds the commands about one subject."""

from flask import Flask

from portal.cli import (
    bench,
    database,
    demo,
    imports,
    jobs,
    keys,
    maps,
    people,
    register,
    setup,
    snapshots,
    store,
)


def init_app(app: Flask) -> None:
    for part in (bench, setup, register, people, keys, store, database, jobs, demo, imports, maps, snapshots):
        part.add_commands(app.cli)
