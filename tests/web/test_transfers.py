"""The pages of transfers: each side sees one, nobody else does; a key is registered by an administrator."""

import html
import re

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.rules import Role
from portal.cases.models import Case, CaseEvidence
from portal.db import db, transaction
from portal.lib.clock import now
from portal.papers.files import read_paper
from portal.tips.models import Tip, TipClock
from portal.tips.receiving import Told, receive
from portal.tips.rules import in_both
from portal.transfers.models import Peer, Transfer
from tests.ledger_rows import an_account, enter
from tests.setting_authorisation import picture
from tests.tip_desk import CALENDAR, KEY, NAME, NAMED, PHONE, TIP


class People:
    def __init__(self) -> None:
        with transaction():
            self.county = an_account(Role.COUNTY, "640521")
            self.there = an_account(Role.COUNTY, "150821")
            self.stranger = an_account(Role.COUNTY, "640522")
            self.admin = an_account(Role.ADMIN, "640000")


@pytest.fixture
def people(app: Flask) -> People:
    return People()


def text_of(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


def assert_named_in_english(client, address: str, caption: str) -> None:
    page = text_of(client.get(f"{address}{'&' if '?' in address else '?'}lang=en"))
    assert caption in page and "照片" not in page
    client.set_cookie("lang", "zh")


def test_a_tip_is_handed_on_without_who_told_and_becomes_a_case_there(client, people, tmp_path):
    with transaction():
        told = Told(TIP | NAMED, "640521", photographs=[read_paper("a.jpg", picture())])
        receipt = receive(told, CALENDAR, KEY, tmp_path, now())
    number, asked = receipt.number, {"number": receipt.number, "secret": receipt.secret}
    enter(client, people.county)
    tip = db.session.scalars(select(Tip)).one()
    form = text_of(client.get(f"/office/transfers/new?tip={number}"))
    digest = re.search(r'name="attach" value="([0-9a-f]{64})"', form).group(1)
    assert "照片 1" in form
    assert_named_in_english(client, f"/office/transfers/new?tip={number}", "Photograph 1")
    typed = {"tip": number, "version": tip.version, "kind": "lead", "to_name": "五原县"}
    typed |= {"title": "冒用标志", "facts": "短", "attach": digest}
    refused = client.post("/office/transfers/new", data=typed)
    assert refused.status_code == 400 and f'value="{digest}" checked' in text_of(refused)
    typed["facts"] = TIP["facts"]
    answer = client.post("/office/transfers/new", data=typed)
    assert answer.status_code == 303, text_of(answer)
    assert db.session.scalars(select(Tip.state)).one() == "moved"
    address = answer.location
    assert "已移送五原县：已发出，对方尚未签收" in text_of(
        client.application.test_client().post("/tips/status", data=asked)
    )
    enter(client, people.stranger)
    page = address.replace("/office/transfers/", "/papers/transfer/") + "/1"
    assert {client.get(path).status_code for path in (address, f"{address}/evidence/1", page)} == {404}
    enter(client, people.there)
    assert "签收移送" in text_of(client.get("/office/tips/due"))
    assert client.get(f"{address}/evidence/1").data == picture()
    assert digest in text_of(client.get(page)) and NAME not in text_of(client.get(page))
    assert client.get(f"{address}/evidence/2").status_code == 404
    for step in ("receive", "accept"):
        one = db.session.scalars(select(Transfer)).one()
        assert client.post(f"{address}/step", data={"step": step, "version": one.version}).status_code == 303
    shown = text_of(client.get(address))
    assert NAME not in shown and PHONE not in shown and "互认" in shown
    for path in (address, page):
        assert_named_in_english(client, path, "Photograph 1")
    for _ in range(2):
        assert client.post(f"{address}/case").status_code == 303
    case = db.session.scalars(select(Case)).one()
    assert (case.origin, case.adcode) == ("transfer", "150821")
    followed = text_of(client.application.test_client().post("/tips/status", data=asked))
    assert "已立案，正在调查" in followed and "已移送五原县" in followed and case.number not in followed
    assert client.get(f"/office/cases/{case.number}/evidence/1").data == picture()
    for path in (f"/office/cases/{case.number}", f"/office/cases/{case.number}/file"):
        assert_named_in_english(client, path, "Photograph 1")
    assert NAME not in text_of(client.get("/office/transfers"))
    typed = {"step": "result", "words": "查过", "version": db.session.scalars(select(Transfer.version)).one()}
    refused = client.post(f"{address}/step", data=typed)
    assert refused.status_code == 400 and "查过</textarea>" in text_of(refused)


def test_an_unknown_place_is_said_with_what_else_is_missing(client, people):
    enter(client, people.county)
    typed = {"kind": "lead", "to_name": "没有的地方", "title": "", "facts": "短"}
    answer = client.post("/office/transfers/new", data=typed)
    page = text_of(answer)
    assert answer.status_code == 400 and 'value="没有的地方"' in page
    for said in ("没有找到这个地方", "请写标题", "请写明线索或请求"):
        assert said in page
    whole = typed | {"title": "线索", "facts": TIP["facts"]}
    assert client.post("/office/transfers/new", data=whole).status_code == 400
    assert db.session.scalars(select(Transfer)).all() == []


def test_a_button_pressed_twice_hands_over_once_and_opens_one_case(client, people):
    enter(client, people.county)
    typed = {"kind": "assistance", "to_name": "五原县", "title": "请协助", "facts": TIP["facts"]}
    pressed = {client.post("/office/transfers/new", data=typed).location for _ in range(2)}
    assert len(pressed) == len(db.session.scalars(select(Transfer)).all()) == 1
    typed = {"title": "冒用标志", "party": "某店", "facts": TIP["facts"]}
    pressed = {client.post("/office/cases/new", data=typed).location for _ in range(2)}
    assert len(pressed) == len(db.session.scalars(select(Case)).all()) == 1
    filed = {"what": "现场检查笔录", "taken_on": "2026-01-01"}
    for _ in range(2):
        client.post(f"{min(pressed)}/evidence", data=filed)
    assert len(db.session.scalars(select(CaseEvidence)).all()) == 1


def test_only_an_administrator_registers_the_key_of_another_portal(client, people):
    typed = {"name": "内蒙古门户", "address": "", "public_key": "ab" * 32, "adcode": "150000"}
    enter(client, people.county)
    assert client.post("/office/transfers/peers", data=typed).status_code == 403
    enter(client, people.admin)
    refused = client.post("/office/transfers/peers", data=typed | {"public_key": "no"})
    assert refused.status_code == 400 and 'value="内蒙古门户"' in text_of(refused)
    assert client.post("/office/transfers/peers", data=typed).status_code == 303
    assert "内蒙古门户" in text_of(client.get("/office/transfers/peers"))
    assert db.session.scalars(select(Peer)).one().adcode == "150000"


NO_BUNDLES = (b"", b"{}", b"\xff\xfe", b"[1]", b'{"body": "{}", "key_id": "a", "signature": "b"}')


@pytest.mark.parametrize("sent", NO_BUNDLES)
def test_what_is_no_bundle_is_refused_by_the_inbox(client, people, sent):
    assert client.post("/transfers/inbox", data=sent).status_code == 400


def handed_on(client, people, tmp_path, to_name: str = "五原县") -> tuple[str, str]:
    """A tip handed on by the county, and the address of its transfer."""
    with transaction():
        number = receive(Told(TIP | NAMED, "640521"), CALENDAR, KEY, tmp_path, now()).number
    enter(client, people.county)
    tip = db.session.scalars(select(Tip)).one()
    typed = {"tip": number, "version": tip.version, "kind": "lead", "to_name": to_name}
    answer = client.post("/office/transfers/new", data=typed | {"title": "冒用标志", "facts": TIP["facts"]})
    assert answer.status_code == 303, text_of(answer)
    return number, answer.location


def take(client, address: str, step: str, words: str = "") -> None:
    version = db.session.scalars(select(Transfer.version).order_by(Transfer.id.desc())).first()
    typed = {"step": step, "words": words, "version": version}
    assert client.post(f"{address}/step", data=typed).status_code == 303


@pytest.mark.parametrize("step", ["return", "refuse"])
def test_a_tip_that_comes_back_is_open_again_with_the_day_it_had(client, people, tmp_path, step):
    number, address = handed_on(client, people, tmp_path)
    due = db.session.scalars(select(TipClock.due_on)).one()
    enter(client, people.there)
    take(client, address, "receive")
    take(client, address, step, "当事人不在本县，请另行移送")
    tip = db.session.scalars(select(Tip)).one()
    clock = db.session.scalars(select(TipClock)).one()
    assert (tip.state, clock.due_on, clock.done_on) == ("received", due, None)
    enter(client, people.county)
    assert number in text_of(client.get("/office/"))
    assert "移送被退回，继续办理" in text_of(client.get(f"/office/tips/{number}"))
    page = text_of(client.get(address))
    onward = re.search(r'href="(/office/transfers/new\?tip=[^"]+)"', page).group(1)
    assert client.get(onward).status_code == 200
    assert address in text_of(client.get("/account/notices"))


def test_what_is_called_back_is_open_again_too_and_a_request_changes_no_tip(client, people, tmp_path):
    number, address = handed_on(client, people, tmp_path)
    assert address in text_of(client.get(f"/office/tips/{number}"))
    take(client, address, "withdraw", "写错了移往的地方，撤回重办")
    tip = db.session.scalars(select(Tip)).one()
    assert tip.state == "received" and "没有接办" not in tip.answer and "撤回" in tip.answer
    assert in_both(tip.answer).en == "It was called back; this office goes on with it."
    page = text_of(client.get(f"/office/tips/{number}"))
    assert "撤回移送，继续办理" in page and "已撤回" in page
    assert f"/office/tips/{number}" in text_of(client.get(address))


def test_a_lead_from_a_case_is_opened_there_and_stands_on_the_page_of_the_case(client, people):
    enter(client, people.county)
    typed = {"title": "冒用标志", "party": "某店", "facts": TIP["facts"]}
    case = client.post("/office/cases/new", data=typed).location
    number = case.rpartition("/")[2]
    typed = {"case": number, "kind": "lead", "to_name": "五原县", "title": "冒用标志", "facts": TIP["facts"]}
    address = client.post("/office/transfers/new", data=typed).location
    assert address in text_of(client.get(case))
    enter(client, people.there)
    take(client, address, "receive")
    take(client, address, "accept")
    page = text_of(client.get(address))
    assert "就此立案" in page and number not in page
    assert client.post(f"{address}/case").status_code == 303
    there = db.session.scalars(select(Case.number).where(Case.adcode == "150821")).one()
    enter(client, people.county)
    page = text_of(client.get(address))
    assert f'href="{case}"' in page and there in page and "撤销立案" in page
    assert "已接收，办理中" in text_of(client.get(case))


def test_a_case_is_handed_to_a_second_place_only_knowingly(client, people):
    enter(client, people.county)
    typed = {"title": "冒用标志", "party": "某店", "facts": TIP["facts"]}
    case = client.post("/office/cases/new", data=typed).location
    typed = {"case": case.rpartition("/")[2], "kind": "lead", "title": "冒用标志", "facts": TIP["facts"]}
    form = f"/office/transfers/new?case={typed['case']}"
    assert "已经移送出去" not in text_of(client.get(form))
    first = client.post("/office/transfers/new", data=typed | {"to_name": "五原县"}).location
    page = text_of(client.get(form))
    assert "已经移送出去" in page and f'href="{first}"' in page and f'href="{case}"' in page
    typed |= {"to_name": "沙坡头区", "facts": "另写的线索：沙坡头区也有同一批货"}
    refused = client.post("/office/transfers/new", data=typed)
    page = text_of(refused)
    assert refused.status_code == 400 and f'href="{first}"' in page and typed["facts"] in page
    assert 'href="#knowing"' in page and db.session.scalars(select(Transfer)).one().key in first
    asked = client.post("/office/transfers/new", data=typed | {"kind": "assistance"})
    assert asked.status_code == 303
    second = client.post("/office/transfers/new", data=typed | {"knowing": "y"})
    assert second.status_code == 303
    number = db.session.scalars(select(Transfer.number).order_by(Transfer.id)).first()
    assert f"同一线索另有移送在办：{number}" in text_of(client.get(second.location))


def test_what_was_called_back_leaves_nothing_to_be_warned_of(client, people):
    enter(client, people.county)
    typed = {"title": "冒用标志", "party": "某店", "facts": TIP["facts"]}
    case = client.post("/office/cases/new", data=typed).location.rpartition("/")[2]
    typed = {"case": case, "kind": "lead", "title": "冒用标志", "facts": TIP["facts"]}
    first = client.post("/office/transfers/new", data=typed | {"to_name": "五原县"}).location
    take(client, first, "withdraw", words="原来写错了地方，先撤回")
    assert "已经移送出去" not in text_of(client.get(f"/office/transfers/new?case={case}"))
    assert client.post("/office/transfers/new", data=typed | {"to_name": "沙坡头区"}).status_code == 303


def test_words_that_came_back_are_taken_along_to_the_next_place(client, people):
    enter(client, people.county)
    typed = {
        "kind": "assistance",
        "to_name": "五原县",
        "title": "协助查一家店",
        "facts": "请协助核实进货来源",
    }
    address = client.post("/office/transfers/new", data=typed).location
    enter(client, people.there)
    take(client, address, "receive")
    take(client, address, "return", "该店登记在临河区")
    enter(client, people.county)
    onward = re.search(r'href="(/office/transfers/new\?again=[^"]+)"', text_of(client.get(address))).group(1)
    form = text_of(client.get(onward))
    assert 'value="协助查一家店"' in form and "请协助核实进货来源</textarea>" in form
    assert 'value="assistance" checked' in form


def test_a_city_is_handed_to_as_well(client, people):
    with transaction():
        city = an_account(Role.CITY, "150800")
    enter(client, people.county)
    typed = {"kind": "joint", "to_name": "巴彦淖尔", "title": "联合检查", "facts": "请一起检查两地的市场"}
    answer = client.post("/office/transfers/new", data=typed)
    assert answer.status_code == 303, text_of(answer)
    enter(client, city)
    take(client, answer.location, "receive")
