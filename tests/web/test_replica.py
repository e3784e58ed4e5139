"""Reading goes on from the replica while the database is away; what was typed waits in the page."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from portal.app import create_app
from portal.db import READING, db, transaction
from portal.register.actions import PORTAL, record
from tests.conftest import Visitor, settings_for

AWAY = "postgresql+psycopg://portal@/portal?host=/nowhere"


@pytest.fixture
def folder(tmp_path: Path, sqlite_template: Path, signing_key: Path) -> Path:
    shutil.copy(sqlite_template, tmp_path / "replica.db")
    shutil.copy(sqlite_template, tmp_path / "portal.db")
    shutil.copy(signing_key, tmp_path / "signing-key.pem")
    return tmp_path


def reached(folder: Path, url: str) -> Iterator[FlaskClient]:
    settings = settings_for(folder, url)
    app = create_app(replace(settings, read_database_url=f"sqlite:///{folder / 'replica.db'}"))
    app.test_client_class = Visitor
    with app.app_context():
        yield app.test_client()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def beside(folder: Path) -> Iterator[FlaskClient]:
    """The database answers; its replica lies beside it and follows when the test says so."""
    yield from reached(folder, f"sqlite:///{folder / 'portal.db'}")


@pytest.fixture
def away(folder: Path) -> Iterator[FlaskClient]:
    """The database is gone; the replica is there."""
    yield from reached(folder, AWAY)


def follow(app: Flask, folder: Path) -> None:
    for engine in db.engines.values():
        engine.dispose()
    for name in ("portal.db", "portal.db-wal", "portal.db-shm"):
        if (folder / name).exists():
            shutil.copy(folder / name, folder / name.replace("portal", "replica"))


def note(words: str) -> None:
    with transaction():
        record(PORTAL, "noted", "trial:1", {"words": {"from": None, "to": words}})


def test_a_replica_that_lags_behind_is_not_read(beside: FlaskClient, folder: Path) -> None:
    note("first")
    assert "trial:1" in beside.get("/api/v1/log?limit=100").text
    stores = beside.application.extensions["stores"]
    assert stores.end() != stores.replica_end()
    follow(beside.application, folder)
    assert stores.end() == stores.replica_end()
    with asked_of(READING) as of_replica, asked_of(None) as of_database:
        beside.get("/api/v1/gis?q=one")
        assert of_replica
        assert not of_database
        # Whoever may have changed something reads where it was changed.
        beside.set_cookie("portal", "somebody")
        of_replica.clear()
        beside.get("/api/v1/gis?q=two")
        assert of_database
        assert not of_replica


@contextmanager
def asked_of(name: str | None) -> Iterator[list[str]]:
    """The statements of sessions on one of the two, beside the one that asks how far it has come."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(db.engines[name], "before_cursor_execute", note)
    yield asked
    event.remove(db.engines[name], "before_cursor_execute", note)


def test_after_a_change_the_next_page_is_of_now(beside: FlaskClient, folder: Path) -> None:
    follow(beside.application, folder)
    for words in ("first", "second"):
        beside.get("/api/v1/log?limit=100")
        note(words)
        assert words in beside.get("/api/v1/log?limit=100").text


def test_pages_go_on_while_the_database_is_away(away: FlaskClient) -> None:
    for address in ("/", "/gi/", "/api/v1/gis", "/log/", "/map", "/verify", "/ratios/"):
        for _ in range(2):
            assert away.get(address).status_code == 200, address
    assert away.get("/readyz").status_code == 200


def test_what_was_typed_comes_back_to_be_sent_again(away: FlaskClient) -> None:
    typed = {"name": "某地某茶", "text": '更正："<b>" & 其他', "source": "https://example.org/"}
    answer = away.post("/gi/missing?q=x", data=typed, headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.text))
    assert {name: unescape(value) for name, value in found.items()} == typed
    assert "Send again" in answer.text


def test_a_password_is_never_put_into_a_page(away: FlaskClient) -> None:
    answer = away.post("/account/sign-in", data={"email": "a@b.cn", "password": "secret-words"})
    assert answer.status_code == 503
    assert "secret-words" not in answer.text
    assert 'type="hidden" name="email"' not in answer.text


def test_a_program_is_told_when_to_come_again(away: FlaskClient) -> None:
    answer = away.post("/api/v1/returns", json={"x": 1}, headers={"Authorization": "Bearer x"})
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert answer.headers["Retry-After"] == "5"
