"""The pages of the shares: what the public reads, what an official reads, and what stays inside."""

import csv
import html
import io
import re
import sqlite3
from dataclasses import replace
from datetime import date
from hashlib import sha256
from xml.etree import ElementTree

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.catalogue.models import Indication, IndicationRegion
from portal.db import db, transaction
from portal.lib.clock import now
from portal.lib.quantity import exact_money_text
from portal.producers.models import Producer
from portal.ratios.actions import publish
from portal.ratios.models import PublishedRatio
from portal.ratios.panels import answers
from portal.ratios.queries import RatioFilter, published_by_place
from portal.ratios.rules import Outcome
from portal.register.actions import PORTAL, record
from portal.returns.models import AnnualReturn
from tests.ledger_rows import (
    LONG_AGO,
    Spell,
    a_gi,
    a_producer,
    a_return,
    an_account,
    enter,
    licence,
    on_roster,
)
from tests.map_setting import lay_map

TODAY = date(2026, 11, 21)


def add(role: Role, region: str) -> Account:
    with transaction():
        return an_account(role, region)


def publish_from_townships() -> PublishedRatio:
    """Five users in one township; in a second one other producer, too few to be shown by itself."""
    with transaction():
        gi = a_gi("hongguo")
        for place in range(5):
            maker = a_producer(name=f"宁安公司{place}")
            on_roster(gi, maker, adcode="640521100")
            licence(gi, maker)
        on_roster(gi, a_producer(name="石空公司"), adcode="640521104")
        return publish(an_account(Role.CITY, "640500"), gi, 2025, TODAY, now())


def text_of(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


@pytest.fixture
def gi(app: Flask) -> Indication:
    with transaction():
        one = a_gi("hongguo")
        for place in range(5):
            kind = "household" if place in (1, 4) else "company"
            maker = a_producer(
                name=f"农户张{place}" if kind == "household" else f"红果公司{place}", kind=kind
            )
            on_roster(one, maker)
            a_return(one, maker, 2025, 123_456, 1000 if place < 3 else 0)
            if place < 3:
                licence(one, maker)
    return one


@pytest.fixture
def city(app: Flask) -> Account:
    return add(Role.CITY, "640500")


@pytest.fixture
def published(gi: Indication, city: Account) -> PublishedRatio:
    with transaction():
        return publish(city, gi, 2025, TODAY, now())


def test_nothing_live_is_public(client, gi):
    assert "60%" not in text_of(client.get("/ratios/hongguo"))
    assert client.get("/api/v1/ratios").json["items"] == []
    assert client.get("/api/v1/ratios?figures=live").status_code == 403
    assert client.get("/office/ratios").status_code == 302


def test_a_published_year_shows_its_four_numbers_and_both_languages(client, published):
    page = text_of(client.get("/ratios/hongguo?lang=zh"))
    for expected in ("两项占比都达到 60%", "60.0%", "3,703.68 元", "6,172.8 元", published.inputs_digest):
        assert expected in page, expected
    assert "Both shares reach 60%" in text_of(client.get("/ratios/hongguo?lang=en"))
    assert "hongguo" in text_of(client.get("/ratios/?year=2025"))


def test_firms_are_named_and_households_are_only_counted(client, published):
    for address in ("/ratios/hongguo", "/ratios/", "/log/", "/log/of/ratio:hongguo/2025", "/ratios/list.csv"):
        assert "农户张" not in text_of(client.get(address)), address
    page = text_of(client.get("/ratios/hongguo?lang=zh"))
    assert "红果公司0" in page
    assert "农户等个人 1 户" in page


def test_no_value_of_a_single_producer_is_public(client, published):
    for address in ("/ratios/hongguo", "/api/v1/ratios/hongguo", "/ratios/hongguo/years.csv"):
        assert "123456" not in text_of(client.get(address)).replace(",", ""), address


def test_the_api_answers_as_the_contract_says(client, published):
    answer = client.get("/api/v1/ratios?year=2025").json
    assert set(answer) == {"total", "page", "per_page", "items", "version"}
    item = answer["items"][0]
    assert (item["gi"], item["year"], item["outcome"], item["missing_returns"]) == ("hongguo", 2025, "met", 0)
    assert item["users"] == {"n": 3, "d": 5, "share": 0.6, "low": 0.6, "high": 0.6, "outcome": "met"}
    assert item["output"] == {
        "n": 370_368, "d": 617_280, "share": 0.6, "low": 0.6, "high": 0.6, "outcome": "met",
        "basis": "returns",
    }  # fmt: skip
    assert item["mark_value"] == {"n": 3000, "d": 617_280, "share": 0.00486}
    assert client.get("/api/v1/ratios?outcome=not_met").json["total"] == 0
    assert client.get("/api/v1/ratios?region=150000").json["total"] == 0
    assert client.get("/api/v1/ratios?region=640500").json["total"] == 1
    assert [one["year"] for one in client.get("/api/v1/ratios/hongguo?from=2024").json["items"]] == [2025]


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/ratios?yaer=2025",
        "/api/v1/ratios?outcome=good",
        "/api/v1/ratios?region=x",
        "/api/v1/ratios?per_page=201",
        "/api/v1/ratios?figures=both",
        "/api/v1/ratios/hongguo?zone=1",
    ],
)
def test_a_parameter_that_cannot_be_meant_is_refused_by_name(client, gi, address: str):
    answer = client.get(address)
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"


