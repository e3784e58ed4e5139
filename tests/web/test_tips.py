"""Anyone tells; the official of the place handles it; nobody and nothing says who told."""

import html
import re
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.db import db, transaction
from portal.register.models import Entry
from portal.tips import views as tip_views
from portal.tips.models import Tip, TipClock, TipPhotograph
from tests.ledger_rows import an_account, enter

NAME, PHONE = "赵植名甲", "13912345678"
TYPED = {
    "kind": "tip",
    "matter": "no_licence",
    "facts": "市场东门第三家店的箱子上印着名称，没有授权",
    "place_name": "中宁县",
    "place": "",
    "name": NAME,
    "phone": PHONE,
}


class People:
    def __init__(self) -> None:
        with transaction():
            self.county: Account = an_account(Role.COUNTY, "640521")
            self.far: Account = an_account(Role.COUNTY, "150821")
            self.auditor: Account = an_account(Role.AUDITOR, "640000")
            self.inspector: Account = an_account(Role.INSPECTOR, "640521")
            self.li: Account = an_account(Role.PRODUCER)


@pytest.fixture
def people(app: Flask, monkeypatch) -> People:
    monkeypatch.setattr(tip_views, "QUICKEST_SECONDS", 0)
    return People()


def text_of(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


def send(client, **changed: object):
    opened = re.search(r'name="opened" value="([^"]+)"', client.get("/tips/new").text).group(1)
    typed = TYPED | {"opened": opened} | changed
    return client.post("/tips/new", data=typed, content_type="multipart/form-data")


def photograph_with_a_place() -> bytes:
    kept, exif = BytesIO(), Image.Exif()
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (30, 20), "red").save(kept, "JPEG", exif=exif)
    return kept.getvalue()


def only_tip() -> Tip:
    return db.session.scalars(select(Tip)).one()


def test_a_tip_is_sent_and_followed_with_its_receipt(client, people):
    answer = send(client)
    assert answer.status_code == 303
    shown = text_of(client.get("/tips/received"))
    number = re.search(r"T\d\d-[0-9A-Z]{7}", shown).group(0)
    secret = re.search(r"([0-9A-Z]{5}-[0-9A-Z]{5})", shown.replace(number, "")).group(1)
    due = db.session.scalars(select(TipClock.due_on)).one()
    assert f"最迟 {due.year}年{due.month}月{due.day}日" in shown.partition("接下来")[2]
    followed = client.post("/tips/status", data={"number": number, "secret": secret})
    assert followed.status_code == 200 and TYPED["facts"] in text_of(followed)
    assert client.post("/tips/status", data={"number": number, "secret": "AAAAA-AAAAA"}).status_code == 404
    assert secret.replace("-", "") not in str(vars(only_tip()))


def test_what_is_missing_is_said_and_what_was_typed_stays(client, people):
    answer = send(client, facts="短", kind="complaint", place_name="没有这个地方")
    assert answer.status_code == 400
    assert "短" in text_of(answer) and NAME in text_of(answer)
    listed = re.search(r'class="error-summary".*?</ul>', text_of(answer), re.S).group(0)
    assert listed.index("#facts") < listed.index("#place_name")
    assert db.session.scalars(select(Tip)).all() == []


def receipt_in(client) -> list[str]:
    return re.findall(r"[TC]\d\d-[0-9A-Z]{7}|[0-9A-Z]{5}-[0-9A-Z]{5}", text_of(client.get("/tips/received")))


def test_the_same_form_sent_twice_is_one_tip_with_one_receipt_and_other_words_are_another(app, people):
    once, again, third = app.test_client(), app.test_client(), app.test_client()
    form = {"key": "k" * 32}
    assert send(once, **form).status_code == send(again, **form).status_code == 303
    assert receipt_in(once) == receipt_in(again)
    number, secret = receipt_in(once)[:2]
    followed = third.post("/tips/status", data={"number": number, "secret": secret})
    assert only_tip().number == number and followed.status_code == 200
    send(third, facts="还有一家店也在卖没有授权的，在西门", **form)
    assert len(db.session.scalars(select(Tip)).all()) == 2
    assert receipt_in(third)[0] != number


