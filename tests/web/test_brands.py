"""The brands as strangers and officials meet them."""

import html

import pytest
from sqlalchemy import select

from portal.brands.actions import state_brand
from portal.brands.queries import get_brand
from portal.db import db, transaction
from portal.lib.clock import today
from portal.proposals.models import Proposal
from portal.register.actions import Actor
from portal.register.queries import history_of
from tests.brand_desk import hidden, open_register, propose_and_confirm, sign_in
from tests.services.statements import count_statements

OFFICE = Actor("某局", None)
MEMBER = {
    "kind": "gi",
    "gi": "中宁枸杞",
    "from": "2026-01-01",
    "decision": "某局〔2026〕1号",
    "source_more": "zhongwei-ip-plan/s3-2-3",
}


@pytest.fixture(autouse=True)
def register(app, capsys) -> None:
    open_register(capsys)


def text(client, address: str, **more) -> str:
    answer = client.get(address, **more)
    assert answer.status_code == 200, address
    return html.unescape(answer.get_data(as_text=True))


# ---- the public


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_brand_has_its_page_in_both_languages(client, lang):
    listed = text(client, f"/brands/?lang={lang}")
    for slug in ("tianfu-hetao", "guyang-babao", "zhongwei-niunai", "hetao-xiaomai"):
        assert f"/brands/{slug}" in listed
        page = text(client, f"/brands/{slug}?lang={lang}")
        assert get_brand(slug).name["zh"] in page
        assert "unknown" in page if lang == "en" else "未知" in page


def test_the_eight_unknown_marks_are_eight_places(client):
    page = text(client, "/brands/guyang-babao")
    assert page.count('class="place-unknown"') == 8
    assert "由 8 件标志组成，名称未知" in page


def test_a_page_says_what_the_brand_does_not_certify_and_which_documents_disagree(client):
    page = text(client, "/brands/zhongwei-niurou")
    assert "不等于地理标志保护" in page
    assert "缺少后引号" in page
    assert "天赋河套" in text(client, "/brands/tianfu-hetao")
    assert "保护协作协议" in text(client, "/brands/tianfu-hetao")


def test_the_gi_is_found_by_its_brand_and_its_page_names_it(client):
    found = client.get("/api/v1/gis?brand=tianfu-hetao").json
    assert [item["slug"] for item in found["items"]] == ["wuyuan-xiangrikui"]
    assert "/brands/tianfu-hetao" in text(client, "/gi/wuyuan-xiangrikui")


def test_a_day_before_the_first_entry_says_so_and_tomorrow_is_refused(client):
    assert "那一天登记簿里还没有它" in text(client, "/brands/tianfu-hetao?on=2020-01-01")
    assert client.get("/brands/tianfu-hetao?on=2999-01-01").status_code == 404
    assert "这是" in text(client, f"/brands/tianfu-hetao?on={today()}")


def test_a_condition_that_does_not_exist_is_refused_and_an_empty_list_says_why(client):
    for query in ("kind=famous", "status=best", "region=999999"):
        assert client.get(f"/brands/?{query}").status_code == 400
    assert "没有符合的品牌" in text(client, "/brands/?q=香蕉")
    assert client.get("/brands/nobody").status_code == 404


def test_what_an_official_typed_is_shown_as_text(client):
    facts = {**get_brand("tianfu-hetao").facts, "owner": "<script>alert(1)</script>"}
    with transaction():
        state_brand(OFFICE, "tianfu-hetao", facts, today())
    raw = client.get("/brands/tianfu-hetao").get_data(as_text=True)
    assert "<script>alert(1)" not in raw
    assert "&lt;script&gt;alert(1)" in raw


def test_the_list_asks_as_many_queries_for_ten_brands_as_for_one(client):
    few = count_statements(client, "/brands/?q=babao")
    assert count_statements(client, "/brands/?status=active") == few


def test_the_public_page_is_kept_until_the_version_moves(client):
    first = client.get("/brands/tianfu-hetao")
    tag = first.headers["ETag"]
    assert client.get("/brands/tianfu-hetao", headers={"If-None-Match": tag}).status_code == 304
    with transaction():
        state_brand(OFFICE, "tianfu-hetao", {**get_brand("tianfu-hetao").facts, "owner": "甲"}, today())
    assert client.get("/brands/tianfu-hetao", headers={"If-None-Match": tag}).status_code == 200


# ---- officials


