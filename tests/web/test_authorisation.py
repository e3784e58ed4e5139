"""The pages of applications and licences: who sees what; nothing of another county can be guessed."""

import html
import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.authorisation.models import Application, Licence, StoredFile, WatchTask
from portal.authorisation.queries import find_licence, get_application_for, licences
from portal.authorisation.rules import LicenceState, State, Step
from portal.authorisation.watches import look_around
from portal.db import db, transaction
from portal.lib.clock import now, today
from tests.services.statements import count_statements
from tests.setting_authorisation import (
    ANSWERS,
    PASSWORD,
    PDF,
    SLUG,
    Setting,
    draft,
    picture,
    prepare,
    step,
    walk_to_licence,
)


@pytest.fixture
def setting(app: Flask) -> Setting:
    return prepare()


@pytest.fixture
def enter(client: FlaskClient, setting: Setting):
    def sign_in(name: str) -> FlaskClient:
        client.post("/account/sign-out")
        answer = client.post("/account/sign-in", data={"email": f"{name}@test", "password": PASSWORD})
        assert answer.status_code == 302
        return client

    return sign_in


@pytest.fixture
def number(setting: Setting) -> str:
    """An application that the county has before it."""
    one = draft(setting, now=now())
    step(setting.wang, one, Step.SUBMIT, now=now())
    return one


def text_of(answer: object) -> str:
    return html.unescape(answer.get_data(as_text=True))


def version_in(answer: object) -> str:
    return re.search(r'name="version" value="(\d+)"', text_of(answer)).group(1)


def stored(setting: Setting, number: str) -> Application:
    db.session.rollback()
    return get_application_for(setting.wang, number, today())


def test_a_reminder_says_whose_licence_it_is_and_keeps_what_was_typed(enter, setting):
    walk_to_licence(setting, draft(setting))
    with transaction():
        look_around(now() + timedelta(days=800))
    licence = db.session.scalars(licences()).one()
    task = db.session.scalars(select(WatchTask)).one()
    office = enter("county")
    name = licence.producer.name
    assert name in text_of(office.get("/office/?lang=zh")).partition("期限提醒")[2][:800]
    page = text_of(office.get("/office/watches/?lang=zh"))
    assert name in page and f"{licence.indication.name_zh}：{name}" in page
    sent = {"answer": "看过", "version": str(task.version)}
    refused = office.post(f"/office/watches/{task.id}", data=sent)
    assert refused.status_code == 400
    assert "请写明处理情况" in text_of(refused) and ">看过</textarea>" in text_of(refused)
    assert f'aria-describedby="answer-{task.id}-error" aria-invalid="true" autofocus' in text_of(refused)
    done = office.post(f"/office/watches/{task.id}", data=sent | {"answer": "已经去现场看过，仍在用标"})
    assert done.status_code == 303


# ---- who sees what


OFFICE_PAGES = ("/office/applications/", "/office/licences/", "/office/watches/")


@pytest.mark.parametrize("page", [*OFFICE_PAGES, "/workbench/", "/workbench/apply", "/workbench/decisions/"])
def test_a_stranger_is_asked_to_sign_in(client: FlaskClient, setting: Setting, page: str):
    assert client.get(page).status_code == 302


@pytest.mark.parametrize("page", OFFICE_PAGES)
def test_producers_do_not_see_the_office_and_officials_not_the_workbench(enter, page: str):
    assert enter("wang").get(page).status_code == 403
    for inside in ("/workbench/", "/workbench/apply", "/workbench/decisions/"):
        assert enter("county").get(inside).status_code == 403


