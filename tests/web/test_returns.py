"""The pages of returns: a producer files, the county accepts, a stranger finds nothing."""

import html
import io
import re

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Account, Notice, OutgoingMail
from portal.accounts.rules import Role
from portal.catalogue.models import Indication
from portal.db import db, transaction
from portal.lib.clock import today
from portal.producers.membership_actions import link_account
from portal.producers.models import Producer
from portal.register.actions import PORTAL
from portal.register.models import Entry
from portal.returns.models import AnnualReturn, ReturnPaper
from tests.ledger_rows import a_gi, a_producer, a_return, an_account, enter, licence, on_roster

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100"
    "c9fe92ef0000000049454e44ae426082"
)


class World:
    def __init__(self) -> None:
        with transaction():
            self.gi: Indication = a_gi("hongguo")
            self.maker: Producer = a_producer("红果公司")
            self.line = on_roster(self.gi, self.maker)
            self.wang: Account = an_account(Role.PRODUCER, producer=self.maker)
            self.county = an_account(Role.COUNTY, "640521")
            self.far = an_account(Role.COUNTY, "150821")
            self.li = an_account(Role.PRODUCER)
            self.auditor = an_account(Role.AUDITOR, "640000")


@pytest.fixture
def world(app: Flask) -> World:
    return World()