def test_what_is_found_while_settling_is_checked_as_a_tip_of_its_own(client, people):
    send(client, kind="complaint", request="退款", respondent="某店")
    complaint = only_tip().number
    address = f"/office/tips/{complaint}"
    enter(client, people.county)
    typed = {"facts": "调解时看到库房里有整箱假标签", "version": only_tip().version}
    refused = client.post(f"{address}/clue", data=typed)
    assert refused.status_code == 400 and "只在调解中登记" in text_of(refused)
    client.post(f"{address}/step", data={"step": "accept", "version": only_tip().version})
    short = client.post(f"{address}/clue", data={"facts": "短", "version": only_tip().version})
    assert short.status_code == 400 and "短</textarea>" in text_of(short)
    typed["version"] = only_tip().version
    assert client.post(f"{address}/clue", data=typed).status_code == 303
    clue = db.session.scalars(select(Tip).where(Tip.kind == "tip")).one()
    assert (clue.named, clue.state, clue.respondent) == (False, "received", "某店")
    assert clue.number in text_of(client.get(address))
    assert "第二十三条" in text_of(client.get("/office/tips/due"))
    shown = text_of(client.get(f"/office/tips/{clue.number}"))
    assert complaint in shown and NAME not in shown
    for step in ("begin_check", "extend", "not_file"):
        clue = db.session.scalars(select(Tip).where(Tip.kind == "tip")).one()
        said = {"step": step, "version": clue.version, "reason": "已经核查，没有违法"}
        assert client.post(f"/office/tips/{clue.number}/step", data=said).status_code == 303
    assert "第二十三条" not in text_of(client.get("/office/tips/due"))


def test_a_photograph_loses_what_the_camera_wrote(client, people, tmp_path):
    send(client, photographs=(BytesIO(photograph_with_a_place()), "a.jpg"))
    kept = db.session.scalars(select(TipPhotograph)).one()
    content = (tmp_path / "documents" / kept.digest[:2] / kept.digest).read_bytes()
    assert b"SecretPhone" not in content and b"Exif" not in content
    enter(client, people.county)
    page = f"/papers/tip/{only_tip().number}/{kept.id}"
    assert f'href="{page}"' in text_of(client.get(f"/office/tips/{only_tip().number}"))
    shown = text_of(client.get(page))
    assert kept.digest in shown and "谁交的" not in shown
    enter(client, people.far)
    assert client.get(page).status_code == 404


def test_it_is_seen_in_its_county_and_nowhere_else(client, people):
    send(client)
    address = f"/office/tips/{only_tip().number}"
    for who, status in ((people.far, 404), (people.li, 403), (people.county, 200), (people.auditor, 200)):
        enter(client, who)
        assert client.get(address).status_code == status
    enter(client, people.auditor)
    assert client.post(f"{address}/sender", data={"why": "想看看是谁举报的"}).status_code == 403


def test_who_is_still_to_be_told_is_asked_of_those_who_handle_it_and_of_nobody_else(client, people):
    send(client, name="赵六", phone="13900001111")
    enter(client, people.county)
    number = only_tip().number
    for step in ("begin_check", "not_file"):
        typed = {"step": step, "version": only_tip().version, "reason": "核查没有发现违法"}
        assert client.post(f"/office/tips/{number}/step", data=typed).status_code == 303
    page = text_of(client.get(f"/office/tips/{number}"))
    assert 'id="told"' in page and 'href="#next"' in page and "现在没有您要办的" not in page
    enter(client, people.auditor)
    page = text_of(client.get(f"/office/tips/{number}"))
    assert 'id="told"' not in page and "现在没有您要办的" in page


def test_each_look_at_who_told_is_an_entry(client, people):
    send(client)
    address = f"/office/tips/{only_tip().number}"
    enter(client, people.county)
    assert NAME not in text_of(client.get(address))
    assert NAME in text_of(client.post(f"{address}/sender", data={"why": "要电话告知是否立案"}))
    seen = db.session.scalars(select(Entry).where(Entry.verb == "sender_seen")).all()
    assert len(seen) == 1 and not seen[0].public
    enter(client, people.inspector)
    assert 'id="sender"' not in text_of(client.get(address))
    assert client.post(f"{address}/sender", data={"why": "想看看是谁举报的"}).status_code == 403


def test_a_step_is_taken_from_the_page_and_read_by_the_sender(client, people):
    send(client)
    tip = only_tip()
    enter(client, people.county)
    data = {"step": "begin_check", "told": "我们已开始核查", "version": tip.version}
    assert client.post(f"/office/tips/{tip.number}/step", data=data).status_code == 303
    assert client.post(f"/office/tips/{tip.number}/step", data=data).status_code == 409
    assert "我们已开始核查" in text_of(client.get(f"/office/tips/{tip.number}"))
    board = text_of(client.get("/office/tips/due"))
    assert tip.number in board and "核查并决定是否立案" in board