def test_a_producer_has_no_pages_of_a_holder_nor_a_holder_those_of_a_producer(enter):
    assert enter("wang").get("/workbench/decisions/").status_code == 403
    for page in ("/workbench/apply", "/workbench/applications/", "/workbench/licences/"):
        assert enter("holder").get(page).status_code == 403


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", ["county", "city", "province", "inspector", "auditor"])
def test_every_official_of_the_line_reads_the_application(enter, number: str, who: str, lang: str):
    answer = enter(who).get(f"/office/applications/{number}?lang={lang}")
    assert answer.status_code == 200
    assert "一村" in text_of(answer)
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_only_whose_turn_it_is_gets_buttons(enter, number: str):
    pages = {
        who: text_of(enter(who).get(f"/office/applications/{number}"))
        for who in ("county", "city", "province", "inspector", "auditor")
    }
    buttons = {who: set(re.findall(r'name="step" value="(\w+)"', page)) for who, page in pages.items()}
    assert buttons.pop("county") == {"accept", "return"}
    assert set(map(frozenset, buttons.values())) == {frozenset()}


@pytest.mark.parametrize("who", ["other_county", "other_city", "other_province"])
def test_an_official_of_elsewhere_cannot_see_list_download_act_or_guess(
    enter, setting, number: str, who: str
):
    file = db.session.scalars(select(StoredFile.id)).first()
    there = enter(who)
    listed = f'href="/office/applications/{number}"'
    assert listed not in text_of(there.get("/office/applications/?state="))
    assert listed not in text_of(there.get(f"/office/applications/?state=&q={number}"))
    missing = there.get("/office/applications/2026-999999")
    for path in (f"/office/applications/{number}", f"/office/applications/{number}/visit"):
        assert there.get(path).status_code == 404
    assert text_of(there.get(f"/office/applications/{number}")).count("404") == text_of(missing).count("404")
    assert there.get(f"/documents/{file}").status_code == 404
    assert there.get(f"/papers/application/{number}/{file}").status_code == 404
    sent = there.post(f"/office/applications/{number}", data={"step": "accept", "version": "3"})
    assert sent.status_code == 404
    assert stored(setting, number).stands is State.SUBMITTED


def test_another_producer_finds_neither_application_nor_document(enter, number: str):
    file = db.session.scalars(select(StoredFile.id)).first()
    there = enter("li")
    for path in (
        f"/workbench/applications/{number}",
        f"/workbench/applications/{number}/print",
        f"/documents/{file}",
        f"/papers/application/{number}/{file}",
    ):
        assert there.get(path).status_code == 404


def test_the_stranger_gets_no_document(client: FlaskClient, number: str):
    file = db.session.scalars(select(StoredFile.id)).first()
    assert client.get(f"/documents/{file}").status_code == 302
    assert client.get(f"/papers/application/{number}/{file}").status_code == 302


def test_a_document_is_saved_and_never_opened(enter, number: str):
    file = db.session.scalars(select(StoredFile.id)).first()
    answer = enter("county").get(f"/documents/{file}")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_auditor_reads_and_changes_nothing(enter, setting, number: str):
    there = enter("auditor")
    assert there.get(f"/office/applications/{number}").status_code == 200
    assert (
        there.post(f"/office/applications/{number}", data={"step": "accept", "version": "3"}).status_code
        == 403
    )


# ---- the applicant


def begin(client: FlaskClient, setting: Setting) -> str:
    sent = {"producer": setting.producers["firm"], "gi": SLUG, "key": "product"}
    answer = client.post("/workbench/apply", data=sent)
    assert answer.status_code == 303
    return answer.headers["Location"].rsplit("/", 1)[1]