def text_of(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


def begin(client, world: World, year: int = 2025) -> str:
    sent = {"producer": world.maker.number, "gi": "hongguo", "year": year}
    answer = client.post("/workbench/returns", data=sent)
    assert answer.status_code == 303
    return answer.headers["Location"]


def version_on(client, address: str) -> str:
    return re.search(r'name="version" value="(\d+)"', text_of(client.get(address))).group(1)


def press(client, address: str, step: str, **fields: object):
    sent = {"version": version_on(client, address), "step": step} | fields
    return client.post(address, data=sent)


def filed(client, world: World, year: int = 2025) -> str:
    address = begin(enter(client, world.wang), world, year)
    answer = press(client, address, "submit", value_fen="5000", mark_value_fen="100", quantity_g="1000")
    assert answer.status_code == 303
    return address


def test_a_producer_files_and_the_county_accepts(client, app, world):
    mine = filed(client, world)
    assert "待审核" in text_of(client.get(mine + "?lang=zh"))
    office = enter(app.test_client(), world.county)
    assert "红果公司" in text_of(office.get("/office/returns"))
    address = mine.replace("/workbench/", "/office/")
    assert press(office, address, "accept").status_code == 303
    assert "已接受" in text_of(client.get(mine + "?lang=zh"))
    assert db.session.scalars(select(AnnualReturn)).one().value_fen == 500_000


def test_a_correction_begun_by_mistake_is_given_up_and_the_accepted_version_stands(client, app, world):
    mine = filed(client, world)
    assert "不更正了" not in text_of(client.get(mine + "?lang=zh"))
    office = enter(app.test_client(), world.county)
    press(office, mine.replace("/workbench/", "/office/"), "accept")
    draft = press(client, mine, "correct").headers["Location"]
    assert "不更正了" in text_of(client.get(draft + "?lang=zh"))
    assert press(client, draft, "give_up").headers["Location"].endswith(mine)
    states = list(db.session.scalars(select(AnnualReturn.state).order_by(AnnualReturn.edition)))
    assert states == ["accepted", "ended"]
    assert "草稿" not in text_of(client.get("/workbench/returns?lang=zh"))
    again = press(client, mine, "correct").headers["Location"]
    assert again not in (mine, draft)


def test_what_was_typed_stays_when_a_number_is_not_understood(client, world):
    address = begin(enter(client, world.wang), world)
    answer = press(client, address, "save", value_fen="很多", mark_value_fen="7")
    page = text_of(answer)
    assert answer.status_code == 400
    assert 'value="很多"' in page and 'value="7"' in page and "应为数字" in page


def test_last_year_stands_beside_the_fields_and_only_the_land_is_filled_in(client, world):
    with transaction():
        last = a_return(world.gi, world.maker, 2024, 123_400)
        last.area_m2, last.quantity_g = 6667, 5000
    address = begin(enter(client, world.wang), world)
    page = text_of(client.get(address + "?lang=zh"))
    assert "去年 1,234 元" in page
    assert 'name="area_m2" value="10"' in page
    assert 'name="value_fen" value=""' in page


def test_what_looks_odd_is_said_while_typing_and_stores_nothing(client, world):
    address = begin(enter(client, world.wang), world)
    said = text_of(client.get(address + "/check?value_fen=三万&quantity_g=12,5&lang=zh"))
    assert "产值：应为数字" in said and "产量：应为数字" in said and "没有发现异常" not in said
    said = text_of(client.get(address + "/check?value_fen=5&mark_value_fen=9&lang=zh"))
    assert "使用标志销售额大于产值" in said
    assert db.session.scalars(select(AnnualReturn)).one().value_fen is None


def test_a_stranger_finds_nothing(client, app, world):
    mine = filed(client, world)
    assert app.test_client().get(mine).status_code == 302
    li = enter(app.test_client(), world.li)
    assert li.get(mine).status_code == 404
    sent = {"producer": world.maker.number, "gi": "hongguo", "year": 2025}
    assert li.post("/workbench/returns", data=sent).status_code == 404
    far = enter(app.test_client(), world.far)
    address = mine.replace("/workbench/", "/office/")
    for path in (address, address + "/check", "/office/returns/official/hongguo"):
        assert far.get(path).status_code == 404, path
    assert far.post(address, data={"version": 1, "step": "accept"}).status_code == 404
    assert far.post("/office/returns/begin", data={"line": world.line.id, "year": 2025}).status_code == 404
    assert "红果公司" not in text_of(far.get("/office/returns?state=all"))
    assert "红果公司" not in text_of(far.get("/office/returns/missing?year=2025"))
    assert db.session.scalars(select(AnnualReturn)).one().state == "submitted"


def test_a_producer_cannot_open_the_office_nor_an_official_the_workbench(client, app, world):
    mine = filed(client, world)
    assert client.get(mine.replace("/workbench/", "/office/")).status_code == 403
    assert enter(app.test_client(), world.county).get(mine).status_code == 403


def test_an_auditor_looks_and_changes_nothing(client, app, world):
    mine = filed(client, world)
    auditor = enter(app.test_client(), world.auditor)
    address = mine.replace("/workbench/", "/office/")
    page = text_of(auditor.get(address))
    assert auditor.get(address).status_code == 200
    assert 'value="accept"' not in page
    assert auditor.post(address, data={"version": 1, "step": "accept"}).status_code == 403


def test_many_are_accepted_at_once_and_a_changed_one_is_left(client, app, world):
    filed(client, world)
    one = db.session.scalars(select(AnnualReturn)).one()
    office = enter(app.test_client(), world.county)
    office.post("/office/returns/accept", data={"return": [f"{one.id}-{one.version + 1}"]})
    assert db.session.get_one(AnnualReturn, one.id).state == "submitted"
    office.post("/office/returns/accept", data={"return": [f"{one.id}-{one.version}", "x-y", "999-1"]})
    assert db.session.get_one(AnnualReturn, one.id).state == "accepted"


def test_whoever_reminds_them_all_sees_when_that_was_last_done(client, app, world):
    page = "/office/returns/missing?year=2025&lang=zh"
    office, far = enter(client, world.county), enter(app.test_client(), world.far)
    assert "还没有催过" in text_of(office.get(page))
    office.post("/office/returns/remind", data={"year": 2025})
    said = text_of(office.get(page))
    assert "上次催报" in said and world.county.as_actor().name in said and "还没有催过" not in said
    assert "上次催报" in text_of(office.get(page + "&gi=" + world.gi.slug))
    assert "还没有催过" in text_of(office.get(page.replace("2025", "2024")))
    assert "上次催报" not in text_of(far.get(page))


def test_an_official_files_for_somebody_who_cannot(client, world):
    office = enter(client, world.county)
    assert "红果公司" in text_of(office.get("/office/returns/missing?year=2025"))
    answer = office.post("/office/returns/begin", data={"line": world.line.id, "year": 2025})
    address = answer.headers["Location"]
    assert press(office, address, "submit", value_fen="10", mark_value_fen="0").status_code == 303
    assert db.session.scalars(select(AnnualReturn)).one().filed_as == "official"


def test_sent_twice_does_no_harm(client, world):
    address = begin(enter(client, world.wang), world)
    sent = {"version": version_on(client, address), "step": "submit", "value_fen": "5", "mark_value_fen": "1"}
    assert client.post(address, data=sent).status_code == 303
    assert client.post(address, data=sent).status_code == 303
    verbs = list(db.session.scalars(select(Entry.verb).where(Entry.subject.startswith("return:"))))
    assert verbs.count("submitted") == 1
    assert begin(client, world) == address


def test_evidence_is_kept_judged_by_its_content_and_sent_only_to_who_may(client, app, world):
    address = begin(enter(client, world.wang), world)
    refused = press(client, address, "save", value_fen="77", file=(io.BytesIO(b"no picture"), "a.png"))
    assert refused.status_code == 400
    assert 'value="77"' in text_of(refused) and "只收 PDF" in text_of(refused)
    assert db.session.scalars(select(AnnualReturn)).one().value_fen is None
    kept = press(client, address, "save", value_fen="77", file=(io.BytesIO(PNG), "账.png"))
    assert kept.status_code == 303
    assert db.session.scalars(select(AnnualReturn)).one().value_fen == 7700
    number = db.session.scalars(select(ReturnPaper)).one().id
    answer = client.get(f"/workbench/returns/files/{number}")
    assert answer.data == PNG
    assert answer.headers["Content-Disposition"].startswith("attachment")
    page = re.search(r'href="(/papers/return/\d+/\d+)"', text_of(client.get(address))).group(1)
    assert f'src="/workbench/returns/files/{number}"' in text_of(client.get(page))
    li, far = enter(app.test_client(), world.li), enter(app.test_client(), world.far)
    for path in (f"/workbench/returns/files/{number}", page):
        assert li.get(path).status_code == 404
    for path in (f"/office/returns/files/{number}", page):
        assert far.get(path).status_code == 404


def test_an_official_figure_is_entered_with_its_document_or_not_at_all(client, world):
    office = enter(client, world.county)
    sent = {"year": 2025, "value": "900", "issuer": "统计局", "document": "公报", "document_on": "2026-03-01"}
    refused = office.post(
        "/office/returns/official/hongguo", data=sent | {"document": "", "value": "九万", "document_on": ""}
    )
    assert refused.status_code == 400
    for said in ("没有文件的数字不能录入", "应为数字", "日期应写作", 'value="九万"', 'value="统计局"'):
        assert said in text_of(refused)
    assert office.post("/office/returns/official/hongguo", data=sent).status_code == 303
    page = text_of(office.get("/office/returns/official/hongguo?lang=zh"))
    assert "900 元" in page and "《公报》" in page


def test_the_desk_shows_what_waits(client, app, world):
    filed(client, world)
    office = enter(app.test_client(), world.county)
    assert "待审核的年度申报" in text_of(office.get("/office/?lang=zh"))


def test_the_report_on_use_opens_with_a_gi_that_somebody_uses(client, world):
    with transaction():
        unused = a_gi("aaa-first")
        on_roster(unused, a_producer("无人用标公司"))
        number = licence(world.gi, world.maker).number
    assert number in text_of(enter(client, world.county).get("/office/mark-use?year=2025"))


def test_the_report_on_use_is_the_regions_own_and_leaves_as_a_table(client, world):
    with transaction():
        number = licence(world.gi, world.maker).number
    page = text_of(enter(client, world.county).get("/office/mark-use?gi=hongguo&year=2025&lang=zh"))
    assert "1 家还没有报告用标" in page and number in page
    table = client.get("/office/mark-use/hongguo.csv?year=2025").get_data(as_text=True)
    assert table.startswith("\ufeff使用人") and number in table
    assert enter(client, world.far).get("/office/mark-use?gi=hongguo").status_code == 404
    assert enter(client, world.far).get("/office/mark-use/hongguo.csv").status_code == 404
    own = text_of(enter(client, world.wang).get(f"/workbench/mark-use/{number}?year=2025"))
    assert "红果公司" in own and number in own
    with transaction():
        one = a_return(world.gi, world.maker, 2025, 500_000, 6_885_050)
        one.quantity_g = 5_400_000
    own = text_of(enter(client, world.wang).get(f"/workbench/mark-use/{number}?year=2025"))
    assert "68,850.5</td>" in own and "5,400</td>" in own
    assert enter(client, world.li).get(f"/workbench/mark-use/{number}").status_code == 404
    assert enter(client, world.county).get(f"/workbench/mark-use/{number}").status_code == 403


def test_what_was_typed_on_a_stale_page_stays_beside_what_is_stored(client, app, world):
    address = begin(enter(client, world.wang), world)
    seen = version_on(client, address)
    press(client, address, "save", value_fen="10", note="从前的")
    stale = {"version": seen, "step": "submit", "value_fen": "11", "mark_value_fen": "3", "month_5": "11"}
    answer = client.post(address, data=stale)
    page = text_of(answer)
    assert answer.status_code == 409
    assert 'value="11"' in page and "现在存着的是 10 元" in page and "从前的" in page
    assert '<details class="fold" open>' in page
    assert db.session.scalars(select(AnnualReturn)).one().value_fen == 1_000
    again = re.search(r'name="version" value="(\d+)"', page).group(1)
    assert client.post(address, data=stale | {"version": again}).status_code == 303
    assert db.session.scalars(select(AnnualReturn)).one().value_fen == 1_100


def test_sending_back_asks_for_the_reason_where_it_is_typed(client, app, world):
    address = filed(client, world).replace("/workbench/", "/office/")
    office = enter(app.test_client(), world.county)
    refused = press(office, address, "send_back", reason="  ")
    assert refused.status_code == 400
    assert "退回原因：请说明要补正什么" in text_of(refused)
    assert db.session.scalars(select(AnnualReturn)).one().state == "submitted"


def test_a_return_sent_back_says_why_in_a_notice_a_letter_on_the_desk_and_to_the_next_official(
    client, app, world
):
    mine = filed(client, world, today().year)
    office = enter(app.test_client(), world.county)
    address = mine.replace("/workbench/", "/office/")
    answer = office.post(
        address,
        data={"version": version_on(office, address), "step": "send_back", "reason": "产量与面积不符"},
    )
    assert "已通知 1 人" in text_of(office.get(answer.headers["Location"] + "?lang=zh"))
    assert "产量与面积不符" in db.session.scalars(select(Notice.text_zh)).one()
    assert mine in db.session.scalars(select(OutgoingMail.body)).one()
    assert mine in text_of(client.get("/workbench/")) and "已退回补正" in text_of(client.get("/workbench/"))
    press(client, mine, "submit", value_fen="5000", mark_value_fen="100", quantity_g="2000")
    assert "曾经退回" in text_of(office.get(address + "?lang=zh"))


def test_whoever_only_looks_sees_no_field_to_fill_in(client, app, world):
    address = begin(enter(client, world.wang), world).replace("/workbench/", "/office/")
    auditor = text_of(enter(app.test_client(), world.auditor).get(address))
    assert 'name="value_fen"' not in auditor
    assert 'name="value_fen"' in text_of(enter(app.test_client(), world.county).get(address))


@pytest.fixture
def members(world: World) -> dict[str, Producer]:
    """Two more producers that the same person files for."""
    made = {}
    with transaction():
        for name in ("二号农户", "三号农户"):
            made[name] = a_producer(name)
            on_roster(world.gi, made[name])
            link_account(PORTAL, made[name], db.session.get_one(Account, world.wang.id), today())
    return {name: one.number for name, one in made.items()}


def sheet_row(number: str, version: int = 0, **typed: str) -> dict[str, str]:
    return {f"{number}:version": str(version)} | {f"{number}:{name}": text for name, text in typed.items()}


def states() -> dict[str, str]:
    query = select(Producer.name, AnnualReturn.state).join(Producer, Producer.id == AnnualReturn.producer_id)
    return dict(db.session.execute(query).all())


def test_the_returns_of_all_members_are_filed_on_one_sheet_and_a_fault_holds_up_no_other(
    client, world, members
):
    enter(client, world.wang)
    assert "一张表填 3 户" in text_of(client.get("/workbench/returns?lang=zh"))
    address, second, third = "/workbench/returns/together?gi=hongguo&year=2025", *members.values()
    good = sheet_row(second, value_fen="5000", mark_value_fen="0", area_m2="12")
    wrong = sheet_row(third, value_fen="三十三万", mark_value_fen="1")
    empty = sheet_row(world.maker.number)
    answer = client.post(address, data=good | wrong | empty | {"step": "submit"})
    page = text_of(answer)
    assert answer.status_code == 400 and "应为数字" in page and 'value="三十三万"' in page
    assert states() == {"二号农户": "submitted"} and "已提交 1 户" in page
    mended = sheet_row(third, value_fen="330000", mark_value_fen="1")
    assert client.post(address, data=mended | empty | {"step": "submit"}).status_code == 303
    assert states() == {"二号农户": "submitted", "三号农户": "submitted"}
    assert client.post(address, data=empty | {"step": "submit"}).status_code == 400


def test_a_row_of_the_sheet_that_somebody_changed_meanwhile_is_not_overwritten(client, world, members):
    number = next(iter(members.values()))
    enter(client, world.wang)
    address = "/workbench/returns/together?gi=hongguo&year=2025"
    first = sheet_row(number, value_fen="100") | {"step": "save"}
    assert client.post(address, data=first).status_code == 303
    stale = client.post(address, data=sheet_row(number, value_fen="7") | {"step": "save"})
    assert stale.status_code == 400 and "别人刚改过这一户" in text_of(stale) and 'value="7"' in text_of(stale)
    assert db.session.scalars(select(AnnualReturn)).one().value_fen == 10_000


def test_the_sheet_shows_a_stranger_nothing(client, world, members):
    address = "/workbench/returns/together?gi=hongguo&year=2025"
    assert enter(client, world.li).get(address).status_code == 404
    number = next(iter(members.values()))
    assert client.post(address, data=sheet_row(number, value_fen="1") | {"step": "save"}).status_code == 404
    assert not states()


def test_whoever_only_looks_is_offered_nothing_to_do_and_a_page_is_not_left_empty(client, app, world):
    auditor, county = (enter(app.test_client(), one) for one in (world.auditor, world.county))
    slug = world.gi.slug
    for address, offered in (
        ("/office/returns/missing", "代为填报"),
        ("/office/returns/missing", "办理</th>"),
        (f"/office/mark-use?gi={slug}", "催报</a>"),
        (f"/office/returns/official/{slug}", "不要录在这里"),
    ):
        assert offered in text_of(county.get(address)), address
        assert offered not in text_of(auditor.get(address)), address
    assert "还没有官方数字" in text_of(auditor.get(f"/office/returns/official/{slug}"))
