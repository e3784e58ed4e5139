"""The brands as data."""

import pytest

from portal.cli.loading import load_register
from tests.services.kept_states import once


@pytest.fixture(autouse=True)
def loaded(app, capsys) -> None:
    once(load_register)
    capsys.readouterr()


def test_the_list_has_its_shape_and_pages(client):
    found = client.get("/api/v1/brands?per_page=3&page=2").json
    assert (found["total"], found["page"], found["per_page"], len(found["items"])) == (10, 2, 3, 3)
    whole = client.get("/api/v1/brands").json
    assert [item["slug"] for item in whole["items"]][3:6] == [item["slug"] for item in found["items"]]


def test_unknown_members_and_owners_are_said_to_be_unknown(client):
    brand = client.get("/api/v1/brands/guyang-babao").json
    assert (brand["owner"], brand["members_known"], brand["members_unknown"]) == (None, 0, 8)
    assert [m["name"] for m in brand["members"] if m["standing"] == "stated"] == [None] * 8
    assert {m["gi"] for m in brand["members"] if m["standing"] == "unconfirmed"} == {
        "guyang-huangqi", "guyang-qiaomai", "guyang-yangrou", "guyang-yanmai",
    }  # fmt: skip


def test_every_figure_carries_its_source(client):
    figures = client.get("/api/v1/brands/tianfu-hetao").json["figures"]
    assert figures and all(figure["source"] and figure["value"] for figure in figures)


def test_what_does_not_exist_is_refused_by_name(client):
    assert client.get("/api/v1/brands/nobody").status_code == 404
    answer = client.get("/api/v1/brands?colour=red")
    assert answer.status_code == 400
    assert "colour" in answer.json["errors"]
    assert client.get("/api/v1/brands?region=999999").status_code == 400
