"""Credit: a producer sees every reason and objects, its county answers, nobody else sees anything."""

import html
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Notice
from portal.accounts.rules import Role
from portal.credit import grading
from portal.credit.models import CreditGrade, CreditRequest
from portal.credit.rules import Grade
from portal.db import db, transaction
from portal.lib.clock import today
from portal.register.models import Entry
from tests.ledger_rows import Spell, a_gi, a_producer, a_return, an_account, enter, licence, on_roster

DAY = today()
YEAR = DAY.year
# Last year’s return is judged from April on.
IN_TIME = 2 if date(YEAR, 3, 31) < DAY else 1
SCORE = 80 - 5 - 15 + 4 * IN_TIME


class World:
    """One firm that filed for two years, not for the one between, and was once suspended."""

    def __init__(self) -> None:
        with transaction():
            self.gi = a_gi("hongguo")
            self.maker = a_producer("红果公司")
            on_roster(self.gi, self.maker)
            on_roster(self.gi, a_producer("白果公司"))
            for year in (YEAR - 3, YEAR - 1):
                filed = a_return(self.gi, self.maker, year, 5_000)
                filed.submitted_at = datetime(year + 1, 3, 1, tzinfo=UTC)
            suspended = [
                Spell("in_force", date(2020, 1, 1), DAY - timedelta(200)),
                Spell("suspended", DAY - timedelta(200), DAY - timedelta(170)),
                Spell("in_force", DAY - timedelta(170)),
            ]
            licence(self.gi, self.maker, suspended)
            self.wang = an_account(Role.PRODUCER, producer=self.maker)
            self.li = an_account(Role.PRODUCER)
            self.county = an_account(Role.COUNTY, "640521")
            self.far = an_account(Role.COUNTY, "150821")
            self.auditor = an_account(Role.AUDITOR, "640000")
            self.province = an_account(Role.PROVINCE, "640000")


@pytest.fixture
def world(app: Flask) -> World:
    made = World()
    grading.grade_all("000000")
    return made


