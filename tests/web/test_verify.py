"""The pages of verification as strangers and signed-in people meet them."""

import html
import io
import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select

from portal.accounts.actions import add_account
from portal.accounts.models import Notice, OutgoingMail
from portal.accounts.rules import Role
from portal.authorisation.licence_actions import change_state
from portal.authorisation.models import Licence
from portal.authorisation.queries import licences
from portal.authorisation.rules import LicenceStep
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.register.actions import PORTAL
from portal.verification.rules import code_of
from portal.verification.watching import look_at_watched
from tests.services.needed import NotHere, give_up
from tests.setting_authorisation import draft, prepare, walk_to_licence

PASSWORD = "a long sentence of words"
HOSTILE = (
    "' OR 1=1 --", "<script>alert(1)</script>", "%", "_", "\\", "L2026-0000000000000000", "eyJ.eyJ.x",
    "eyJhbGciOjF9.W10.AA", "/v/../../etc", "\u202eabc", "９" * 200, "=cmd|' /C calc'!A0", "{{7*7}}",
)  # fmt: skip


@pytest.fixture
def setting(app: Flask):
    return prepare()


@pytest.fixture
def number(setting) -> str:
    before = now() - timedelta(days=10)
    walk_to_licence(setting, draft(setting, now=before), now=before)
    return db.session.scalars(select(Licence.number)).one()


def revoke(number: str) -> None:
    with transaction():
        one = db.session.scalars(licences().where(Licence.number == number)).one()
        change_state(PORTAL, one, LicenceStep.REVOKE, "抽查不合格", "演示决〔2026〕9号", today(), now())


def text_of(client: FlaskClient, address: str, **query: str) -> str:
    answer = client.get(address, query_string=query)
    assert answer.status_code == 200, (address, query)
    return answer.get_data(as_text=True)


def member(app: Flask) -> FlaskClient:
    with transaction():
        add_account(
            PORTAL, email="buyer@example.test", name="买家", role=Role.PRODUCER, region="640521",
            password=PASSWORD, now=now(),
        )  # fmt: skip
    client = app.test_client()
    assert client.post(
        "/account/sign-in", data={"email": "buyer@example.test", "password": PASSWORD}
    ).status_code == 302  # fmt: skip
    return client


def test_code_number_name_pinyin_and_scanned_address_give_the_same_answer(client, setting, number):
    code = setting.producer("firm").uscc
    scanned = f"http://127.0.0.1:8000/v/{code_of(number)}#eyJ.x.y"
    for q in (code, code.lower(), number, code_of(number), "一号枸杞公司", "zhongningyihao", scanned):
        page = text_of(client, "/verify", q=q)
        assert "授权有效" in page, q
        assert "中宁一号枸杞公司（演示）" in page
    assert "Authorised" in text_of(client, "/verify", q=number, lang="en")


def test_a_name_that_several_bear_is_asked_back(client, setting, number):
    page = text_of(client, "/verify", q="中宁")
    assert "您要查的是哪一家" in page
    assert setting.producer("stranger").uscc in page
    assert "李四" not in page


def test_a_miscopied_code_is_told_which_kind_of_character_is_wrong(client, setting):
    assert "校验码不符" in text_of(client, "/verify", q="91350100M000100Y44")
    assert "不用 I、O、S、V、Z" in text_of(client, "/verify", q="9135O100M000100Y43")
    assert "17 位" in text_of(client, "/verify", q="91350100M000100Y4")


def test_a_revoked_licence_shows_at_once_where_its_code_leads(client, number):
    assert "授权有效" in text_of(client, f"/v/{code_of(number)}")
    revoke(number)
    page = text_of(client, f"/v/{code_of(number)}")
    assert "授权已撤销" in page
    assert "授权有效" not in page


def test_a_day_gone_by_is_answered_for_that_day(client, number):
    revoke(number)
    yesterday = (today() - timedelta(days=1)).isoformat()
    page = text_of(client, "/verify", q=number, on=yesterday)
    assert "授权有效" in page
    assert "不是今天" in page


def test_a_wrong_check_character_leads_nowhere(client, number):
    code = code_of(number)
    other = code[:-1] + ("A" if code[-1] != "A" else "B")
    answer = client.get(f"/v/{other}")
    assert answer.status_code == 404
    assert "抄错" in answer.get_data(as_text=True)