def test_from_the_choice_to_handing_in_by_plain_forms(enter, setting: Setting):
    client = enter("wang")
    assert "开始填写" in text_of(client.get("/workbench/apply"))
    one = begin(client, setting)
    address = f"/workbench/applications/{one}"
    version = version_in(client.get(address))
    refused = client.post(address, data=ANSWERS | {"version": version, "do": "submit", "process": ""})
    assert refused.status_code == 400
    assert "填过的内容都还在" in text_of(refused)
    assert "宁安镇一村" in text_of(refused)
    assert '<a href="#process">怎样生产：请填写</a>' in text_of(refused)
    for kind in ("test_report", "origin_proof"):
        sent = {"kind": kind, "file": (BytesIO(PDF), f"{kind}.pdf")}
        assert client.post(address + "/files", data=sent).status_code == 303
    version = version_in(client.get(address))
    done = client.post(address, data=ANSWERS | {"version": version, "do": "submit"})
    assert done.status_code == 303
    page = text_of(client.get(address))
    assert "待县级收件" in page
    assert "县级知识产权管理部门" in page
    assert stored(setting, one).stands is State.SUBMITTED


def test_a_document_that_is_none_is_refused_beside_its_field_and_the_form_stays(enter, setting: Setting):
    client = enter("wang")
    one = begin(client, setting)
    sent = {"kind": "test_report", "file": (BytesIO(b"MZ program"), "report.pdf")}
    answer = client.post(f"/workbench/applications/{one}/files", data=sent)
    assert answer.status_code == 400
    assert "只收 PDF、JPEG、PNG" in text_of(answer)
    assert db.session.scalars(select(StoredFile.id)).all() == []


def test_a_document_takes_along_what_was_typed_beside_it(enter, setting: Setting):
    client = enter("wang")
    one = begin(client, setting)
    address = f"/workbench/applications/{one}"

    def sent(goods: str, paper: bytes = PDF) -> dict[str, object]:
        beside = {"goods": goods, "version": version_in(client.get(address))}
        return beside | {"kind": "test_report", "file": (BytesIO(paper), "report.pdf")}

    assert client.post(address + "/files", data=sent("枸杞干果")).status_code == 303
    assert stored(setting, one).answers == {"goods": "枸杞干果"}
    assert client.post(address + "/files", data=sent("枸杞鲜果", b"MZ program")).status_code == 400
    assert stored(setting, one).answers == {"goods": "枸杞鲜果"}
    (file,) = db.session.scalars(select(StoredFile.id)).all()
    assert client.post(f"{address}/files/{file}/remove", data=sent("枸杞酒")).status_code == 303
    assert stored(setting, one).answers == {"goods": "枸杞酒"}


def test_a_document_that_was_chosen_is_kept_by_saving_and_by_handing_in(enter, setting: Setting):
    client = enter("wang")
    one = begin(client, setting)
    address = f"/workbench/applications/{one}"
    for kind, do in (("test_report", "save"), ("origin_proof", "submit")):
        beside = {"kind": kind, "do": do, "version": version_in(client.get(address))}
        done = client.post(address, data=ANSWERS | beside | {"file": (BytesIO(PDF), f"{kind}.pdf")})
        assert done.status_code == 303
    assert stored(setting, one).stands is State.SUBMITTED


def test_what_is_typed_is_kept_while_typing_and_a_stale_tab_is_told(enter, setting: Setting):
    client = enter("wang")
    one = begin(client, setting)
    address = f"/workbench/applications/{one}"
    version = version_in(client.get(address))
    kept = client.post(address + "/draft", data={"goods": "枸杞鲜果", "version": version})
    assert kept.status_code == 200
    assert kept.json["version"] > int(version)
    assert stored(setting, one).answers == {"goods": "枸杞鲜果"}
    stale = client.post(address + "/draft", data={"goods": "旧页面", "version": version})
    assert stale.status_code == 409
    assert stored(setting, one).answers["goods"] == "枸杞鲜果"


def test_the_printed_form_says_what_was_typed(enter, number: str):
    page = text_of(enter("wang").get(f"/workbench/applications/{number}/print"))
    assert "宁安镇一村" in page
    assert "签字（盖章）" in page


# ---- deciding