def test_a_second_visit_costs_a_304_until_a_publication_moves_the_version(client, gi, city, published):
    first = client.get("/api/v1/ratios")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/api/v1/ratios", headers=tag).status_code == 304
    with transaction():
        one = db.session.scalars(select(AnnualReturn).where(AnnualReturn.year == 2025)).first()
        one.value_fen += 1
    with transaction():
        publish(city, gi, 2025, TODAY, now())
    answer = client.get("/api/v1/ratios", headers=tag)
    assert answer.status_code == 200
    assert answer.json["items"][0]["edition"] == 2


def test_as_known_on_a_day_before_the_publication_there_is_nothing(client, published):
    assert client.get("/api/v1/ratios?on=2020-01-01").json["total"] == 0
    assert "没有公布" in text_of(client.get("/ratios/hongguo?on=2020-01-01&lang=zh"))


def test_the_public_goes_down_from_province_to_county_and_a_gi_of_two_counts_in_each(client, gi, city):
    with transaction():
        db.session.add(IndicationRegion(indication_id=gi.id, adcode="640502"))
        db.session.flush()
        publish(city, gi, 2025, TODAY, now())
    asked = RatioFilter(year=2025)
    met = {Outcome.MET: 1}
    assert published_by_place(asked) == {"640000": met}
    assert published_by_place(replace(asked, region="640000")) == {"640500": met}
    assert published_by_place(replace(asked, region="640500")) == {"640502": met, "640521": met}
    assert published_by_place(replace(asked, region="640521")) == {}
    assert published_by_place(replace(asked, region="150000")) == {}
    page = text_of(client.get("/ratios/?region=640500&lang=zh"))
    assert "region=640521" in page and "region=640502" in page


def test_the_numbers_over_the_years_are_a_file(client, published):
    lines = text_of(client.get("/ratios/hongguo/years.csv")).splitlines()
    assert lines[1].split(",")[8:10] == ["3", "5"]


def test_the_catalogue_filters_by_the_published_outcome(client, published):
    with transaction():
        a_gi("lvguo")
        record(PORTAL, "created", "gi:lvguo", {})
    assert client.get("/api/v1/gis").json["total"] == 2
    assert client.get("/api/v1/gis?outcome=met").json["total"] == 1
    assert client.get("/ratios/no-such-gi").status_code == 404


# ---- officials


def test_an_official_sees_live_figures_with_every_producer_and_why(client, gi, city):
    enter(client, city)
    page = text_of(client.get("/office/ratios?year=2025&lang=zh"))
    assert "60.0%" in page and "3 / 5" in page
    page = text_of(client.get("/office/ratios/hongguo?year=2025&lang=zh"))
    for expected in ("农户张1", "红果公司3", "没有授权", "计入用标户", "1,234.56 元"):
        assert expected in page, expected
    live = client.get("/api/v1/ratios?figures=live&year=2025")
    assert live.json["items"][0]["users"]["n"] == 3
    assert "no-store" in live.headers["Cache-Control"]


PLAIN_SQL = """
    select sum(users in ('counted', 'counted_once')), sum(users <> 'off_roster'),
           sum(case when users in ('counted', 'counted_once') then value_fen end),
           sum(case when users <> 'off_roster' then value_fen end),
           sum(users <> 'off_roster' and "return" not in ('both', 'whole_only'))
    from members"""