def test_a_flood_is_held_and_an_honest_tip_in_it_is_not_lost(client, people):
    for n in range(7):
        assert send(client, facts=f"第 {n} 件：市场东门的店冒用名称卖货").status_code == 303
    states = [tip.state for tip in db.session.scalars(select(Tip).order_by(Tip.id))]
    assert len(states) == 7 and states.count("held") == 2
    enter(client, people.county)
    assert text_of(client.get("/office/tips?state=held")).count("待甄别") >= 2


FIELD = {"key": "ab" * 16, "matter": "bad_label", "facts": "摊位上的标签扫不出来，已经拍照留存"}


def test_what_an_inspector_kept_offline_is_one_tip_however_often_it_is_sent(client, people):
    for again in (False, True):
        picture = (BytesIO(photograph_with_a_place()), "a.jpg")
        typed = FIELD | {"place_name": "中宁县", "photographs": picture}
        answer = client.post("/tips/field", data=typed, content_type="multipart/form-data")
        assert answer.status_code == (200 if again else 201) and answer.json["known"] is again
    assert only_tip().adcode == "640521"
    assert len(db.session.scalars(select(TipPhotograph)).all()) == 1


def test_a_photograph_too_many_is_said_and_none_is_left_out_in_silence(client, people):
    photographs = [(BytesIO(photograph_with_a_place()), f"{n}.jpg") for n in range(7)]
    typed = FIELD | {"place_name": "中宁县", "photographs": photographs}
    headers = {"Accept": "application/json"}
    answer = client.post("/tips/field", data=typed, content_type="multipart/form-data", headers=headers)
    assert answer.status_code == 400 and "最多 6 张照片" in answer.json["errors"]["photographs"]
    assert not db.session.scalars(select(Tip)).all()


def test_an_official_in_the_field_means_the_own_county(client, people):
    enter(client, people.county)
    assert client.get("/tips/token.json").json["official"] is True
    assert client.post("/tips/field", data=FIELD).status_code == 201
    assert (only_tip().adcode, only_tip().channel) == ("640521", "inspector")


def test_a_place_that_is_not_clear_is_said_so_that_it_can_be_mended(client, people):
    answer = client.post("/tips/field", data=FIELD, headers={"Accept": "application/json"})
    assert answer.status_code == 400


def test_a_complaint_is_refused_only_on_a_ground_of_the_law(client, people):
    send(client, kind="complaint", request="退款", respondent="某店")
    address = f"/office/tips/{only_tip().number}"
    enter(client, people.county)
    typed = {"step": "not_accept", "reason": "与本机关职责无关", "version": only_tip().version}
    refused = client.post(f"{address}/step", data=typed)
    assert refused.status_code == 400 and "与本机关职责无关</textarea>" in text_of(refused)
    assert client.post(f"{address}/step", data=typed | {"ground": "no_power"}).status_code == 303
    assert "没有处理权限" in text_of(client.get(address))
    assert only_tip().state == "not_accepted"


def test_figures_are_public_and_few_are_not_told_apart(client, people):
    assert "还没有收到" in text_of(client.get("/tips/figures"))
    for number in range(6):
        send(client, facts=f"第 {number} 家店的箱子上印着名称，没有授权")
    send(client, kind="complaint", request="退款", respondent="某店")
    page = text_of(client.get("/tips/figures"))
    assert "宁夏" in page and ">6<" in page and "少于 5" in page and "收到 7 件" in page
    assert client.get("/tips/figures?year=1900").status_code == 400


def test_a_complaint_waits_for_a_test_without_losing_time(client, people):
    send(client, kind="complaint", request="退款", respondent="某店")
    address = f"/office/tips/{only_tip().number}"
    enter(client, people.county)
    client.post(f"{address}/step", data={"step": "accept", "version": only_tip().version})
    assert "检验、鉴定" in text_of(client.get(address))
    typed = {"why": "送县检验所检验霉变", "version": only_tip().version}
    assert client.post(f"{address}/test", data=typed).status_code == 303
    assert "继续计时" in text_of(client.get(address))
    back = {"back": "y", "version": only_tip().version}
    assert client.post(f"{address}/test", data=back).status_code == 303