def questions(typed: str, number: str) -> list[tuple[str, dict[str, str]]]:
    return [
        ("/verify", {"q": typed}),
        ("/verify", {"q": number, "gi": typed}),
        ("/verify/label", {"gi": "zhongning-gouqi", "uscc": typed, "name": typed}),
        ("/verify/proof", {"uscc": typed}),
        ("/api/v1/verify", {"uscc": typed}),
    ]


def test_hostile_questions_are_answered_or_refused_and_never_echoed_raw(client, number):
    for typed in HOSTILE:
        for address, query in questions(typed, number):
            answer = client.get(address, query_string=query)
            assert answer.status_code in (200, 400), (address, typed)
            assert "<script>alert" not in answer.get_data(as_text=True)
    assert client.get("/verify?on=tomorrow").status_code == 400
    assert client.get("/credentials/status/revocation/99").status_code == 404
    assert client.get("/credentials/status/nonsense/1").status_code == 404


def test_the_api_answers_in_three_small_queries(client, setting, number, statements):
    code = setting.producer("firm").uscc
    for address in (
        f"/api/v1/verify?uscc={code}",
        f"/api/v1/verify?uscc={code}&gi=zhongning-gouqi",
        f"/api/v1/verify?licence={number}",
        f"/api/v1/verify?uscc={setting.producer('stranger').uscc}&gi=zhongning-gouqi",
    ):
        statements.clear()
        assert client.get(address).status_code == 200
        asked = [s for s in statements if s.lstrip().upper().startswith("SELECT")]
        assert len(asked) <= 3, asked


def test_the_label_check_knows_the_licence(client, setting, number):
    asked = {
        "gi": "zhongning-gouqi", "kind": "gi_product", "mark": "new", "name": "中宁枸杞", "number": "",
        "uscc": setting.producer("firm").uscc,
    }  # fmt: skip
    page = text_of(client, "/verify/label", **asked)
    assert "今天授权有效" in page
    assert "标签还缺少内容" in page
    revoke(number)
    assert "不得使用这样的标签" in text_of(client, "/verify/label", **asked)


# ---- many at once


def test_pasted_codes_are_answered_line_by_line(client, setting, number):
    codes = "\n".join([setting.producer("firm").uscc, number, setting.producer("stranger").uscc, "123"])
    page = client.post("/verify/many", data={"codes": codes}).get_data(as_text=True)
    assert "共 4 个代码" in page
    assert "代码有误" in page
    assert "没有授权" in page


def test_a_workbook_comes_back_with_the_answers_in_it(client, setting, number):
    book = Workbook()
    book.active.append(["供应商", "统一社会信用代码"])
    book.active.append(["=1+1", setting.producer("firm").uscc])
    book.active.append(["乙", "91350100M000100Y43"])
    kept = io.BytesIO()
    book.save(kept)
    kept.seek(0)
    answer = client.post("/verify/many", data={"file": (kept, "a.xlsx")})
    assert answer.status_code == 200
    rows = list(load_workbook(io.BytesIO(answer.data)).active.values)
    assert rows[0][:3] == ("供应商", "统一社会信用代码", "核验结果")
    assert rows[1][0] == "'=1+1"
    assert rows[1][2:5] == ("授权有效", "zhongning-gouqi", number)
    assert rows[2][2] == "登记簿中没有"


def test_a_csv_comes_back_as_csv_and_a_table_without_codes_is_refused(client, setting, number):
    table = f"企业,授权编号\n甲,{number}\n".encode("gb18030")
    answer = client.post("/verify/many", data={"file": (io.BytesIO(table), "a.csv")})
    assert answer.mimetype == "text/csv"
    assert "授权有效" in answer.data.decode("utf-8-sig")
    answer = client.post("/verify/many", data={"file": (io.BytesIO(b"a,b\n1,2\n"), "a.csv")})
    assert answer.status_code == 400
    assert "没有代码这一列" in answer.get_data(as_text=True)


def test_a_hundred_codes_cost_no_more_queries_than_two(client, setting, number, statements):
    firm = setting.producer("firm").uscc

    def cost(codes: list[str]) -> int:
        statements.clear()
        assert client.post("/verify/many", data={"codes": "\n".join(codes)}).status_code == 200
        return len(statements)

    few = cost([firm, "91350100M000100Y43"])
    assert cost([firm, *["91350100M000100Y43"] * 99]) == few


# ---- the watch list


