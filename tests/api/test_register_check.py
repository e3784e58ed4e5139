"""The stand-alone program finds nothing on an honest portal and catches one that rewrote its past."""

import importlib.util
import json
import random
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

import pytest
import rfc8785
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.app import create_app
from portal.cli.loading import load_register
from portal.db import db, transaction
from portal.register import merkle
from portal.register.actions import Actor, record
from tests.architecture.house import ROOT
from tests.conftest import settings_for
from tests.services.kept_states import once
from tests.services.served import served

CLERK = Actor("中宁县（演示）", 7)


def load_program() -> ModuleType:
    spec = importlib.util.spec_from_file_location("register_check", ROOT / "docs" / "register_check.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


program = load_program()


def write_entries(words: Iterable[str]) -> None:
    """One entry each; number 1 is there already and tells of the divisions."""
    for word in words:
        with transaction():
            record(CLERK, "amended", "gi:gouqi", {"holder": {"from": None, "to": word}})


def check(app: Flask, *arguments: str) -> int:
    db.session.remove()
    with served(app) as address:
        return program.main([address, *arguments])


def test_an_honest_portal_passes_today_and_when_it_has_grown(app: Flask, tmp_path: Path, capsys):
    saved = str(tmp_path / "head.json")
    write_entries(["one", "two", "three"])
    assert check(app, "--saved", saved, "--entry", "2", "--whole") == 0
    assert json.loads(Path(saved).read_text())["head"]["size"] == 4
    write_entries(["four", "five"])
    assert check(app, "--saved", saved, "--entry", "5") == 0
    assert "saved at 4 entries" in capsys.readouterr().out
    assert json.loads(Path(saved).read_text())["head"]["size"] == 6


def test_what_is_shown_of_every_gi_is_what_its_entries_say(app: Flask, capsys):
    once(load_register)
    slugs = [item["slug"] for item in app.test_client().get("/api/v1/gis?per_page=200").json["items"]]
    assert check(app, *(f"--object=gi:{slug}" for slug in slugs)) == 0
    assert capsys.readouterr().out.count("is shown as its entries say") == len(slugs)


@pytest.fixture
def another(tmp_path: Path, sqlite_template: Path, signing_key: Path) -> Iterable[Callable[[], Flask]]:
    """A second portal with the same key and a past of its own."""
    made = []

    def make() -> Flask:
        folder = tmp_path / f"forged-{len(made)}"
        folder.mkdir()
        (folder / "portal.db").write_bytes(sqlite_template.read_bytes())
        url = f"sqlite:///{folder / 'portal.db'}"
        made.append(create_app(settings_for(folder, url, signing_key_file=signing_key)))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.mark.parametrize("past", [["one", "FORGED", "three"], ["one", "FORGED", "three", "four"], ["one"]])
def test_a_portal_that_rewrote_its_past_is_caught(app, another, tmp_path, capsys, past: list[str]):
    saved = str(tmp_path / "head.json")
    write_entries(["one", "two", "three"])
    assert check(app, "--saved", saved) == 0
    before = Path(saved).read_bytes()
    forged = another()
    with forged.app_context():
        write_entries(past)
        assert check(forged, "--saved", saved) == 1
    assert "FAULT" in capsys.readouterr().out
    assert Path(saved).read_bytes() == before


class Altered:
    """A portal that answers with other words than its log has."""

    def __init__(self, app: Flask, path: str, before: bytes, after: bytes):
        self.app, self.path, self.before, self.after = app, path, before, after
        self.config = app.config

    def __call__(self, environ: dict, start_response: Callable) -> list[bytes]:
        headers = {name: value for name, value in environ.items() if name != "HTTP_ACCEPT_ENCODING"}
        kept = []

        def keep(status: str, given: list, *_: object) -> None:
            kept[:] = [status, [(n, v) for n, v in given if n.lower() != "content-length"]]

        body = b"".join(self.app(headers, keep))
        if environ["PATH_INFO"] == self.path:
            assert self.before in body
            body = body.replace(self.before, self.after)
        start_response(*kept)
        return [body]


@pytest.mark.parametrize(
    ("path", "before", "after", "asked"),
    [
        ("/api/v1/log/3", b'"two"', b'"TWO"', ["--entry=3"]),
        ("/api/v1/log", b'"two"', b'"TWO"', ["--whole"]),
        ("/api/v1/log/head", b'"size":4', b'"size":3', []),
        ("/api/v1/log/head", b'"signature":"', b'"signature":"A', []),
        ("/api/v1/log/3/proof", b'"path":["', b'"path":["00', ["--entry=3"]),
    ],
)
def test_one_altered_answer_is_caught(app, capsys, path: str, before: bytes, after: bytes, asked: list[str]):
    write_entries(["one", "two", "three"])
    assert check(Altered(app, path, before, after), *asked) == 1
    assert "FAULT" in capsys.readouterr().out


def test_a_gi_shown_otherwise_than_its_entries_say_is_caught(app, capsys):
    once(load_register)
    path = "/api/v1/gis/zhongning-gouqi"
    altered = Altered(app, path, b'"status":"in_force"', b'"status":"ended"')
    assert check(altered, "--object", "gi:zhongning-gouqi") == 1
    assert "zhongning-gouqi" in capsys.readouterr().out


def test_a_damaged_file_or_a_silent_portal_says_nothing_about_the_portal(app, tmp_path, capsys):
    saved = tmp_path / "head.json"
    saved.write_text('{"head": {}}')
    write_entries(["one"])
    assert check(app, "--saved", str(saved)) == 2
    assert program.main(["http://127.0.0.1:1"]) == 2
    assert "NOT CHECKED" in capsys.readouterr().out


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_its_canonical_form_is_that_of_another_implementation(value: object):
    assert program.canonical(value) == rfc8785.dumps(value)


@given(st.integers(1, 80), st.data())
def test_its_tree_agrees_with_that_of_the_portal(size: int, data: st.DataObject):
    leaves = [program.leaf_hash(bytes([number])) for number in range(size)]
    nodes, grown, roots = {}, program.Roots(), []
    for number, leaf in enumerate(leaves):
        for height, place, value in merkle.nodes_completed_by(number, leaf, lambda h, p: nodes[h, p]):
            nodes[height, place] = value
        grown.add(leaf)
        roots.append(grown.root())

    def node(height: int, place: int) -> bytes:
        return nodes[height, place]

    assert roots[-1] == merkle.root_of(size, node)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    path = merkle.inclusion_path(index, size, node)
    assert program.root_from_inclusion(index, size, leaves[index], path) == roots[-1]
    if old < size:
        proof = merkle.consistency_path(old, size, node)
        assert program.roots_from_consistency(old, size, roots[old - 1], proof) == (roots[old - 1], roots[-1])
        assert program.roots_from_consistency(old, size, roots[old - 1], proof[:-1]) != (
            roots[old - 1],
            roots[-1],
        )
    random.Random(size).shuffle(path)
    if len(set(path)) > 1 and path != merkle.inclusion_path(index, size, node):
        assert program.root_from_inclusion(index, size, leaves[index], path) != roots[-1]
