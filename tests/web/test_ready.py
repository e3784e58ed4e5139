"""Pages that nginx hands out as files: just what the portal would have said, to strangers who read."""

import gzip
import http.client
import os
from collections.abc import Callable, Iterator
from http.client import HTTPResponse
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal import ready
from portal.lib.clock import today
from portal.posted import Posted
from portal.ready import PLAIN_ADDRESS, ReadyFiles
from portal.register.queries import public_version
from portal.shelf import KeptAnswer
from tests.services.needed import NotHere, give_up
from tests.services.nginx_server import nginx_server
from tests.services.served import served

# Of the server that says it, of one answer only, or of how the bytes travel.
OF_EACH = {"server", "date", "connection", "x-cache", "x-request-number", "etag", "vary"}
PAGES = (
    "/",
    "/gi/",
    "/gi/?q=%E6%9E%B8%E6%9D%9E&within=name",
    "/verify",
    "/api/v1/gis?per_page=20",
    "/api/v1/log/head",
)
READERS = ({}, {"Accept-Language": "en-GB,en"}, {"Accept-Encoding": "gzip"}, {"Cookie": "lang=en"})

Ask = Callable[..., HTTPResponse]


@pytest.fixture
def ask(posting: Flask, tmp_path: Path) -> Iterator[Ask]:
    """Asks nginx for an address, to the byte as it is written here."""
    posted_at = posting.config["SETTINGS"].posted_version
    try:
        with (
            served(posting) as portal,
            nginx_server(tmp_path, portal.removeprefix("http://"), posted_at) as nginx,
        ):
            lines = http.client.HTTPConnection(nginx.removeprefix("http://"), timeout=20)

            def ask(path: str, headers: dict[str, str] | None = None, method: str = "GET") -> HTTPResponse:
                lines.putrequest(method, path, skip_accept_encoding=True)
                for name, value in (headers or {}).items():
                    lines.putheader(name, value)
                lines.endheaders()
                answer = lines.getresponse()
                answer.body = answer.read()
                return answer

            ask("/robots.txt")  # Whoever comes first finds no notice, and puts it up.
            yield ask
            lines.close()
    except NotHere as reason:
        give_up(reason)


def test_a_file_is_what_the_portal_said_with_the_same_headers(ask: Ask):
    for reader, path in product(READERS, PAGES):
        answers = [ask(path, reader) for _ in range(4)]
        first = next(n for n, one in enumerate(answers) if one.headers["X-Cache"] == "READY")
        before, file = answers[first - 1], answers[first]
        assert said(file) == said(before), (path, reader)
        assert plain(file) == plain(before), (path, reader)
        assert int(file.headers["X-Register-Version"]) == public_version()
        assert sorted(words(file, "Vary")) == sorted(words(before, "Vary"))
        assert ask(path, reader | {"If-None-Match": file.headers["ETag"]}).status == 304
        head = ask(path, reader, "HEAD")
        assert head.headers["X-Cache"] == "READY" and said(head) == said(file) and head.body == b""


def said(answer: HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.getheaders() if name.lower() not in OF_EACH}


def words(answer: HTTPResponse, name: str) -> list[str]:
    return answer.headers[name].replace(" ", "").split(",")


def plain(answer: HTTPResponse) -> bytes:
    return gzip.decompress(answer.body) if answer.headers["Content-Encoding"] == "gzip" else answer.body


def test_who_is_no_stranger_or_does_not_read_is_answered_by_the_portal(ask: Ask):
    for _ in range(3):
        last = ask("/gi/")
    assert last.headers["X-Cache"] == "READY"
    assert ask("/gi/", {"Cookie": "portal=x"}).headers["X-Cache"] == "BYPASS"
    assert ask("/gi/", {"Authorization": "Bearer x"}).headers["X-Cache"] != "READY"
    assert ask("/gi/", {"Content-Length": "0"}, "POST").status == 405
    # Whoever reads another language has a page of his own.
    assert b'<html lang="en"' in ask("/gi/", {"Cookie": "lang=en"}).body
    assert ask("/gi/").headers["Content-Language"] == "zh-CN"


def test_what_other_sites_may_show_and_what_sets_a_cookie_is_no_file(ask: Ask, tmp_path: Path):
    for path in ("/embed/map", "/gi/?lang=en", "/account/sign-in", "/robots.txt"):
        for _ in range(3):
            assert ask(path).headers["X-Cache"] != "READY", path
    assert not list((tmp_path / "run" / "ready").rglob("*.html"))


HOSTILE = (
    "/gi/?q=/../../../../../../secret",
    "/gi/?q=../secret",
    "/gi/..%2f..%2f..%2f..%2fsecret",
    "/gi/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/secret",
    "/gi/x/../../../../../../secret",
    "//secret",
    "/" + "a" * 3000,
)


