"""Kept answers are handed out before the rest wakes up: the same bytes, and always of now."""

import gzip
import os
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import structlog
from flask import Flask, request
from flask.testing import FlaskClient
from structlog.testing import CapturingLogger

from portal import logs
from portal.app import create_app
from portal.common_shelf import CommonShelf
from portal.db import transaction
from portal.front import FrontDesk
from portal.register.actions import PORTAL, record
from portal.shelf import KeptAnswer, SharedShelf, packed, unpacked
from portal.turns import LONG, OneAtATime

OWN = ("X-Request-Number", "Content-Length", "Content-Encoding", "Date")


@pytest.fixture
def came(app: Flask) -> list[str]:
    """The addresses that came through to the portal from now on."""
    came: list[str] = []
    app.before_request(lambda: came.append(request.path))
    # Before the shelf that answers behind the desk.
    app.before_request_funcs[None].insert(0, app.before_request_funcs[None].pop())
    return came


def test_the_second_stranger_gets_the_kept_bytes_with_the_same_headers(
    client: FlaskClient, came: list[str]
) -> None:
    first, second = client.get("/gi/"), client.get("/gi/")
    assert came == ["/gi/"]
    assert second.data == first.data
    assert second.headers["X-Request-Number"] != first.headers["X-Request-Number"]
    for name, value in first.headers:
        if name not in OWN:
            assert second.headers.getlist(name) == [value], name


def test_what_was_changed_is_in_the_very_next_answer(app: Flask, client: FlaskClient) -> None:
    first = client.get("/api/v1/gis").json["version"]
    for expected in (first, first + 1, first + 2):
        for _ in range(2):
            answer = client.get("/api/v1/gis")
            assert answer.json["version"] == expected == int(answer.headers["X-Register-Version"])
        with transaction():
            record(PORTAL, "noted", "trial:1", {"words": {"from": None, "to": "x"}})


def test_one_question_serves_all_that_had_come_and_nobody_who_came_later(app: Flask) -> None:
    stores = app.extensions["stores"]
    asked: list[int] = []
    end = stores.end
    stores.end = lambda: asked.append(1) or end()
    had_come = time.monotonic()
    first = stores.public_version(had_come)
    assert stores.public_version(had_come) == first
    assert len(asked) == 1
    with transaction():
        record(PORTAL, "noted", "trial:1", {"words": {"from": None, "to": "x"}})
    assert stores.public_version(time.monotonic()) == first + 1
    assert stores.public_version() == first + 1
    assert len(asked) == 3


def test_a_line_that_broke_is_made_anew(app: Flask) -> None:
    stores = app.extensions["stores"]
    told = stores.end()
    for line in stores._to(None)[1]._free:
        line.hang_up()
    assert stores.end() == told


