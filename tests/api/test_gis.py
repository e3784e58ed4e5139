"""/api/v1/gis as a program meets it."""

import pytest
from flask.testing import FlaskClient

from portal.catalogue.actions import withdraw_indication
from portal.catalogue.queries import get_indication
from portal.cli.loading import load_register
from portal.db import transaction
from portal.lib.clock import today
from portal.register.actions import PORTAL
from portal.register.queries import public_version
from tests.catalogue_examples import add_gi, add_many
from tests.services.kept_states import once

ITEM = {"slug", "name", "kinds", "category", "status", "regions", "url", "demo"}
WHOLE = ITEM | {
    "aliases", "summary", "candidate", "production", "protections", "area", "quality", "standards", "honours",
    "figures", "brands", "related", "open_questions", "withdrawn_on", "version",
}  # fmt: skip


@pytest.fixture
def loaded(app, capsys) -> None:
    once(load_register)
    capsys.readouterr()


def slugs(client: FlaskClient, query: str) -> list[str]:
    return [item["slug"] for item in client.get(f"/api/v1/gis?{query}").get_json()["items"]]


def test_a_list_says_how_many_there_are_and_which_version_it_is(client, loaded):
    answer = client.get("/api/v1/gis?per_page=5&page=2&sort=name").get_json()
    assert (answer["total"], answer["page"], answer["per_page"], len(answer["items"])) == (36, 2, 5, 5)
    assert answer["version"] == public_version()
    assert all(set(item) == ITEM for item in answer["items"])


def test_an_item_names_its_divisions_in_both_languages_and_leads_to_its_page(client, loaded):
    item = client.get("/api/v1/gis?q=AGI02382").get_json()["items"][0]
    assert item["name"] == {"zh": "固阳荞麦", "en": "Guyang buckwheat", "pinyin": "Guyang Qiaomai"}
    assert item["regions"] == [{"adcode": "150222", "name": {"zh": "固阳县", "en": "Guyang County"}}]
    assert item["url"] == "http://127.0.0.1:8000/gi/guyang-qiaomai"


def test_parameters_narrow_the_list(client, loaded):
    assert slugs(client, "q=zngq") == ["zhongning-gouqi"]
    assert slugs(client, "region=640521&kind=certification_mark&sort=name") == [
        "ningxia-gouqi",
        "zhongning-gouqi",
    ]
    assert slugs(client, "q=五原&within=name&category=oil_crop") == ["wuyuan-xiangrikui"]
    assert set(slugs(client, "status=applied&status=published")) == {
        "hanzha-jiucai", "zhalaite-dami", "xinganmeng-xiaomi",
    }  # fmt: skip
    assert slugs(client, "brand=guyang-babao&q=荞麦") == ["guyang-qiaomai"]


def test_a_converted_protection_is_told_but_its_kind_is_not_counted(client, loaded):
    whole = client.get("/api/v1/gis/zhongning-gouqi").get_json()
    assert whole["kinds"] == ["gi_product", "certification_mark"]
    converted = next(one for one in whole["protections"] if one["kind"] == "agri_gi")
    assert (converted["status"], converted["converted_to"]) == ("converted", "product")
    assert "zhongning-gouqi" not in slugs(client, "kind=agri_gi&per_page=200")


def test_what_is_unknown_is_null_and_a_figure_is_the_text_of_its_source(client, loaded):
    whole = client.get("/api/v1/gis/zhongning-gouqi").get_json()
    assert set(whole) == WHOLE
    mark = next(one for one in whole["protections"] if one["kind"] == "certification_mark")
    assert (mark["number"], mark["holder"], mark["date"]) == (None, None, "2001")
    values = [figure["value"] for figure in whole["figures"] if figure["metric"] == "brand_value"]
    assert values == ["172.88", "198", "200", "205"]
    assert whole["figures"][0]["source"]["place"] == {"zh": "一（一）", "en": "section 1 (1)"}


def test_the_area_names_its_divisions_and_where_its_geometry_is(client, loaded):
    area = client.get("/api/v1/gis/hetao-bamei-rouyang").get_json()["area"]
    assert area["bbox"] == pytest.approx([105.2, 40.2167, 109.8833, 42.4667], abs=1e-3)
    assert area["precision"] == "incomplete"
    assert area["geometry_url"].endswith("/api/v1/gis/hetao-bamei-rouyang/area")
    faulty = client.get("/api/v1/gis/hanzha-jiucai").get_json()["area"]
    assert faulty["bbox"] is None and faulty["coordinates_text"].startswith("东经105°16′805″")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("colour=red", "colour"), ("kind=nonsense", "kind"), ("status=up", "status"),
        ("category=x", "category"),
        ("region=999999", "region"), ("region=abc", "region"), ("sort=price", "sort"), ("page=0", "page"),
        ("per_page=201", "per_page"), ("per_page=x", "per_page"), ("within=text", "within"),
        ("q=" + "x" * 101, "q"), ("brand=nobody", "brand"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_refused_by_name(client, loaded, query: str, field: str):
    answer = client.get(f"/api/v1/gis?{query}")
    assert answer.status_code == 400 and answer.mimetype == "application/problem+json"
    assert list(answer.get_json()["errors"]) == [field]


def test_one_gi_takes_no_parameters_and_an_unknown_one_is_a_404(client, app):
    slug = add_gi(1)
    assert client.get(f"/api/v1/gis/{slug}?full=1").status_code == 400
    answer = client.get("/api/v1/gis/nobody")
    assert answer.status_code == 404 and answer.mimetype == "application/problem+json"


def test_a_withdrawn_gi_keeps_its_record_and_leaves_the_list(client, app):
    slug = add_gi(1)
    with transaction():
        withdraw_indication(PORTAL, get_indication(slug), "重复登记", today())
    assert client.get(f"/api/v1/gis/{slug}").get_json()["withdrawn_on"] == today().isoformat()
    assert client.get("/api/v1/gis").get_json()["total"] == 0


def test_every_gi_stands_on_exactly_one_page_of_the_list(client, app):
    add_many(23)
    for sort in ("", "name", "-name", "since", "-since", "number"):
        seen = [
            slug for page in (1, 2, 3, 4) for slug in slugs(client, f"per_page=7&page={page}&sort={sort}")
        ]
        assert len(seen) == len(set(seen)) == 23


def test_an_answer_that_was_kept_is_not_sent_again(client, app):
    add_gi(1)
    first = client.get("/api/v1/gis")
    again = client.get("/api/v1/gis", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.data == b""
