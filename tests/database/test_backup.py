"""A backup taken while people write is whole, and what is restored is verified."""

import shutil

import pytest
from sqlalchemy import select

from portal.db import db, transaction
from portal.register.actions import PORTAL, record
from portal.register.models import Entry

# A restore makes every table anew.
pytestmark = pytest.mark.own_database


def note(subject: str) -> None:
    with transaction():
        record(PORTAL, "amended", subject, {})


def subjects() -> set[str]:
    found = set(db.session.scalars(select(Entry.subject)))
    db.session.remove()
    return found


@pytest.fixture
def commands(app):
    if db.engine.dialect.name == "postgresql":
        if not shutil.which("pg_dump"):
            pytest.fail("pg_dump is not installed")
        # Only the owner may put a backup back; the application's role may not rewrite the register.
        url = db.engine.url.set(username="portal_owner").render_as_string(hide_password=False)
        settings = app.config["SETTINGS"]
        app.config["SETTINGS"] = type(settings)(**(vars(settings) | {"database_url": url}))
    return app.test_cli_runner()


def test_what_was_written_before_the_backup_comes_back_and_what_came_later_does_not(app, commands, tmp_path):
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "a.pdf").write_bytes(b"paper")
    for month in ("2026-10", ".2026-11"):
        (tmp_path / "snapshots" / month).mkdir(parents=True)
    (tmp_path / "snapshots" / "2026-10" / "manifest.json").write_text("{}")
    note("gi:before")
    done = commands.invoke(args=["backup", str(tmp_path / "copy")])
    assert done.exit_code == 0, done.output
    note("gi:after")
    for folder in ("documents", "snapshots"):
        shutil.rmtree(tmp_path / folder)
    refused = commands.invoke(args=["restore", str(tmp_path / "copy")])
    assert refused.exit_code == 1
    assert "gi:after" in subjects()
    back = commands.invoke(args=["restore", str(tmp_path / "copy"), "--replace"])
    assert back.exit_code == 0, back.output
    assert "verified" in back.output
    assert "gi:before" in subjects()
    assert "gi:after" not in subjects()
    assert (tmp_path / "documents" / "a.pdf").read_bytes() == b"paper"
    assert (tmp_path / "snapshots" / "2026-10" / "manifest.json").exists()
    assert not (tmp_path / "snapshots" / ".2026-11").exists(), "one half made is made anew"
    note("gi:goes-on")
    assert commands.invoke(args=["register", "verify"]).exit_code == 0


def test_a_backup_never_overwrites_another(app, commands, tmp_path):
    assert commands.invoke(args=["backup", str(tmp_path / "copy")]).exit_code == 0
    assert commands.invoke(args=["backup", str(tmp_path / "copy")]).exit_code == 1