def test_a_refusal_without_a_ground_keeps_what_was_typed(enter, setting: Setting, number: str):
    client = enter("county")
    address = f"/office/applications/{number}"
    client.post(address, data={"step": "accept", "version": version_in(client.get(address))})
    version = version_in(client.get(address))
    answer = client.post(address, data={"step": "refuse", "note": "这里写了很长的理由", "version": version})
    assert answer.status_code == 400
    assert "这里写了很长的理由" in text_of(answer)
    assert stored(setting, number).stands is State.COUNTY_CHECK


def test_a_decision_from_an_old_page_is_refused_with_409(enter, setting: Setting, number: str):
    client = enter("county")
    address = f"/office/applications/{number}"
    version = version_in(client.get(address))
    assert client.post(address, data={"step": "accept", "version": version}).status_code == 303
    again = client.post(address, data={"step": "return", "note": "材料不齐请补交", "version": version})
    assert again.status_code == 409
    kept = text_of(again).partition("您刚才写的")[2]
    assert ">材料不齐请补交</p>" in kept and kept.count("problem-written") == 1
    assert stored(setting, number).stands is State.COUNTY_CHECK


def test_a_visit_by_form_shows_where_the_point_lies(enter, setting: Setting, number: str):
    client = enter("county")
    address = f"/office/applications/{number}"
    client.post(address, data={"step": "accept", "version": version_in(client.get(address))})
    form = client.get(address + "/visit")
    sent = {
        "version": version_in(form),
        "on": today().isoformat(),
        "officers": "王检查\n李检查",
        "lon": "105.67",
        "lat": "37.48",
        "findings": "与申请一致，树龄五年",
        "agrees": "yes",
        "file": (BytesIO(picture()), "site.jpg"),
    }
    assert client.post(address + "/visit", data=sent).status_code == 303
    page = text_of(client.get(address))
    assert "这个点在产地所在的县内" in page
    shown = re.search(r'src="/documents/(\d+)"', page).group(1)
    assert client.get(f"/documents/{shown}").mimetype == "image/jpeg"
    assert f'href="/papers/application/{number}/{shown}"' in page


def test_one_officer_alone_is_not_a_visit(enter, setting: Setting, number: str):
    client = enter("county")
    address = f"/office/applications/{number}"
    client.post(address, data={"step": "accept", "version": version_in(client.get(address))})
    version = version_in(client.get(address + "/visit"))
    answer = client.post(
        address + "/visit", data={"version": version, "officers": "王检查", "lon": "1", "lat": ""}
    )
    assert answer.status_code == 400
    assert "至少两人" in text_of(answer)


def test_an_unknown_step_and_a_missing_version_are_refused(enter, number: str):
    client = enter("county")
    assert client.post(f"/office/applications/{number}", data={"step": "bribe"}).status_code == 400
    # What does not say which state it was decided on is older than any.
    assert client.post(f"/office/applications/{number}", data={"step": "accept"}).status_code == 409


# ---- public


@pytest.fixture
def licence(setting: Setting) -> str:
    walk_to_licence(setting, draft(setting, now=now()), now())
    return db.session.scalars(select(Licence.number)).one()


@pytest.fixture
def household(setting: Setting) -> str:
    walk_to_licence(setting, draft(setting, producer="household", now=now()), now())
    return db.session.scalars(select(Licence.number).order_by(Licence.id.desc())).first()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_public_pages_show_the_firm_and_no_name_of_a_person(client, licence, household, lang: str):
    pages = (
        f"/gi/{SLUG}/users",
        f"/gi/{SLUG}",
        f"/licences/{licence}",
        f"/licences/{household}",
        "/announcements/",
        "/announcements.atom",
        "/announcements/service",
        f"/gi/{SLUG}/users.csv",
        "/log/",
    )
    told = ""
    for page in pages:
        answer = client.get(f"{page}?lang={lang}")
        assert answer.status_code == 200, page
        told += text_of(answer)
    assert "中宁一号枸杞公司（演示）" in told
    assert "李四" not in told
    assert "13900000000" not in told
    assert "一村" not in told