def asked_of_the_export(client, address: str) -> tuple[int, ...]:
    """What anybody gets who loads the exported file into a database of their own."""
    rows = list(csv.reader(io.StringIO(client.get(address).data.decode("utf-8-sig"))))
    with sqlite3.connect(":memory:") as own:
        own.execute("create table members ({})".format(", ".join(f'"{name}"' for name in rows[0])))
        places = ", ".join("?" for _ in rows[0])
        own.executemany(
            f"insert into members values ({places})", [[v or None for v in row] for row in rows[1:]]
        )
        own.execute("update members set value_fen = cast(value_fen as integer) where value_fen is not null")
        return own.execute(PLAIN_SQL).fetchone()


def test_every_number_of_the_page_is_what_plain_sql_over_the_export_gives(client, gi, city):
    with transaction():
        suspended, twice, late, outside = (a_producer(name=f"别的公司{n}") for n in range(4))
        for maker in (suspended, twice, late):
            on_roster(gi, maker)
        licence(gi, suspended, [Spell("in_force", LONG_AGO, date(2025, 12, 31)),
                                Spell("suspended", date(2025, 12, 31))])  # fmt: skip
        licence(gi, twice)
        licence(gi, twice, protection=1)
        licence(gi, late)
        licence(gi, outside)
        a_return(gi, suspended, 2025, 700_000, 0)
        a_return(gi, twice, 2025, 9_000_001, 0)
        a_return(gi, late, 2025, 5, 0, state="submitted")
    enter(client, city)
    found = asked_of_the_export(client, "/office/ratios/hongguo/members.csv?year=2025")
    assert found == (5, 8, 3 * 123_456 + 9_000_001, 5 * 123_456 + 9_700_001, 1)
    users, producers, user_value, output, missing = found
    live = text_of(client.get("/office/ratios/hongguo?year=2025&lang=zh"))
    with transaction():
        one = publish(city, gi, 2025, TODAY, now())
    public = text_of(client.get("/ratios/hongguo?year=2025&lang=zh"))
    for page in (live, public):
        shown = re.findall(r"<dt[^>]*>([^<]+)</dt>\s*<dd[^>]*>(.*?)</dd>", page, re.S)
        numbers = {term: re.sub("<[^>]+>", "", value).strip() for term, value in shown}
        assert numbers["有效授权的生产者"] == str(users) and numbers["全部生产者"] == str(producers)
        assert exact_money_text(user_value, "zh") in page and exact_money_text(output, "zh") in page
        assert f"缺 {missing} 份申报" in page
    assert (one.users_n, one.users_d, one.output_n, one.output_d) == (users, producers, user_value, output)


def test_another_region_is_not_there(client, gi):
    enter(client, add(Role.CITY, "150800"))
    assert client.get("/office/ratios/hongguo").status_code == 404
    assert client.get("/office/ratios/hongguo/members.csv").status_code == 404
    assert client.get("/office/ratios/hongguo/inputs.csv").status_code == 404
    assert client.post("/office/ratios/hongguo/publish", data={"year": 2025}).status_code == 404
    assert "hongguo" not in text_of(client.get("/office/ratios"))


def test_what_if_stores_nothing(client, gi, city):
    enter(client, city)
    number = db.session.scalar(select(AnnualReturn.producer_id).order_by(AnnualReturn.id.desc()))
    add_one = db.session.get_one(Producer, number).number
    page = text_of(client.get(f"/office/ratios/hongguo?year=2025&add={add_one}&lang=zh"))
    assert "80.0%" in page
    assert "80.0%" not in text_of(client.get("/office/ratios/hongguo?year=2025&lang=zh"))


def test_publishing_from_the_page_shows_the_year_to_everyone(client, app, gi, city):
    enter(client, city)
    page = text_of(client.get("/office/ratios/hongguo?year=2025&lang=zh"))
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page).group(1)
    inputs = client.get("/office/ratios/hongguo/inputs.csv?year=2025").data
    answer = client.post(
        "/office/ratios/hongguo/publish", data={"year": 2025, "digest": digest, "remark": ""}
    )
    assert answer.status_code == 303
    stranger = app.test_client()
    item = stranger.get("/api/v1/ratios/hongguo").json["items"][0]
    assert item["inputs_digest"] == digest == sha256(inputs).hexdigest()


def digest_on(page: str) -> str:
    return re.search(r'name="digest" value="([0-9a-f]{64})"', page).group(1)