def test_no_address_leads_out_of_the_folder(ask: Ask, tmp_path: Path):
    (tmp_path / "run" / "secret.html").write_text("secret of the machine")
    for path in HOSTILE * 3:
        answer = ask(path)
        assert answer.headers["X-Cache"] != "READY", path
        assert b"secret of the machine" not in answer.body, path


@given(st.text(st.sampled_from("/.~%?ab&=:;-_\\\0é"), max_size=30))
def test_a_plain_address_lies_below_the_folder(address: str):
    if PLAIN_ADDRESS.fullmatch(f"/{address}"):
        root = "/run/portal/ready/x/zh"
        assert os.path.normpath(f"{root}/{address}.html").startswith(f"{root}/")
        assert not any(part.startswith(".") for part in address.split("/"))


@pytest.fixture
def files(posted: Posted) -> ReadyFiles:
    return ReadyFiles(posted)


@pytest.fixture
def page(posting: Flask) -> KeptAnswer:
    head = [(name, value) for name, value in ready._of_nginx("zh", False)["html"].items()]
    kept = KeptAnswer("<p>第一页</p>".encode() * 100, "text/html; charset=utf-8", (), "catalogue.gis")
    kept.head = [*head, ("ETag", 'W/"0"'), ("X-Register-Version", "7")]
    return kept


def asked(posted: Posted, version: int, **other: str) -> dict[str, str]:
    return {
        "RAW_URI": "/gi/",
        "HTTP_X_READY_AT": "2026-11-30/zh",
        "HTTP_X_POSTED_VERSION": posted.tag(version),
        "wsgi.url_scheme": "http",
    } | other


def key(version: int, language: str = "zh") -> tuple[str, str, int, str]:
    return ("/gi/?", language, version, today().isoformat())


def test_only_what_nginx_would_hand_out_rightly_has_a_place(
    files: ReadyFiles, posted: Posted, page: KeptAnswer
):
    place = files.place_of(asked(posted, 7), key(7), page)
    assert place.relative_to(posted.folder) == Path(
        "ready", f"{posted.tag(7)}2026-11-30", "zh", "gi", ".html"
    )
    for other in (
        {"HTTP_X_READY_AT": "2026-11-30/en"},
        {"HTTP_X_READY_AT": "../zh"},
        {"HTTP_X_POSTED_VERSION": posted.tag(6)},
        {"HTTP_X_POSTED_VERSION": ""},
        {"RAW_URI": "/gi/../x"},
        {"wsgi.url_scheme": "https"},
    ):
        assert files.place_of(asked(posted, 7, **other), key(7), page) is None, other
    page.head.append(("Link", "</>"))
    assert files.place_of(asked(posted, 7), key(7), page) is None


def test_a_new_version_begins_with_an_empty_folder(
    files: ReadyFiles, posted: Posted, page: KeptAnswer, monkeypatch
):
    monkeypatch.setattr(ready, "Thread", AtOnce)
    old, new = (files.place_of(asked(posted, version), key(version), page) for version in (7, 7))
    files.write(old, "ab" * 16, page)
    assert gzip.decompress(old.with_name(f"{old.name}.gz").read_bytes()) == old.read_bytes() == page.body
    new = files.place_of(asked(posted, 8), key(8), page)
    files.write(new, "cd" * 16, page)
    assert new.exists() and not old.exists()
    next_day = files.place_of(asked(posted, 8, HTTP_X_READY_AT="2026-12-01/zh"), key(8), page)
    files.write(next_day, "ef" * 16, page)
    assert next_day.exists() and not new.exists()


def test_the_folder_is_never_larger_than_stated_and_a_full_disk_harms_nobody(
    files: ReadyFiles, posted: Posted, page: KeptAnswer, monkeypatch
):
    monkeypatch.setattr(ready, "MOST_BYTES", 20_000)
    monkeypatch.setattr(ready, "Thread", AtOnce)
    written = 0
    while (place := files.place_of(asked(posted, 7, RAW_URI=f"/gi/{written}"), key(7), page)) is not None:
        files.write(place, "ab" * 16, page)
        written += 1
    assert 1 <= written <= 3
    # The next day there is room again; where nothing can be written nobody notices.
    place = files.place_of(asked(posted, 7, HTTP_X_READY_AT="2026-12-01/zh"), key(7), page)
    place.parent.mkdir(parents=True)
    place.mkdir()
    files.write(place, "ab" * 16, page)
    assert files.place_of(asked(posted, 7, HTTP_X_READY_AT="2026-12-01/zh"), key(7), page) is None


class AtOnce:
    def __init__(self, target: Callable[[], None], daemon: bool):
        self.start = target
