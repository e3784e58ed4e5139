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
    migrating,
    people,
    register,
    setup,
    snapshots,
    store,
)


def init_app(app: Flask) -> None:
    about_the_store = (setup, migrating, store, database, snapshots)
    for part in (*about_the_store, bench, register, people, keys, jobs, demo, imports, maps):
        part.add_commands(app.cli)
