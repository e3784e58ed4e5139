"""The catalogue as strangers and officials meet it."""

import dataclasses
import html
import json
import re
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.actions import add_account
from portal.accounts.rules import Role
from portal.catalogue import correction_views
from portal.catalogue.actions import withdraw_indication
from portal.catalogue.index import current_index
from portal.catalogue.models import Correction, Document
from portal.catalogue.queries import get_indication
from portal.cli.loading import load_register
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.limits import limiter
from portal.register.actions import PORTAL
from tests.catalogue_examples import add_gi, add_many, gi_facts
from tests.services.kept_states import once

PASSWORD = "a long sentence of words"


@pytest.fixture
def loaded(app: Flask, capsys) -> None:
    once(load_register)
    capsys.readouterr()


@pytest.fixture
def demo_app(app: Flask) -> Flask:
    """As the demonstration runs: officials need no second factor."""
    app.config["SETTINGS"] = dataclasses.replace(app.config["SETTINGS"], environment="demo")
    return app


def signed_in(app: Flask, role: Role, region: str) -> FlaskClient:
    email = f"{role}{region}@example.test"
    with transaction():
        add_account(PORTAL, email=email, name="某人", role=role, region=region, password=PASSWORD, now=now())
    client = app.test_client()
    answer = client.post("/account/sign-in", data={"email": email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


class Checker(HTMLParser):
    """Elements that open and do not close, ids that stand twice, links that lead to no id of the page."""

    VOID = frozenset({"meta", "link", "input", "br", "img", "hr", "path", "circle", "rect", "line", "use"})

    def __init__(self, page: str):
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.jumps: list[str] = []
        self.faults: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        given = dict(attrs)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a" and given.get("href", "").startswith("#"):
            self.jumps.append(given["href"][1:])
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in self.VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def verdict(self) -> list[str]:
        twice = {one for one in self.ids if self.ids.count(one) > 1}
        return self.faults + sorted(twice) + sorted(set(self.jumps) - set(self.ids))


def text_of(answer) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", answer.get_data(as_text=True)))


# ---- every page


def test_every_gi_has_a_sound_page_in_both_languages(client, loaded):
    for row in current_index().rows:
        for language in ("zh", "en"):
            answer = client.get(f"/gi/{row.slug}?lang={language}")
            assert answer.status_code == 200, row.slug
            assert Checker(answer.text).verdict() == [], (row.slug, language)
            assert row.name_zh in answer.text
            assert "None" not in text_of(answer) and "Undefined" not in text_of(answer)


def test_every_record_and_its_source_is_on_a_page(client, loaded):
    """Each protection, figure, honour, standard and open question that is stored is shown."""
    for row in current_index().rows:
        facts = get_indication(row.slug).facts
        page = text_of(client.get(f"/gi/{row.slug}?lang=zh"))
        wanted = [facts["summary"]["zh"], *(q["zh"] for q in facts.get("open_questions", []))]
        wanted += [one["name"]["zh"] for one in facts.get("honours", [])]
        wanted += [one["number"] for one in facts.get("standards", [])]
        wanted += [p["number"] for p in facts.get("protections", []) if p.get("number")]
        wanted += [p["note"]["zh"] for p in facts.get("protections", []) if p.get("note")]
        wanted += [one["text"]["zh"] for one in facts.get("notes", [])]
        missing = [words for words in wanted if words not in page]
        assert missing == [], row.slug
        for figure in facts.get("figures", []):
            assert f'value="{figure["value"]}"' in client.get(f"/gi/{row.slug}?lang=zh").text


@pytest.mark.parametrize(
    "address",
    [
        "/gi/", "/gi/?view=cards", "/gi/?q=枸", "/gi/?q=nothing-like-it", "/gi/?region=150800&kind=agri_gi",
        "/gi/compare", "/gi/compare?gi=zhongning-gouqi&gi=ningxia-gouqi", "/gi/missing", "/about/sources",
        "/gi/zhongning-gouqi/correction", "/gi/zhongning-gouqi?on=2020-01-01",
        "/gi/zhongning-gouqi?year=2003",
    ],
)  # fmt: skip
def test_pages_are_sound_and_speak_both_languages(client, loaded, address: str):
    joint = "&" if "?" in address else "?"
    chinese = client.get(f"{address}{joint}lang=zh")
    english = client.get(f"{address}{joint}lang=en")
    assert chinese.status_code == english.status_code == 200
    assert Checker(chinese.text).verdict() == [] and Checker(english.text).verdict() == []
    assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style", chinese.text)


def test_an_official_reads_the_same_catalogue_as_a_stranger(demo_app, client, loaded):
    official = signed_in(demo_app, Role.COUNTY, "640521")
    for address in ("/gi/", "/gi/zhongning-gouqi", "/about/sources"):
        answer = official.get(address)
        assert answer.status_code == 200
        assert "no-store" in answer.headers["Cache-Control"]
        assert "public" in client.get(address).headers["Cache-Control"]


# ---- the list


def test_the_part_that_matched_is_marked_and_the_rest_is_not(client, loaded):
    page = client.get("/gi/?q=枸&lang=zh").text
    assert "中宁<mark>枸</mark>杞" in page
    assert "<mark>zngq</mark>" in client.get("/gi/?q=zngq&lang=zh").text
    assert "<mark>AGI02382</mark>" in client.get("/gi/?q=AGI02382&lang=zh").text


def test_what_a_page_does_not_understand_it_leaves_out(client, loaded):
    everything = "共 36 条"
    for address in (
        "/gi/?kind=nonsense", "/gi/?page=0", "/gi/?page=x&per_page=-1", "/gi/?region=123", "/gi/?sort=up",
        "/gi/?colour=red", "/gi/?status=%00", "/gi/?region=六四零五二一",
    ):  # fmt: skip
        answer = client.get(address, headers={"Accept-Language": "zh"})
        assert answer.status_code == 200 and everything in answer.text, address


def test_a_page_beyond_the_last_shows_the_last(client, loaded):
    answer = client.get("/gi/?page=99&per_page=20&lang=zh")
    assert "21–36" in answer.text


def test_an_empty_list_says_what_to_do(client, loaded):
    page = client.get("/gi/?q=中宁狗杞&lang=zh").text
    assert "没有符合的地理标志" in page
    assert 'href="/gi/zhongning-gouqi"' in page
    assert "/gi/missing?q=" in page


def test_a_list_costs_as_many_queries_for_many_as_for_few(client, app, statements):
    def cost(address: str) -> int:
        statements.clear()
        assert client.get(address).status_code == 200
        return len(statements)

    # What rooms above bring to filter by has versions of its own: whoever comes first reads it once.
    client.get("/gi/")
    add_many(3)
    few = [cost(address) for address in ("/gi/?per_page=50", "/gi/?q=测试&per_page=50", "/gi/?view=cards")]
    add_many(60)
    many = [cost(address) for address in ("/gi/?per_page=50", "/gi/?q=测试&per_page=50", "/gi/?view=cards")]
    assert many == few


def test_a_gi_page_costs_as_many_queries_whatever_it_says(client, app, statements):
    def cost(slug: str) -> int:
        client.get(f"/gi/{slug}")
        statements.clear()
        assert client.get(f"/gi/{slug}?year=2021").status_code == 200
        return len(statements)

    near = {"relation": {"zh": "近", "en": "near"}, "sources": ["test-page"]}
    note = {"text": {"zh": "说明", "en": "note"}, "sources": ["test-page/row1"]}
    plain = add_gi(1)
    brief = cost(add_gi(2, related=[near | {"gi": plain}], notes=[note]))
    slugs = [add_gi(number) for number in range(3, 9)]
    full = cost(add_gi(2, related=[near | {"gi": slug} for slug in slugs], notes=[note] * 30))
    assert full == brief


def test_suggestions_lead_to_the_page_or_fill_the_field(client, loaded):
    items = client.get("/gi/suggest?q=zn").get_json()["items"]
    assert items[0]["url"] == "/gi/zhongning-gouqi" and "Zhongning" in items[0]["detail"]
    picked = client.get("/gi/suggest?q=zn&pick=1").get_json()["items"]
    assert "url" not in picked[0] and picked[0]["value"] == "中宁枸杞"
    assert client.get("/gi/suggest").get_json() == {"items": []}


# ---- one GI


def test_four_brand_values_stand_side_by_side_each_with_its_source(client, loaded):
    page = text_of(client.get("/gi/zhongning-gouqi?lang=zh"))
    brand_values = page[page.index("品牌价值 4 个数字") : page.index("综合产值 2 个数字")]
    for value in ("172.88", "198", "200", "205"):
        assert value in brand_values
    assert brand_values.count("网页") + brand_values.count("规划文件") == 4


def test_a_converted_protection_is_shown_and_not_counted(client, loaded):
    page = text_of(client.get("/gi/zhongning-gouqi?lang=zh"))
    assert "按 2 种保护形式计数" in page and "转为地理标志产品，不重复计数" in page


def test_honours_stand_apart_and_are_said_to_be_no_protection(client, loaded):
    page = text_of(client.get("/gi/wuyuan-xiangrikui?lang=zh"))
    protections = page[page.index("这些不是地理标志保护") - 9000 : page.index("这些不是地理标志保护")]
    assert "这些不是地理标志保护" in page and protections


def test_production_that_ended_is_the_first_thing_the_page_says(client, loaded):
    page = text_of(client.get("/gi/xiangshan-yasha-xigua?lang=zh"))
    assert page.index("保护仍列为有效，但生产已经停止") < page.index("时间线")
    assert "2021年7月6日" in page


def test_faulty_coordinates_are_shown_as_printed_and_said_to_be_faulty(client, loaded):
    page = text_of(client.get("/gi/hanzha-jiucai?lang=zh"))
    assert "东经105°16′805″~105°46′134″" in page and "有误，不画图" in page


def test_the_history_of_the_area_shows_old_and_new(client, loaded):
    page = client.get("/gi/wujiahu-xiaomi?lang=zh").text
    assert "<del>好力保乡</del> → <ins>好力保镇</ins>" in page


def test_a_year_asks_anew_which_mark_was_lawful(client, loaded):
    before = text_of(client.get("/gi/xiangshan-yasha-xigua?year=2006&lang=zh"))
    after = text_of(client.get("/gi/xiangshan-yasha-xigua?year=2008&lang=zh"))
    assert "尚未开始" not in after
    assert "合法有效" in after
    assert client.get("/gi/xiangshan-yasha-xigua?year=99999").status_code == 200
    assert "2006 年，" not in before  # the register knows nothing before the first date, so it is not offered


def test_a_day_gone_by_shows_what_was_stated_then_under_a_clear_band(client, app, monkeypatch):
    slug = add_gi(1)
    add_gi(1, aliases=["后来加的"])
    early = client.get(f"/gi/{slug}?on=2001-01-01&lang=zh")
    assert early.status_code == 200 and "登记簿里还没有它" in early.text
    assert client.get(f"/gi/{slug}?on={today().isoformat()}").status_code == 200
    assert client.get(f"/gi/{slug}?on=yesterday").status_code == 400


def test_a_withdrawn_gi_keeps_its_page_and_leaves_the_list(client, app):
    slug = add_gi(1)
    with transaction():
        withdraw_indication(PORTAL, get_indication(slug), "重复登记", today())
    answer = client.get(f"/gi/{slug}?lang=zh")
    assert answer.status_code == 200 and "已从目录撤下" in answer.text
    assert slug not in client.get("/gi/").text


@pytest.mark.parametrize("status", ["applied", "published", "refused", "cancelled", "ended", "unknown"])
def test_a_gi_in_any_state_has_a_page_that_does_not_call_it_protected(client, app, status: str):
    protection = gi_facts(1)["protections"][0] | {"status": status}
    slug = add_gi(1, status=status, protections=[protection])
    answer = client.get(f"/gi/{slug}?lang=en")
    assert answer.status_code == 200 and "Protected, in force" not in answer.text
    assert Checker(answer.text).verdict() == []


def test_whatever_a_record_says_is_shown_as_words_and_never_run(client, app):
    evil = "<script>alert(1)</script>"
    slug = add_gi(
        1,
        name={"zh": evil, "en": f'"{evil}', "pinyin": evil, "initials": "x"},
        aliases=[evil],
        summary={"zh": f"</script>{evil}", "en": "&lt;"},
    )
    for address in (
        f"/gi/{slug}",
        f"/gi/?q={evil}",
        "/gi/?view=cards",
        f"/gi/compare?gi={slug}",
        "/about/sources",
    ):
        page = client.get(address).text
        assert "alert(1)</script>" not in page.replace("&lt;script&gt;alert(1)&lt;/script&gt;", ""), address
    assert "\\u003c" in client.get(f"/gi/{slug}").text


def test_a_search_engine_reads_the_page_as_a_certified_product(client, loaded):
    page = client.get("/gi/guyang-qiaomai").text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    described = json.loads(found.group(1))
    assert described["name"] == "固阳荞麦"
    assert described["hasCertification"][0]["certificationIdentification"] == "AGI02382"
    answer = client.get("/gi/guyang-qiaomai.jsonld")
    assert answer.mimetype == "application/ld+json" and answer.get_json() == described


def test_a_repeat_visit_costs_nothing_until_a_gi_changes(client, app):
    slug = add_gi(1)
    tag = {"If-None-Match": client.get(f"/gi/{slug}").headers["ETag"]}
    assert client.get(f"/gi/{slug}", headers=tag).status_code == 304
    add_gi(1, aliases=["新的别名"])
    renewed = client.get("/gi/?q=新的别名", headers=tag)
    assert renewed.status_code == 200 and slug in renewed.text


# ---- comparing


def test_a_typed_name_joins_the_comparison_and_a_fifth_does_not(client, loaded):
    answer = client.get("/gi/compare?gi=ningxia-gouqi&add=中宁枸杞")
    assert answer.status_code == 302 and answer.location == "/gi/compare?gi=ningxia-gouqi&gi=zhongning-gouqi"
    five = "&".join(f"gi={row.slug}" for row in current_index().rows[:5])
    page = client.get(f"/gi/compare?{five}&lang=zh").text
    assert page.count("compare-drop") == 4 and 'name="add"' not in page


def test_a_name_the_catalogue_lacks_is_said_beside_the_field(client, loaded):
    page = client.get("/gi/compare?gi=ningxia-gouqi&add=没有这个&lang=zh").text
    assert "目录里没有“没有这个”" in page


def test_an_unknown_gi_in_the_address_is_left_out(client, loaded):
    answer = client.get("/gi/compare?gi=nobody&gi=ningxia-gouqi")
    assert answer.status_code == 200 and 'href="/gi/ningxia-gouqi"' in answer.text
    assert answer.text.count("compare-drop") == 1


# ---- sources


def test_every_document_and_every_search_in_vain_stands_on_the_page_of_sources(client, loaded):
    page = client.get("/about/sources").text
    for key in db.session.scalars(select(Document.id)):
        assert f'id="{key}"' in page
    assert "guyang-babao-marks" in page and 'href="/brands/guyang-babao"' in page
    for kind in ("规划指标", "文件矛盾", "示范区和项目", "协作协议"):
        assert f"<dt>{kind}</dt>" in client.get("/about/sources?lang=zh").text


# ---- corrections


@pytest.fixture
def unhurried(monkeypatch) -> None:
    """The form believes that enough time has passed to read it."""
    monkeypatch.setattr(correction_views, "QUICKEST_SECONDS", 0)


WRITTEN = {"part": "protections", "message": "登记号应为 AGI09999，请核对公告。", "contact": "0955-1234567"}


def opened(client: FlaskClient, address: str) -> dict[str, str]:
    found = re.search(r'name="opened"[^>]*value="([^"]+)"', client.get(address).text)
    return {"opened": found.group(1)}


def send(client: FlaskClient, slug: str, **changed: str):
    address = f"/gi/{slug}/correction"
    return client.post(address, data=WRITTEN | opened(client, address) | changed)


def test_anyone_may_ask_for_a_correction_and_follow_it_by_receipt(client, app, unhurried):
    slug = add_gi(1)
    answer = send(client, slug)
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "等待答复" in text_of(page) and WRITTEN["message"] in text_of(page)
    assert WRITTEN["contact"] not in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


def test_what_was_typed_stays_when_something_is_wrong(client, app, unhurried):
    slug = add_gi(1)
    answer = send(client, slug, part="", contact="x" * 300)
    assert answer.status_code == 400
    assert WRITTEN["message"] in answer.text and "请选择" in answer.text and "最多 200 个字" in answer.text
    assert db.session.scalars(select(Correction)).all() == []


def test_whoever_is_too_quick_is_asked_to_look_again_and_loses_nothing(client, app):
    answer = send(client, add_gi(1))
    assert answer.status_code == 400 and WRITTEN["message"] in answer.text and "重新提交" in answer.text
    assert db.session.scalars(select(Correction)).all() == []


def test_a_program_that_fills_every_field_is_not_kept(client, app, unhurried):
    assert send(client, add_gi(1), homepage="http://spam.example").status_code == 400
    assert send(client, "ceshi-1", opened="made-up").status_code == 400
    assert db.session.scalars(select(Correction)).all() == []


def test_a_gi_that_is_missing_can_be_named(client, app, unhurried):
    answer = client.post(
        "/gi/missing",
        data={"message": "缺少中宁硒砂瓜，见公告第9号。", "region": "640000"} | opened(client, "/gi/missing"),
    )
    assert answer.status_code == 303
    kept = db.session.scalars(select(Correction)).one()
    assert (kept.subject, kept.region, kept.field) == ("catalogue:missing", "640000", "other")
    assert client.get(answer.location).status_code == 200


def test_only_requests_that_were_kept_count_against_the_limit(client, app, unhurried, monkeypatch):
    slug = add_gi(1)
    # The tests run without limits; here they are switched on for this portal alone.
    monkeypatch.setattr(limiter, "enabled", True)
    app.config["RATELIMIT_ENABLED"] = True
    limiter.init_app(app)
    assert {send(client, slug, part="").status_code for _ in range(12)} == {400}
    assert [send(client, slug).status_code for _ in range(11)] == [303] * 10 + [429]


def test_an_official_of_the_county_answers_and_the_sender_reads_it(demo_app, client, unhurried):
    slug = add_gi(3)  # in 中宁
    receipt = send(client, slug).location
    county = signed_in(demo_app, Role.COUNTY, "640521")
    listed = county.get("/office/corrections?lang=zh").text
    number = re.search(r"/office/corrections/(\d+)", listed).group(1)
    page = county.get(f"/office/corrections/{number}").text
    assert WRITTEN["contact"] in page
    told = {"outcome": "accepted", "answer": "核对公告，登记号确有误，已提出更正。", "version": "1"}
    assert county.post(f"/office/corrections/{number}", data=told).status_code == 303
    assert told["answer"] in client.get(receipt).text
    log = client.get("/log/?lang=zh").text + client.get("/log.atom").text
    assert WRITTEN["contact"] not in log and WRITTEN["message"] not in log
    assert county.post(f"/office/corrections/{number}", data=told).status_code == 409


@pytest.mark.parametrize(
    ("role", "region", "listed", "shown", "answered"),
    [
        (Role.COUNTY, "640522", 200, 404, 404),
        (Role.CITY, "150800", 200, 404, 404),
        (Role.PROVINCE, "640000", 200, 200, 303),
        (Role.INSPECTOR, "640521", 200, 200, 403),
        (Role.AUDITOR, "640000", 200, 200, 403),
        (Role.PRODUCER, "640521", 403, 403, 403),
    ],
)
def test_each_role_reaches_what_it_should_of_a_request(
    demo_app, client, unhurried, role, region, listed, shown, answered
):
    send(client, add_gi(3))
    number = db.session.scalars(select(Correction.id)).one()
    person = signed_in(demo_app, role, region)
    told = {"outcome": "declined", "answer": "公告原文如此，不作更正。", "version": "1"}
    assert person.get("/office/corrections").status_code == listed
    answer = person.get(f"/office/corrections/{number}")
    assert answer.status_code == shown
    assert (WRITTEN["contact"] in answer.text) == (answered == 303)
    assert person.post(f"/office/corrections/{number}", data=told).status_code == answered


def test_a_stranger_reaches_no_request_at_all(client, app, unhurried):
    send(client, add_gi(1))
    assert client.get("/office/corrections").status_code == 302
    assert client.get("/office/corrections/1").status_code == 302
    assert client.get("/gi/corrections/AAAAA-AAAAA").status_code == 404