def add_member(client, **changes):
    address = "/office/brands/zhongwei-niunai/member"
    return client.post(address, data={"seen": hidden(client, address, "seen"), **MEMBER, **changes})


def test_a_member_joins_when_a_second_person_confirms(client):
    sign_in(client, "registrar")
    answer = add_member(client)
    assert answer.status_code == 302
    address = answer.headers["Location"]
    assert not [m for m in get_brand("zhongwei-niunai").members if m.standing == "stated"]
    assert propose_and_confirm(client, address, "registrar", "city") == 302
    member = get_brand("zhongwei-niunai").members[0]
    assert (member.key, member.decision) == ("zhongning-gouqi", "某局〔2026〕1号")
    assert [e.verb for e in history_of("brand:zhongwei-niunai")] == ["loaded", "member_added"]
    client.post("/account/sign-out")
    assert "某局〔2026〕1号" in text(client, "/brands/zhongwei-niunai")


def test_a_member_leaves_with_its_decision_and_the_page_keeps_both_days(client):
    sign_in(client, "city")
    propose_and_confirm(client, add_member(client).headers["Location"], "city", "deputy")
    sign_in(client, "city")
    address = "/office/brands/zhongwei-niunai/member/zhongning-gouqi/end"
    left = {"ended": "2026-06-01", "decision": "某局〔2026〕9号", "source_more": "zhongwei-ip-plan/s3-2-3"}
    answer = client.post(address, data={"seen": hidden(client, address, "seen"), **left})
    propose_and_confirm(client, answer.headers["Location"], "city", "deputy")
    page = text(client, "/brands/zhongwei-niunai")
    assert "某局〔2026〕1号" in page and "某局〔2026〕9号" in page
    assert history_of("brand:zhongwei-niunai")[-1].verb == "member_ended"
    assert client.get(address).status_code == 404


def test_rules_of_use_are_stated_version_by_version(client):
    sign_in(client, "city")
    address = "/office/brands/zhongwei-niunai/rules"
    typed = {"title_zh": "使用办法", "title_en": "Rules", "version": "1", "from": "2026-01-01",
             "source_more": "zhongwei-ip-plan/s3-2-3"}  # fmt: skip
    answer = client.post(address, data={"seen": hidden(client, address, "seen"), **typed})
    propose_and_confirm(client, answer.headers["Location"], "city", "province")
    assert "使用办法" in text(client, "/brands/zhongwei-niunai")


NEW = {
    "zh": "塞上硒砂",
    "en": "Saishang Xisha",
    "pinyin": "Saishang Xisha",
    "initials": "ssxs",
    "kind": "regional_brand",
    "status": "cultivating",
    "summary_zh": "一个正在培育的品牌。",
    "summary_en": "A brand being built.",
    "place": "640500",
    "source_more": "zhongwei-ip-plan/s3-2-3",
}


def begin(client, **changed: str):
    return client.post("/office/brands/new", data=NEW | changed)


def draft_address(slug: str) -> str:
    proposal = db.session.scalars(select(Proposal).where(Proposal.subject == f"brand:{slug}")).all()[-1]
    return f"/office/catalogue/proposals/{proposal.id}"


def test_a_new_brand_is_drafted_filled_in_and_public_only_once_confirmed(client):
    sign_in(client, "city")
    answer = begin(client)
    assert answer.status_code == 302 and answer.headers["Location"].endswith("/saishang-xisha")
    record = text(client, "/office/brands/saishang-xisha?lang=zh")
    assert "塞上硒砂" in record and "公开页面" not in record
    address = "/office/brands/saishang-xisha/member"
    joined = client.post(address, data={"seen": hidden(client, address, "seen"), **MEMBER})
    assert joined.status_code == 302
    assert client.get("/brands/saishang-xisha").status_code == 404
    sign_in(client, "deputy")
    assert client.get("/office/brands/saishang-xisha").status_code == 404
    assert propose_and_confirm(client, draft_address("saishang-xisha"), "city", "province") == 302
    assert [entry.verb for entry in history_of("brand:saishang-xisha")] == ["created"]
    client.post("/account/sign-out")
    for lang in ("zh", "en"):
        assert "某局〔2026〕1号" in text(client, f"/brands/saishang-xisha?lang={lang}")
    assert "/brands/saishang-xisha" in text(client, "/brands/?q=ssxs")