def test_publishing_twice_does_no_harm_and_a_changed_input_is_said_with_the_remark_kept(client, gi, city):
    office, address = enter(client, city), "/office/ratios/hongguo?year=2025&lang=zh"
    sent = {"year": 2025, "digest": digest_on(text_of(office.get(address))), "remark": "首次"}
    with transaction():
        late = a_producer(name="迟来公司")
        on_roster(gi, late)
    refused = office.post("/office/ratios/hongguo/publish", data=sent, follow_redirects=True)
    page = text_of(refused)
    assert "底数有了变化" in page and 'value="首次"' in page
    sent["digest"] = digest_on(page)
    for _ in range(2):
        answer = office.post("/office/ratios/hongguo/publish", data=sent)
        assert answer.headers["Location"].endswith("/ratios/hongguo?year=2025")
    assert len(db.session.scalars(select(PublishedRatio)).all()) == 1


def test_every_edition_can_be_opened_and_says_which_one_stands(client, gi, city, published):
    with transaction():
        late = a_producer(name="补报公司")
        on_roster(gi, late)
        a_return(gi, late, 2025, 100)
    with transaction():
        publish(city, gi, 2025, TODAY, now(), remark="更正：补报一家")
    newest = text_of(client.get("/ratios/hongguo?year=2025&lang=zh"))
    assert "更正：补报一家" in newest and "edition=1" in newest and "已更正" not in newest
    first = text_of(client.get("/ratios/hongguo?year=2025&edition=1&lang=zh"))
    assert "这是第 1 版；现在以第 2 版为准" in first and published.inputs_digest in first
    assert client.get("/ratios/hongguo?year=2025&edition=3").status_code == 404
    long_ago = text_of(client.get("/ratios/hongguo?year=2025&on=2020-01-01&lang=zh"))
    assert "后来公布了" in long_ago


def test_a_supposition_without_some_users_says_what_becomes_of_both_shares(client, gi, city):
    office = enter(client, city)
    page = text_of(office.get("/office/ratios/hongguo?year=2025&lang=zh"))
    gone = re.search(r'name="drop" value="([^"]+)"', page).group(1)
    supposed = text_of(office.get(f"/office/ratios/hongguo?year=2025&drop={gone}&lang=zh"))
    assert "加 0 家，去 1 家" in supposed and "40.0%" in supposed


def test_a_county_official_may_look_but_not_publish(client, gi):
    enter(client, add(Role.COUNTY, "640521"))
    assert client.get("/office/ratios/hongguo").status_code == 200
    assert client.post("/office/ratios/hongguo/publish", data={"year": 2025}).status_code == 403


def test_what_a_county_sees_of_a_larger_region_is_said_beside_the_rows_it_is_not_in(client, gi):
    enter(client, add(Role.COUNTY, "640521"))
    said = "登记在更大的地区"
    assert said not in text_of(client.get("/office/ratios?lang=zh"))
    with transaction():
        db.session.execute(update(IndicationRegion).values(adcode="640500"))
        record(PORTAL, "amended", "gi:hongguo", {}, public=True)
    page = text_of(client.get("/office/ratios?lang=zh"))
    assert f"上表另有 1 个地理标志{said}" in page


def test_a_part_of_the_area_is_published_by_itself_and_by_who_covers_it(client, gi, city):
    other = add(Role.CITY, "640400")
    with transaction():
        db.session.add(IndicationRegion(indication_id=gi.id, adcode="640502"))
        maker = a_producer(name="二县公司")
        on_roster(gi, maker, adcode="640502100")
        a_return(gi, maker, 2025, 9_000, 0)
    address = "/office/ratios/hongguo/publish"
    page = text_of(enter(client, city).get("/office/ratios/hongguo?year=2025&zone=640502"))
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page)[1]
    typed = {"year": "2025", "zone": "640502", "digest": digest}
    assert enter(client, other).post(address, data=typed).status_code == 404
    other_part = enter(client, city).post(address, data=typed | {"zone": "640521"})
    assert other_part.headers["Location"].startswith("/office/ratios/hongguo?")
    answer = enter(client, city).post(address, data=typed)
    assert answer.headers["Location"].endswith("/ratios/hongguo?year=2025&zone=640502")
    stored = db.session.scalars(select(PublishedRatio)).one()
    assert (stored.zone, stored.users_n, stored.users_d) == ("640502", 0, 1)
    assert "二县公司" in text_of(client.get("/ratios/hongguo?year=2025&zone=640502"))
    item = client.get("/api/v1/ratios/hongguo?zone=640502").json["items"][0]
    assert item["zone"] == "640502" and item["users"]["d"] == 1
    assert client.get("/api/v1/ratios/hongguo").json["items"] == []
    for wrong in ("640500", "150821"):
        refused = enter(client, city).post(address, data=typed | {"zone": wrong, "digest": ""})
        assert refused.status_code in (303, 403)
    assert len(db.session.scalars(select(PublishedRatio)).all()) == 1