def test_a_stranger_has_no_watch_list(client):
    assert client.get("/account/watch").status_code == 302


def test_who_watches_a_code_hears_once_that_it_was_revoked(app, setting, number):
    client = member(app)
    assert client.post("/account/watch", data={"codes": f"{number}\n{number}"}).status_code == 302
    assert number in text_of(client, "/account/watch")
    assert look_at_watched() == 0
    revoke(number)
    assert look_at_watched() == 1
    assert look_at_watched() == 0
    said = [n.text_zh for n in db.session.scalars(select(Notice)) if number in n.text_zh]
    assert f"{number}：授权有效 → 授权已撤销" in said
    letters = db.session.scalars(select(OutgoingMail).where(OutgoingMail.recipient == "buyer@example.test"))
    assert len([one for one in letters if number in one.body]) == 1
    assert "授权已撤销" in text_of(client, "/account/watch")


def test_nobody_ends_a_line_of_somebody_elses_list(app, setting, number):
    client = member(app)
    client.post("/account/watch", data={"codes": number})
    with transaction():
        add_account(
            PORTAL, email="other@example.test", name="别人", role=Role.PRODUCER, region="640521",
            password=PASSWORD, now=now(),
        )  # fmt: skip
    other = app.test_client()
    other.post("/account/sign-in", data={"email": "other@example.test", "password": PASSWORD})
    assert other.post("/account/watch/1/stop").status_code == 404
    assert client.post("/account/watch/1/stop").status_code == 302
    assert number not in text_of(client, "/account/watch")


def test_a_bad_code_leaves_the_list_as_it_was_and_what_was_typed_stays(app, setting, number):
    client = member(app)
    answer = client.post("/account/watch", data={"codes": f"{number}\n91350100M000100Y44"})
    assert answer.status_code == 400
    page = answer.get_data(as_text=True)
    assert "91350100M000100Y44" in page
    assert "名单是空的" in page


# ---- a photographed label


def photograph(lines: list[str]) -> bytes:
    font = next(Path("/usr/share/fonts").rglob("NotoSansCJK-Regular.ttc"), None)
    if font is None:
        give_up(NotHere("fonts with Chinese characters are not installed"))
    picture = Image.new("RGB", (1100, 150 * len(lines)), "#f5e9d0")
    pen = ImageDraw.Draw(picture)
    for row, line in enumerate(lines):
        pen.text((60, 40 + 140 * row), line, fill="black", font=ImageFont.truetype(str(font), 46))
    kept = BytesIO()
    picture.save(kept, "JPEG")
    return kept.getvalue()


def send(client, content: bytes, **typed: str):
    form = {"file": (BytesIO(content), "label.jpg"), "kind": "gi_product"} | typed
    return client.post("/verify/label", data=form, content_type="multipart/form-data")


def test_a_photographed_label_fills_in_the_form_and_stays_beside_the_answer(client, setting, number):
    one = db.session.scalars(licences().where(Licence.number == number)).one()
    code = one.producer.uscc
    content = photograph(["中宁枸杞", f"统一社会信用代码 {code}", "执行标准 GB/T 19742"])
    page = html.unescape(send(client, content).get_data(as_text=True))
    assert f'value="{code}"' in page and 'value="GB/T 19742"' in page
    assert re.search(r'<option value="zhongning-gouqi" selected', page)
    assert "data:image/jpeg;base64," in page and "可能读错" in page
    picture = re.search(r'name="picture" value="([^"]+)"', page)[1]
    asked = {"gi": "zhongning-gouqi", "kind": "gi_product", "mark": "new", "uscc": code, "picture": picture}
    checked = client.post("/verify/label", data=asked | {"name": "中宁枸杞", "number": "GB/T 19742"})
    text = checked.get_data(as_text=True)
    assert "data:image/jpeg;base64," in text and "今天授权有效" in text


def test_a_file_that_is_no_picture_is_refused_beside_its_field(client, setting):
    for content in (b"%PDF-1.4", b"", b"GIF89a" + bytes(40), b"\xff\xd8\xff" + bytes(90)):
        answer = send(client, content or b"x")
        assert answer.status_code == 400 and "file-error" in answer.get_data(as_text=True)
    carried = client.post("/verify/label", data={"picture": "bm90IGEgcGljdHVyZQ=="})
    assert carried.status_code in (200, 400) and "data:image" not in carried.get_data(as_text=True)
