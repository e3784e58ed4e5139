"""A new demonstration begins from nothing, and the register of the old one is kept whole beside it."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from portal.app import create_app
from portal.cli.setup import bring_tables_up_to_date
from portal.db import db, transaction
from portal.register.actions import PORTAL, record
from portal.register.signing import create_key_file
from tests.conftest import settings_for


@pytest.fixture
def demonstration(tmp_path: Path):
    """A portal of its own, with an entry, a paper, a map and its key."""
    folder = tmp_path / "data"
    app = create_app(settings_for(folder, f"sqlite:///{folder / 'portal.db'}"))
    with app.app_context():
        create_key_file(folder / "signing-key.pem")
        for name in ("documents", "maps"):
            (folder / name).mkdir()
            (folder / name / "one").write_text(name)
        bring_tables_up_to_date()
        with transaction():
            record(PORTAL, "amended", "gi:before", {})
        db.session.remove()
        yield app
        db.session.remove()
        db.engine.dispose()


def set_aside(app: Flask):
    return app.test_cli_runner().invoke(args=["demo", "set-aside"])


def test_all_but_key_and_map_is_set_aside_and_setup_begins_from_nothing(demonstration):
    folder = demonstration.config["SETTINGS"].data_dir
    done = set_aside(demonstration)
    assert done.exit_code == 0, done.output
    assert {one.name for one in folder.iterdir()} == {"earlier", "maps", "signing-key.pem"}
    (kept,) = (folder / "earlier").iterdir()
    assert str(kept) in done.output
    assert (kept / "documents" / "one").read_text() == "documents"
    with sqlite3.connect(kept / "portal.db") as register:
        assert register.execute("SELECT subject FROM register_entry").fetchall() == [("gi:before",)]
    register.close()
    bring_tables_up_to_date()
    assert db.session.scalar(text("SELECT count(*) FROM register_entry")) == 0


def test_without_a_register_there_is_nothing_to_set_aside(demonstration):
    folder = demonstration.config["SETTINGS"].data_dir
    set_aside(demonstration)
    again = set_aside(demonstration)
    assert (again.exit_code, again.output) == (0, "")
    assert len(list((folder / "earlier").iterdir())) == 1


def test_a_register_in_use_stays_where_it_is(demonstration):
    folder = demonstration.config["SETTINGS"].data_dir
    other = sqlite3.connect(folder / "portal.db")
    other.execute("SELECT count(*) FROM register_entry").fetchone()
    refused = set_aside(demonstration)
    other.close()
    assert refused.exit_code == 1 and "stop the portal first" in refused.output
    assert not (folder / "earlier").exists()


@pytest.mark.parametrize(
    "changed, word",
    [
        ({"environment": "production"}, "PORTAL_ENV"),
        ({"database_url": "postgresql+psycopg://portal@127.0.0.1/portal"}, "DATABASE_URL"),
        ({"database_url": "sqlite:////elsewhere/portal.db"}, "DATABASE_URL"),
    ],
)
def test_only_the_demonstrations_own_register_is_moved(demonstration, changed, word):
    settings = demonstration.config["SETTINGS"]
    demonstration.config["SETTINGS"] = replace(settings, **changed)
    refused = set_aside(demonstration)
    assert refused.exit_code == 1 and word in refused.output
    assert not (settings.data_dir / "earlier").exists()


def test_make_sets_aside_and_then_sets_up(demonstration):
    recipe = Path("Makefile").read_text("utf-8").partition("demo-reset:")[2].split("\n\n")[0]
    assert recipe.index("demo set-aside") < recipe.index("wsgi setup")