def text_of(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


def grade_of(world: World) -> CreditGrade:
    query = select(CreditGrade).where(CreditGrade.producer_id == world.maker.id, CreditGrade.current)
    return db.session.scalars(query).one()


def missing_ref(world: World) -> str:
    return next(one["ref"] for one in grade_of(world).reasons if one["key"] == "return_missing")


WHY = "材料当年已经交到县里，有回执。"


def ask(client, world: World, kind: str = "objection", ref: str = "", words: str = WHY):
    sent = {"kind": kind, "ref": ref or missing_ref(world), "words": words}
    return client.post(f"/workbench/credit/{world.maker.number}/ask", data=sent)


def test_a_grade_has_every_reason_with_its_source_and_its_producer_is_told(client, world):
    keys = sorted(one["key"] for one in grade_of(world).reasons)
    assert keys == ["licence_suspended", "return_missing", *["return_on_time"] * IN_TIME]
    assert grade_of(world).score == SCORE
    notices = db.session.scalars(select(Notice).where(Notice.account_id == world.wang.id)).all()
    assert len(notices) == 1 and f"{SCORE} 分" in notices[0].text_zh
    assert world.maker.name in notices[0].text_zh and world.maker.name in notices[0].text_en
    page = text_of(enter(client, world.wang).get("/workbench/credit?lang=zh"))
    assert f"{SCORE} 分" in page and f"名hongguo {YEAR - 2} 年产值没有申报" in page
    assert "用标授权被暂停" in page


def test_computing_again_changes_nothing(world):
    before = db.session.scalar(select(Entry.n).order_by(Entry.n.desc()).limit(1))
    assert grading.grade_all("000000") == 0
    assert db.session.scalar(select(Entry.n).order_by(Entry.n.desc()).limit(1)) == before


def test_an_upheld_objection_takes_the_reason_away_and_keeps_the_old_grade(client, app, world):
    assert ask(enter(client, world.wang), world).status_code == 303
    one = db.session.scalars(select(CreditRequest)).one()
    office = enter(app.test_client(), world.county)
    assert "红果公司" in text_of(office.get("/office/credit/requests"))
    sent = {"version": one.version, "choice": "grant", "answer": "收件登记确有此件，异议成立。"}
    assert office.post(f"/office/credit/requests/{one.id}", data=sent).status_code == 303
    assert grade_of(world).score == SCORE + 5
    rows = db.session.scalars(select(CreditGrade).where(CreditGrade.producer_id == world.maker.id)).all()
    assert [row.current for row in rows] == [False, True]
    assert "异议成立，不计入" in text_of(client.get("/workbench/credit?lang=zh"))
    told = text_of(client.get("/account/notices?lang=zh"))
    assert "红果公司的异议已答复：成立" in told and f"/workbench/credit/{world.maker.number}" in told
    assert office.post(f"/office/credit/requests/{one.id}", data=sent).status_code == 409


def test_an_answer_needs_a_choice_and_a_reason(client, app, world):
    ask(enter(client, world.wang), world)
    office, one = enter(app.test_client(), world.county), db.session.scalars(select(CreditRequest)).one()
    address = f"/office/credit/requests/{one.id}"
    assert office.post(address, data={"version": one.version, "answer": WHY}).status_code == 400
    nothing = text_of(office.post(address, data={"version": one.version}))
    assert "请选择怎样答复" in nothing and "至少 10 个字" in nothing and 'href="#choice"' in nothing
    short = office.post(address, data={"version": one.version, "choice": "grant", "answer": "好"})
    assert short.status_code == 400 and "至少 10 个字" in text_of(short)
    assert db.session.scalars(select(CreditRequest)).one().state == "open"


def test_a_repair_is_allowed_or_not_and_says_what_it_was_about(client, app, world):
    ask(enter(client, world.wang), world, kind="repair")
    office, one = enter(app.test_client(), world.county), db.session.scalars(select(CreditRequest)).one()
    address = f"/office/credit/requests/{one.id}"
    page = text_of(office.get(address))
    assert "准予修复：" in page and "不予修复：" in page and "成立：" not in page
    sent = {"version": one.version, "choice": "refuse", "answer": "补交的申报还没有收到，收到后再申请。"}
    assert office.post(address, data=sent).status_code == 303
    assert "信用修复已答复：不予修复" in text_of(client.get("/account/notices?lang=zh"))
    page = text_of(client.get(f"/workbench/credit/{world.maker.number}?lang=zh"))
    told = page[page.index("种类和事由") :]
    assert "未申报年度产值" in told and sent["answer"] in told and "不予修复" in told


def test_what_cannot_be_asked_is_refused(client, world):
    enter(client, world.wang)
    good = next(one["ref"] for one in grade_of(world).reasons if one["key"] == "return_on_time")
    assert ask(client, world, ref=good).status_code == 400
    assert ask(client, world, words="短").status_code == 400
    assert ask(client, world, ref="return:nothing/1").status_code == 404
    assert ask(client, world, kind="praise").status_code == 404
    assert db.session.scalars(select(CreditRequest)).all() == []


def test_asking_twice_is_asking_once(client, world):
    enter(client, world.wang)
    assert ask(client, world).status_code == ask(client, world).status_code == 303
    assert len(db.session.scalars(select(CreditRequest)).all()) == 1


def test_a_statutory_listing_needs_its_decision_and_counts_while_it_stands(client, world):
    office, address = enter(client, world.county), f"/office/credit/producers/{world.maker.number}/listings"
    sent = {"list": "serious", "authority": "中卫市市场监管局", "from_on": DAY.isoformat(), "decision": ""}
    assert office.post(address, data=sent).status_code == 400
    assert office.post(address, data=sent | {"decision": "卫市监列〔2026〕1号"}).status_code == 303
    assert grade_of(world).stands is Grade.D
    assert office.post(f"{address}/1/end", data={"ended_decision": "卫市监移〔2026〕2号"}).status_code == 303
    # It counts on for its term, which now has a last day.
    ended = next(one for one in grade_of(world).reasons if one["key"] == "statutory_list")
    assert ended["standing"] == "counted" and ended["until"].startswith(str(YEAR + 1))


def test_a_province_publishes_a_table_and_grades_follow_it(client, world):
    office = enter(client, world.province)
    page = text_of(office.get("/office/credit/criteria?lang=zh"))
    assert 'name="points-return_missing"' in page
    sent = {
        "label": "2026-1",
        "from_on": today().isoformat(),
        "issuer": "宁夏局",
        "document": "宁市监〔2026〕1号",
    }
    sent |= {"start": "70", "a_from": "85", "b_from": "70", "c_from": "50"}
    sent |= {"points-return_on_time": "10", "months-return_on_time": "36", "repair-return_on_time": ""}
    assert office.post("/office/credit/criteria", data=sent | {"start": "x"}).status_code == 400
    assert office.post("/office/credit/criteria", data=sent | {"from_on": "2020-01-01"}).status_code == 400
    assert office.post("/office/credit/criteria", data=sent).status_code == 303
    grading.grade_all("000000")
    assert grade_of(world).score == 70 + 10 * IN_TIME
    assert "宁市监〔2026〕1号" in text_of(client.get("/credit/?lang=zh"))


def test_a_stranger_and_another_county_find_no_grade(client, app, world):
    assert client.get("/credit/").status_code == 200
    assert "红果公司" not in text_of(client.get("/credit/"))
    assert client.get("/office/credit").status_code == client.get("/workbench/credit").status_code == 302
    ask(enter(app.test_client(), world.wang), world)
    li, far = enter(app.test_client(), world.li), enter(app.test_client(), world.far)
    assert li.get(f"/workbench/credit/{world.maker.number}").status_code == 404
    assert ask(li, world).status_code == 404
    assert li.get("/office/credit").status_code == 403
    for path in (f"/office/credit/producers/{world.maker.number}", "/office/credit/requests/1"):
        assert far.get(path).status_code == 404, path
    assert "红果公司" not in text_of(far.get("/office/credit"))
    assert far.get("/office/credit/criteria").status_code == 403


def test_an_auditor_looks_and_changes_nothing(client, world):
    auditor = enter(client, world.auditor)
    assert "红果公司" in text_of(auditor.get("/office/credit"))
    assert auditor.post("/office/credit/compute").status_code == 403


def test_no_public_entry_names_a_grade(world):
    public = db.session.scalars(select(Entry).where(Entry.public)).all()
    assert {one.subject.partition(":")[0] for one in public} == {"criteria", "regions"}