def test_the_official_figure_of_a_part_counts_for_that_part_alone(client, gi):
    with transaction():
        db.session.add(IndicationRegion(indication_id=gi.id, adcode="640502"))
    county = add(Role.COUNTY, "640521")
    typed = {"year": "2025", "zone": "640521", "value": "9000", "issuer": "统计局", "document": "公报",
             "document_on": "2026-03-01"}  # fmt: skip
    assert enter(client, county).post("/office/returns/official/hongguo", data=typed).status_code == 303
    part = text_of(enter(client, county).get("/office/ratios/hongguo?year=2025&zone=640521"))
    whole = text_of(enter(client, county).get("/office/ratios/hongguo?year=2025"))
    assert "9,000" in part and "9,000" not in whole
    typed["zone"] = "640502"
    assert enter(client, county).post("/office/returns/official/hongguo", data=typed).status_code == 403


def test_the_zone_shows_users_and_others_by_place_and_hides_the_smallest_places(client, app):
    one = publish_from_townships()
    assert one.counted["places"] == {"640521": [0, 1], "640521100": [5, 5]}
    page = text_of(client.get("/ratios/hongguo"))
    assert "用标户在哪里" in page and "其他乡镇" in page
    assert "石空公司" not in page.split("用标户在哪里")[1].split("</table>")[0]


def test_the_map_of_a_zone_rings_its_county_and_names_no_producer(client, app):
    publish_from_townships()
    assert client.get("/ratios/hongguo/map.svg").status_code == 404  # no map is built
    lay_map(app)
    picture = client.get("/ratios/hongguo/map.svg")
    assert picture.mimetype == "image/svg+xml"
    words = [
        text.text for text in ElementTree.fromstring(picture.data).iter("{http://www.w3.org/2000/svg}text")
    ]
    assert any("5 / 6" in one for one in words)
    assert "公司" not in picture.text and "农户" not in picture.text
    assert client.get("/ratios/hongguo/map.svg?year=2024").status_code == 404


def test_the_map_of_users_counts_by_county_as_the_list_is_filtered(client, app, gi):
    lay_map(app)
    address = "/gi/hongguo/users/map.svg"
    drawn = client.get(address, query_string={"lang": "zh"})
    assert drawn.mimetype == "image/svg+xml" and "中宁县 3 份" in text_of(drawn)
    assert "红果公司" not in text_of(drawn)
    for asked in ({"on": "2000-01-01"}, {"status": "revoked"}, {"region": "150821"}):
        assert " 份" not in text_of(client.get(address, query_string=asked | {"lang": "zh"}))
    assert client.get("/gi/nowhere/users/map.svg").status_code == 404


def test_the_front_page_says_how_many_reach_both_shares_and_names_each_subject_once(
    client, app, published, city
):
    page = text_of(client.get("/"))
    assert (
        "2025 年公布了 1 个产地" in page and "演示" not in page.split("home-shares")[1].split("</section>")[0]
    )
    with transaction():
        publish(city, published.indication, 2024, TODAY, now())
        db.session.execute(update(PublishedRatio).values(demo=True))
    page = text_of(client.get("/"))
    assert page.count("60 % 指标</a>") == 1
    assert "演示" in page.split('id="home-shares"')[1].split("</section>")[0]


def test_a_comparison_has_both_shares_with_their_year(published):
    with transaction():
        a_gi("lvcha")
    (title, users), (_, output) = answers(["hongguo", "lvcha"])
    assert title.zh == "用标率" and users["hongguo"].zh == "60.0% 达到（2025）"
    assert users.keys() == output.keys() == {"hongguo"}


def test_the_producers_behind_a_share_are_sorted_by_what_the_official_may_see(client, gi, city):
    with transaction():
        db.session.add(IndicationRegion(indication_id=gi.id, adcode="640502"))
        maker = a_producer(name="甲二县公司", adcode="640502")
        on_roster(gi, maker, adcode="640502")
        a_return(gi, maker, 2025, 999_999_999, 0)
    county = add(Role.COUNTY, "640521")

    def place_of_other(account: Account) -> int:
        page = text_of(enter(client, account).get("/office/ratios/hongguo?year=2025&sort=-value"))
        names = re.findall(r'<th scope="row"[^>]*>(甲二县公司|红果公司\d|农户张\d)', page)
        return names.index("甲二县公司")

    # The city sees its value and finds it first; for the county it stands last, as one without a value.
    assert place_of_other(city) == 0 and place_of_other(county) == 5
