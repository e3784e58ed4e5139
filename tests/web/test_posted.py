"""nginx keeps public answers under the posted version, and never shows less than what is stored."""

import fcntl
import os
import time
import urllib.request
from http.client import HTTPResponse
from pathlib import Path

import pytest
from flask import Flask, request
from sqlalchemy.exc import SQLAlchemyError

from portal.db import transaction
from portal.posted import Posted
from portal.register.actions import PORTAL, record
from portal.register.queries import public_version
from tests.services.needed import NotHere, give_up
from tests.services.nginx_server import nginx_server
from tests.services.served import served


def note(words: str) -> None:
    with transaction():
        record(PORTAL, "noted", "trial:1", {"words": {"from": None, "to": words}})


def version_at(posting: Flask) -> int:
    return posting.config["SETTINGS"].posted_version.stat().st_size


def test_the_version_is_posted_after_each_change_and_down_while_it_is_stored(posting: Flask, posted: Posted):
    path = posting.config["SETTINGS"].posted_version
    note("first")
    assert version_at(posting) == public_version()
    with posted.taken_down():
        assert not path.exists()
        # Another process that comes by meanwhile does not put the old one up again.
        posted.read()
        assert not path.exists()
    assert version_at(posting) == public_version()


def test_the_front_desk_reads_the_notice_and_asks_no_database(posting: Flask, posted: Posted, monkeypatch):
    client = posting.test_client()
    for words in ("first", "second"):
        note(words)
        versions = [int(client.get("/gi/").headers["X-Register-Version"]) for _ in range(2)]
        assert versions == [public_version()] * 2
    asked = []
    monkeypatch.setattr(posting.extensions["stores"], "end", lambda: asked.append(1))
    assert client.get("/gi/").status_code == 200
    assert asked == []
    with posted.taken_down():
        client.get("/gi/")
        assert asked


def test_a_notice_that_somebody_left_without_this_setting_is_put_right(posting: Flask, posted: Posted):
    note("first")
    with posted.taken_down():
        pass
    path, date = (
        posting.config["SETTINGS"].posted_version,
        posting.config["SETTINGS"].posted_version.stat().st_mtime,
    )
    os.truncate(path, version_at(posting) - 1)
    os.utime(path, (date, date))
    posted._renew_at = 0.0
    posting.test_client().get("/gi/")
    assert version_at(posting) == public_version()


def test_a_change_that_fails_leaves_no_notice_and_the_next_reader_mends_it(posting: Flask, posted: Posted):
    path = posting.config["SETTINGS"].posted_version
    note("first")
    with pytest.raises(SQLAlchemyError), posted.taken_down():
        raise SQLAlchemyError
    assert not path.exists()
    posting.test_client().get("/gi/")
    assert version_at(posting) == public_version()


def test_nobody_waits_for_whoever_is_storing(posting: Flask):
    path = posting.config["SETTINGS"].posted_version
    with open(f"{path}.turn", "a") as queue:
        fcntl.flock(queue, fcntl.LOCK_EX)
        assert posting.test_client().get("/gi/").status_code == 200
        assert not path.exists()


def log_up_to(last: str, log: Path) -> str:
    """nginx writes its log in blocks, in the order of what was asked."""
    until = time.monotonic() + 20
    while last not in (logged := log.read_text()):
        assert time.monotonic() < until
        time.sleep(0.05)
    return logged


# A page lies as a file once two strangers have asked; what is neither a page nor JSON nginx keeps itself.
KEPT_AS = {"/robots.txt": ("MISS", "HIT", "HIT"), "/gi/": ("MISS", "MISS", "READY", "READY")}


def test_nginx_answers_by_itself_until_something_changes(posting: Flask, tmp_path: Path):
    came: list[str] = []
    posting.before_request(lambda: came.append(request.path))
    try:
        with (
            served(posting) as portal,
            nginx_server(tmp_path, portal.removeprefix("http://"), version_path(posting)) as nginx,
        ):
            ask(nginx)  # Whoever comes first finds no notice, and puts it up.
            for words in ("first", "second", "third"):
                note(words)
                came.clear()
                for path, kept in KEPT_AS.items():
                    for how in kept:
                        answer = ask(nginx, path=path)
                        assert answer.headers["X-Cache"] == how
                        assert int(answer.headers["X-Register-Version"]) == public_version()
                assert came == list(KEPT_AS)
            # Who looks at tips leaves no line behind, nowhere.
            for path in ("/tips/new", "/tips/status?number=T26-XXXXXXX", "/healthz"):
                urllib.request.urlopen(f"{nginx}{path}").close()
            logged = log_up_to("/healthz", tmp_path / "access.log")
            assert "/gi/" in logged and "/tips" not in logged
            known = {"If-None-Match": answer.headers["ETag"]}
            with pytest.raises(urllib.error.HTTPError, match="304"):
                ask(nginx, known)
            # Whoever has signed in is answered by the portal itself.
            assert ask(nginx, {"Cookie": "portal=x"}).headers["X-Cache"] == "BYPASS"
            # Without a notice it is asked each time whether it still is the version.
            with open(f"{version_path(posting)}.turn", "a") as queue:
                fcntl.flock(queue, fcntl.LOCK_EX)
                version_path(posting).unlink()
                assert [ask(nginx).headers["X-Cache"] for _ in range(2)] == ["EXPIRED", "REVALIDATED"]
    except NotHere as reason:
        give_up(reason)


def version_path(posting: Flask) -> Path:
    return posting.config["SETTINGS"].posted_version


def ask(nginx: str, headers: dict[str, str] | None = None, path: str = "/gi/") -> HTTPResponse:
    with urllib.request.urlopen(urllib.request.Request(f"{nginx}{path}", headers=headers or {})) as answer:
        answer.read()
        return answer