def test_compressed_for_those_who_ask_and_304_for_those_who_have_it(
    client: FlaskClient, came: list[str]
) -> None:
    plain = client.get("/gi/")
    zipped = client.get("/gi/", headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    known = client.get("/gi/", headers={"If-None-Match": plain.headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")
    assert known.headers["ETag"] == plain.headers["ETag"]
    assert known.headers["Cache-Control"] == "public, no-cache"
    assert "Content-Type" not in known.headers
    assert client.head("/gi/").data == b""
    assert came == ["/gi/"]


@pytest.mark.parametrize("headers", [{"Authorization": "Bearer x"}, {"Accept-Language": "en"}])
def test_who_shows_a_token_or_reads_another_language_is_passed_on(
    client: FlaskClient, came: list[str], headers: dict[str, str]
) -> None:
    client.get("/gi/")
    client.get("/gi/", headers=headers)
    assert came == ["/gi/", "/gi/"]


def test_whoever_has_a_session_is_passed_on(client: FlaskClient, came: list[str]) -> None:
    client.get("/gi/")
    client.set_cookie("portal", "something")
    client.get("/gi/")
    assert came == ["/gi/", "/gi/"]


def test_a_choice_of_language_is_remembered_each_time_it_is_made(client: FlaskClient) -> None:
    for _ in range(3):
        client.delete_cookie("lang")
        assert "lang=en" in client.get("/gi/?lang=en").headers["Set-Cookie"]


def test_kept_answers_are_logged_and_counted_like_all_others(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/gi/?q=secret")
    written = CapturingLogger()
    monkeypatch.setattr(logs, "log", structlog.wrap_logger(written, processors=[_as_it_is]))
    answer = client.get("/gi/?q=secret")
    [(_, _, told)] = written.calls
    assert told["request"] == answer.headers["X-Request-Number"]
    assert (told["method"], told["path"], told["status"], told["account"]) == ("GET", "/gi/", 200, None)
    before = _counted(client)
    client.get("/gi/?q=secret")
    assert _counted(client) == before + 1


def _as_it_is(_logger: object, _name: str, told: dict) -> dict:
    return told


def _counted(client: FlaskClient) -> float:
    lines = client.get("/metrics").text.splitlines()
    name = 'portal_answers_total{endpoint="catalogue.show_list",status="200"}'
    return float(next(line.split()[-1] for line in lines if line.startswith(name)))


def test_where_no_redis_answers_the_shared_shelf_is_merely_empty() -> None:
    shelf = SharedShelf("redis://127.0.0.1:1/0")
    answer = KeptAnswer(b"x" * 2000, "text/html; charset=utf-8", (("Link", "<a>"),), "catalogue.show_list")
    shelf.keep("tag", answer)
    assert shelf.find("tag") is None


@pytest.fixture
def workers(app: Flask) -> Iterator[tuple[list[str], Callable[[], FlaskClient]]]:
    """What was made by any of them, and a worker of the same gunicorn that is just starting."""
    file, made = os.memfd_create("kept"), []

    def start() -> FlaskClient:
        worker = create_app(app.config["SETTINGS"])
        worker.open_rooms()
        worker.extensions["common_shelf"] = CommonShelf(file, 2**20)
        # A desk that knows of it, before the portal itself.
        del worker.wsgi_app
        worker.wsgi_app = FrontDesk(worker, {})
        worker.before_request(lambda: made.append(request.full_path))
        worker.test_client_class = type(app.test_client())
        return worker.test_client()

    yield made, start
    os.close(file)


def test_what_one_worker_made_no_other_makes_again(
    workers: tuple[list[str], Callable[[], FlaskClient]],
) -> None:
    made, start = workers
    first = start().get("/gi/?q=x")
    for other in (start(), start()):
        for _ in range(2):
            answer = other.get("/gi/?q=x")
            assert answer.data == first.data
            for name, value in first.headers:
                if name not in OWN:
                    assert answer.headers.getlist(name) == [value], name
        zipped = other.get("/gi/?q=x", headers={"Accept-Encoding": "gzip"})
        assert gzip.decompress(zipped.data) == first.data
    assert made == ["/gi/?q=x"]
    with transaction():
        record(PORTAL, "noted", "trial:1", {"words": {"from": None, "to": "x"}})
    start().get("/gi/?q=x")
    assert made == ["/gi/?q=x", "/gi/?q=x"], "of another version"


def test_nothing_of_a_person_comes_to_where_other_workers_find_it(
    workers: tuple[list[str], Callable[[], FlaskClient]],
) -> None:
    made, start = workers
    for worker in (start(), start()):
        for path, headers in (("/account/sign-in", {}), ("/gi/", {"Authorization": "Bearer x"})):
            worker.get(path, headers=headers)
    assert len(made) == 4


@pytest.mark.parametrize("body", [b"short", "长".encode() * 2000])
def test_an_answer_comes_back_from_the_shared_shelf_as_it_was(body: bytes) -> None:
    answer = KeptAnswer(body, "text/html; charset=utf-8", (("Link", "<a>"),), "catalogue.show_list")
    assert unpacked(packed(answer)) == answer


def test_a_long_page_gives_its_turn_up_and_the_others_go_on() -> None:
    go_on, at_work = threading.Event(), []

    def wsgi(environ: dict, _start: object) -> list[bytes]:
        at_work.append(environ["PATH_INFO"])
        if environ["PATH_INFO"] == "/long":
            assert go_on.wait(30)
        return []

    turns = OneAtATime(wsgi)
    long = threading.Thread(target=turns, args=({"REQUEST_METHOD": "GET", "PATH_INFO": "/long"}, None))
    long.start()
    began = time.monotonic()
    for _ in range(50):
        turns({"REQUEST_METHOD": "GET", "PATH_INFO": "/short"}, None)
    assert len(at_work) == 51, "one waited for the long page, and nobody after it"
    assert time.monotonic() - began >= LONG
    go_on.set()
    long.join()


def test_the_desk_stands_before_the_portal(app: Flask) -> None:
    turns = app.wsgi_app
    assert isinstance(turns, OneAtATime | FrontDesk)