@pytest.mark.parametrize(
    "changed",
    [
        {"zh": ""},
        {"summary_en": ""},
        {"place": ""},
        {"place": "999999"},
        {"kind": "famous"},
        {"slug": "天赋"},
        {"slug": "new"},
        {"slug": "tianfu-hetao"},
        {"source_more": ""},
    ],
)
def test_a_wrong_new_brand_is_refused_and_what_was_typed_stays(client, changed):
    sign_in(client, "city")
    answer = begin(client, **changed)
    assert answer.status_code == 400
    assert ("A brand being built." if "zh" in changed else "塞上硒砂") in answer.get_data(as_text=True)
    assert db.session.scalars(select(Proposal)).all() == []


def test_a_brand_of_another_region_cannot_be_begun(client):
    sign_in(client, "registrar")
    assert begin(client, place="150800").status_code == 403
    sign_in(client, "inspector")
    assert begin(client).status_code == 403
    client.post("/account/sign-out")
    assert begin(client).status_code == 302
    assert db.session.scalars(select(Proposal)).all() == []


def test_a_brand_leaves_the_list_with_its_reason_and_comes_back(client):
    sign_in(client, "city")
    address = "/office/brands/zhongwei-niunai/withdraw"
    reason = {"reason_zh": "与另一品牌重复登载。", "reason_en": "Stated twice."}
    answer = client.post(address, data={"seen": "", **reason})
    assert propose_and_confirm(client, answer.headers["Location"], "city", "deputy") == 302
    client.post("/account/sign-out")
    assert "/brands/zhongwei-niunai" not in text(client, "/brands/")
    page = text(client, "/brands/zhongwei-niunai?lang=zh")
    assert "已从公开列表撤下" in page and "与另一品牌重复登载" in page
    sign_in(client, "city")
    assert "已从公开列表撤下" in text(client, "/office/brands/zhongwei-niunai?lang=zh")
    back = client.post("/office/brands/zhongwei-niunai/restore")
    assert propose_and_confirm(client, back.headers["Location"], "city", "deputy") == 302
    assert [e.verb for e in history_of("brand:zhongwei-niunai")] == ["loaded", "withdrawn", "restored"]
    client.post("/account/sign-out")
    assert "/brands/zhongwei-niunai" in text(client, "/brands/")


def test_an_official_of_another_region_cannot_withdraw_a_brand(client):
    sign_in(client, "stranger")
    reason = {"reason_zh": "甲", "reason_en": "a"}
    assert client.post("/office/brands/zhongwei-niunai/withdraw", data=reason).status_code == 404
    assert client.post("/office/brands/zhongwei-niunai/restore").status_code == 404
    assert db.session.scalars(select(Proposal)).all() == []


WRONG = [
    {"gi": ""},
    {"gi": "no-such-gi"},
    {"kind": "enterprise", "name": ""},
    {"kind": "person"},
    {"from": "2026"},
    {"from": "someday"},
    {"decision": ""},
    {"source_more": ""},
    {"source_more": "no-such-document"},
    {"enterprise_mark": "长" * 201},
]


def test_what_is_wrong_is_said_and_what_was_typed_stays(client):
    sign_in(client, "registrar")
    for wrong in WRONG:
        answer = add_member(client, **wrong)
        assert answer.status_code == 400, wrong
        assert "某局〔2026〕1号" in answer.get_data(as_text=True) or "decision" in wrong
    db.session.rollback()
    assert len(history_of("brand:zhongwei-niunai")) == 1


PAGES = (
    "",
    "/zhongwei-niunai",
    *(f"/zhongwei-niunai/{part}" for part in ("member", "about", "owner", "rules")),
)


def test_an_official_opens_its_brands_and_a_stranger_of_another_region_finds_nothing(client):
    assert [client.get(f"/office/brands{page}").status_code for page in PAGES] == [302] * 6
    sign_in(client, "registrar")
    answers = [client.get(f"/office/brands{page}") for page in PAGES]
    assert [answer.status_code for answer in answers] == [200] * 6
    assert all("no-store" in answer.headers["Cache-Control"] for answer in answers)
    sign_in(client, "stranger")
    assert [client.get(f"/office/brands{page}").status_code for page in PAGES] == [200, *[404] * 5]
    assert "zhongwei-niunai" not in client.get("/office/brands").get_data(as_text=True)


def test_an_inspector_looks_and_does_not_change(client):
    sign_in(client, "inspector")
    assert client.get("/office/brands/zhongwei-niunai").status_code == 200
    assert client.get("/office/brands/zhongwei-niunai/member").status_code == 403
