"""/office/ratios/publish: look at what would be published, confirm, see what was."""

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.catalogue.models import IndicationRegion
from portal.db import db, transaction
from portal.ratios.models import PublishedRatio
from portal.returns.models import AnnualReturn
from tests.ledger_rows import a_gi, a_producer, a_return, an_account, enter, licence, on_roster

PAGE = "/office/ratios/publish"


def text_of(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


def add(role: Role, region: str = "640500") -> Account:
    with transaction():
        return an_account(role, region)


@pytest.fixture
def city(app: Flask) -> Account:
    """Two GIs that are settled, one without a roster, one that reaches beyond the city."""
    with transaction():
        for slug, users in (("hongguo", 3), ("lvguo", 1)):
            gi = a_gi(slug)
            for place in range(5):
                maker = a_producer(name=f"{slug}公司{place}")
                on_roster(gi, maker)
                a_return(gi, maker, 2025, 10_000, 100)
                if place < users:
                    licence(gi, maker)
        a_gi("kongguo")
        db.session.add(IndicationRegion(indication_id=a_gi("yuanguo").id, adcode="150100"))
    return add(Role.CITY)


def digest_on(page: str) -> str:
    return re.search(r'name="digest" value="([0-9a-f]{64})"', page)[1]


def test_a_city_publishes_its_year_and_sees_what_was_published(client: FlaskClient, app, city) -> None:
    page = text_of(enter(client, city).get(f"{PAGE}?year=2025&lang=zh"))
    assert "2 个地理标志可以一起公布，2 个不在其中" in page
    assert "名hongguo" in page and "名kongguo" not in page
    answer = client.post(PAGE, data={"year": 2025, "digest": digest_on(page), "remark": "年度公布"})
    assert answer.status_code == 303
    result = text_of(client.get(answer.headers["Location"]))
    for expected in (
        "公布了 2 个地理标志",
        "名hongguo",
        "名lvguo",
        "60.0%",
        "20.0%",
        "/log/of/ratio:lvguo/2025",
    ):
        assert expected in result, expected
    rows = db.session.scalars(select(PublishedRatio)).all()
    assert {(row.remark, row.published_by, row.edition) for row in rows} == {("年度公布", city.id, 1)}
    item = app.test_client().get("/api/v1/ratios/hongguo").json["items"][0]
    assert item["users"]["n"] == 3
    again = text_of(client.get(f"{PAGE}?year=2025&lang=zh"))
    assert "0 个地理标志可以一起公布，4 个不在其中" in again and 'name="digest"' not in again


def test_each_that_is_left_out_stands_under_its_reason(client: FlaskClient, city) -> None:
    enter(client, city)
    unknown = text_of(client.get(f"{PAGE}?year=2025&show=not_computable&lang=zh"))
    beyond = text_of(client.get(f"{PAGE}?year=2025&show=beyond&lang=en"))
    assert "名kongguo" in unknown and "名hongguo" not in unknown
    assert "yuanguo" in beyond and "counted and published one level up" in beyond
    assert "None is left out" in text_of(client.get(f"{PAGE}?year=2025&show=inconsistent&lang=en"))


def test_a_correction_is_announced_as_one(client: FlaskClient, city) -> None:
    page = text_of(enter(client, city).get(f"{PAGE}?year=2025"))
    client.post(PAGE, data={"year": 2025, "digest": digest_on(page)})
    with transaction():
        db.session.scalars(select(AnnualReturn).limit(1)).one().value_fen = 10_001
    page = text_of(client.get(f"{PAGE}?year=2025&lang=zh"))
    assert "1 个地理标志可以一起公布" in page and "第 1 版，将更正" in page and "将公布更正版" in page
    answer = client.post(PAGE, data={"year": 2025, "digest": digest_on(page)})
    assert "其中更正 1 个" in text_of(client.get(answer.headers["Location"] + "&lang=zh"))


def test_a_page_that_has_become_old_publishes_nothing(client: FlaskClient, city) -> None:
    page = text_of(enter(client, city).get(f"{PAGE}?year=2025&lang=zh"))
    with transaction():
        db.session.scalars(select(AnnualReturn).limit(1)).one().value_fen = 10_001
    for digest in (digest_on(page), "", "0" * 64):
        answer = client.post(PAGE, data={"year": 2025, "digest": digest, "remark": "留住的说明"})
        told = text_of(client.get(answer.headers["Location"]))
        assert "一个也没有公布" in told and "留住的说明" in told
    assert db.session.scalars(select(PublishedRatio)).all() == []


def test_a_second_press_shows_what_the_first_published(client: FlaskClient, city) -> None:
    page = text_of(enter(client, city).get(f"{PAGE}?year=2025"))
    first, second = (client.post(PAGE, data={"year": 2025, "digest": digest_on(page)}) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert len(db.session.scalars(select(PublishedRatio)).all()) == 2


def test_a_remark_that_is_too_long_is_refused_and_kept(client: FlaskClient, city) -> None:
    page = text_of(enter(client, city).get(f"{PAGE}?year=2025&lang=zh"))
    answer = client.post(PAGE, data={"year": 2025, "digest": digest_on(page), "remark": "长" * 501})
    told = text_of(client.get(answer.headers["Location"]))
    assert "最多 500 字" in told and "长" * 500 in told
    assert db.session.scalars(select(PublishedRatio)).all() == []


@pytest.mark.parametrize("role", Role)
def test_only_a_city_or_province_has_the_page(client: FlaskClient, city, role: Role) -> None:
    mine = add(role, "640000")
    allowed = role in (Role.CITY, Role.PROVINCE)
    enter(client, mine)
    for address in (PAGE, f"{PAGE}/done?at=2026-01-01T00:00:00.000000Z"):
        assert client.get(address).status_code == (200 if allowed else 403), address
    if not allowed:
        assert client.post(PAGE, data={"year": 2025, "digest": "0" * 64}).status_code == 403
    ledger = client.get("/office/ratios")
    assert (f'href="{PAGE}"' in text_of(ledger)) == allowed


def test_nobody_else_gets_in(client: FlaskClient, city) -> None:
    assert client.get(PAGE).status_code == 302
    assert client.post(PAGE, data={"year": 2025}).status_code in (302, 403)


def test_another_region_has_nothing_and_the_page_says_what_to_do(client: FlaskClient, city) -> None:
    page = text_of(enter(client, add(Role.CITY, "370100")).get(f"{PAGE}?year=2025&lang=en"))
    assert "Your region has no GIs yet" in page and "hongguo" not in page


def test_what_another_official_published_is_not_shown_as_ones_own(client: FlaskClient, city) -> None:
    page = text_of(enter(client, city).get(f"{PAGE}?year=2025"))
    done = client.post(PAGE, data={"year": 2025, "digest": digest_on(page)}).headers["Location"]
    other = text_of(enter(client, add(Role.PROVINCE, "640000")).get(done + "&lang=en"))
    assert "Nothing was published then" in other and "hongguo" not in other


@pytest.mark.parametrize("asked", ["year=2026", "year=x", "page=0", "page=x"])
def test_what_the_address_cannot_mean_is_refused(client: FlaskClient, city, asked: str) -> None:
    enter(client, city)
    assert client.get(f"{PAGE}?{asked}").status_code == 400
    assert client.get(f"{PAGE}/done?at=yesterday").status_code == 400