def test_nobody_finds_a_person_by_name_in_the_public_list(client, household):
    page = text_of(client.get(f"/gi/{SLUG}/users?q=李四"))
    assert household not in page
    assert household in text_of(client.get(f"/gi/{SLUG}/users?q={household}"))


def test_the_list_of_a_day_before_the_licence_is_empty_and_says_why(client, licence):
    before = (today() - timedelta(days=1)).isoformat()
    page = text_of(client.get(f"/gi/{SLUG}/users?on={before}&status=all"))
    assert licence not in page
    assert "这一天没有这样的授权" in page


def test_a_suspension_shows_at_once_on_every_public_page(enter, client, setting, licence):
    assert "有效" in text_of(client.get(f"/licences/{licence}"))
    office = enter("county")
    address = f"/office/licences/{licence}"
    sent = {"step": "suspend", "reason": "抽检不合格，限期整改", "decision": "演示1号"}
    assert office.post(address, data=sent | {"version": version_in(office.get(address))}).status_code == 303
    assert find_licence(licence).state_on(today()) is LicenceState.SUSPENDED
    client.post("/account/sign-out")
    assert "暂停使用" in text_of(client.get(f"/licences/{licence}"))
    assert licence not in text_of(client.get(f"/gi/{SLUG}/users"))
    assert licence in text_of(client.get(f"/gi/{SLUG}/users?status=suspended"))


def test_cells_of_the_download_are_harmless(client, setting, licence):
    with transaction():
        one = find_licence(licence)
        one.goods, one.changed_at = "=HYPERLINK(1)", now()
    assert "'=HYPERLINK(1)" in text_of(client.get(f"/gi/{SLUG}/users.csv?status=all"))


@pytest.mark.parametrize("query", ["status=good", "track=none", "region=xx", "on=yesterday", "page=0"])
def test_a_wrong_parameter_is_refused_by_name(client, setting, query: str):
    assert client.get(f"/gi/{SLUG}/users?{query}").status_code == 400


def test_the_list_asks_the_database_as_often_for_many_as_for_few(client, setting, licence):
    few = count_statements(client, f"/gi/{SLUG}/users?status=all&q=")
    with transaction():
        one = find_licence(licence)
        for number in range(30):
            names = {column.name for column in Licence.__table__.columns} - {"id", "number"}
            copy = {name: getattr(one, name) for name in names}
            db.session.add(Licence(number=f"L2026-9{number:05d}", **copy))
    assert count_statements(client, f"/gi/{SLUG}/users?status=all&q=&page=1") == few


# ---- before applying


@pytest.mark.parametrize(
    ("place", "said"),
    [("640521100", "在产地范围内"), ("640522100", "不在产地范围内"), ("640521", "只有一部分在产地范围内")],
)
def test_the_check_before_applying_answers_by_place_without_an_account(
    client, setting, place: str, said: str
):
    page = text_of(client.get(f"/precheck?gi={SLUG}&place={place}"))
    assert said in page
    assert "没有查到规定" in page


def test_a_notice_on_another_gi_is_not_cited_as_a_rule_for_this_one(client, setting):
    page = text_of(client.get(f"/precheck?gi={SLUG}&place=640521100"))
    assert "没有查到宁夏回族自治区的规定；本区海原马铃薯的使用公告" in page
    assert "其他产品是否相同没有查到（二手网页，请核对）" in page


def test_the_check_answers_by_point_and_refuses_what_is_none(client, setting):
    assert "不在产地范围内，最近处相距约" in text_of(client.get(f"/precheck?gi={SLUG}&lon=116.4&lat=39.9"))
    assert "好像填反了" in text_of(client.get(f"/precheck?gi={SLUG}&lon=37.48&lat=105.67"))


def test_the_day_of_today_is_the_day_in_china(client, licence):
    assert find_licence(licence).valid_from == today()
    assert isinstance(today(), date)
