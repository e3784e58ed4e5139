"""Requests for correction about records that are no GI: brands, targets, projects, documents."""

import html
import re

import pytest
from sqlalchemy import select

from portal.catalogue import correction_views
from portal.catalogue.models import Correction
from portal.db import db
from tests.brand_desk import open_register, sign_in

WRITTEN = {"part": "other", "message": "文件原文不是这样写的，请核对。", "contact": "0955-1234567"}
ANSWER = {"outcome": "declined", "answer": "公告原文如此，不作更正。", "version": "1"}
SUBJECTS = {
    "brand:tianfu-hetao": "150800",
    "indicator:baotou-gis": "150200",
    "programme:zone-zhongning-goji": "640521",
    "agreement:outsider-640500": "640500",
    "agreement:five-cities": "150000",
    "conflict:zhongwei-gi-counts": "000000",
    "document:baotou-ip-plan": "000000",
    "gi:zhongning-gouqi": "640521",
}


@pytest.fixture(autouse=True)
def register(app, capsys, monkeypatch) -> None:
    """The form believes that enough time has passed to read it."""
    monkeypatch.setattr(correction_views, "QUICKEST_SECONDS", 0)
    open_register(capsys)


def send(client, subject: str, **changed: str):
    address = f"/corrections/new?subject={subject}"
    opened = re.search(r'name="opened"[^>]*value="([^"]+)"', client.get(address).text).group(1)
    return client.post(address, data=WRITTEN | {"opened": opened} | changed)


def only_request() -> Correction:
    return db.session.scalars(select(Correction)).one()


def test_every_kind_of_record_can_be_corrected_and_goes_to_the_officials_of_its_place(client):
    for subject, region in SUBJECTS.items():
        answer = send(client, subject)
        assert answer.status_code == 303, subject
        kept = db.session.scalars(select(Correction).order_by(Correction.id.desc())).first()
        assert (kept.subject, kept.region) == (subject, region)
        assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    ("page", "subject"),
    [
        ("/brands/tianfu-hetao", "brand:tianfu-hetao"),
        ("/targets/baotou-gis", "indicator:baotou-gis"),
        ("/zones/zone-baotou", "programme:zone-baotou"),
        ("/zones/agreements", "agreement:five-cities"),
        ("/targets/conflicts", "conflict:zhongwei-gi-counts"),
        ("/about/sources", "document:baotou-ip-plan"),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_leads_to_the_request_about_its_record(client, page, subject, lang):
    links = re.findall(r'href="(/corrections/new\?subject=[^"]+)"', client.get(f"{page}?lang={lang}").text)
    wanted = [link for link in map(html.unescape, links) if link.replace("%3A", ":").endswith(subject)]
    assert wanted
    assert client.get(f"{wanted[0]}&lang={lang}").status_code == 200


def test_a_part_that_the_record_does_not_have_is_refused_and_the_words_stay(client):
    answer = send(client, "brand:tianfu-hetao", part="protections")
    assert answer.status_code == 400
    assert WRITTEN["message"] in answer.text
    assert db.session.scalars(select(Correction)).all() == []


@pytest.mark.parametrize(
    "subject",
    ["", "brand:", "brand:nobody", "account:1", "brand:a\x00b", "gi:../x", "x" * 300, "document:no"],
)
def test_what_is_no_record_cannot_be_corrected(client, subject):
    assert client.get("/corrections/new", query_string={"subject": subject}).status_code == 404
    assert client.post("/corrections/new", query_string={"subject": subject}, data=WRITTEN).status_code == 404


def test_an_official_of_the_brands_region_answers_and_one_of_another_finds_nothing(client):
    receipt = send(client, "brand:tianfu-hetao").location
    number = only_request().id
    sign_in(client, "city")
    assert client.get(f"/office/corrections/{number}").status_code == 404
    sign_in(client, "stranger")  # the official of Bayannur
    assert "天赋河套" in client.get("/office/corrections?lang=zh").text
    assert WRITTEN["contact"] in client.get(f"/office/corrections/{number}").text
    assert client.post(f"/office/corrections/{number}", data=ANSWER).status_code == 303
    client.post("/account/sign-out")
    assert ANSWER["answer"] in client.get(receipt).text
    assert WRITTEN["contact"] not in client.get("/log/?lang=zh").text + client.get(receipt).text


def test_a_request_about_a_document_is_answered_by_a_province_only(client):
    send(client, "document:baotou-ip-plan")
    number = only_request().id
    for name in ("registrar", "city", "stranger", "inspector"):
        sign_in(client, name)
        assert client.get(f"/office/corrections/{number}").status_code == 404, name
        assert client.post(f"/office/corrections/{number}", data=ANSWER).status_code == 404, name
        assert f"/office/corrections/{number}" not in client.get("/office/corrections").text, name
    sign_in(client, "province")
    assert f"/office/corrections/{number}" in client.get("/office/corrections").text
    assert client.post(f"/office/corrections/{number}", data=ANSWER).status_code == 303
    assert client.post(f"/office/corrections/{number}", data=ANSWER).status_code == 409
