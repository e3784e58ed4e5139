"""The officials' pages of rosters, producers and files, and the public page of a producer."""

import csv
import html
import io

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.db import db, transaction
from portal.jobs import do_waiting_work
from portal.producers.membership_actions import add_member, link_account
from portal.producers.models import ImportRun, Producer
from portal.producers.rules import ProducerKind, Reason
from portal.register.actions import PORTAL
from tests.catalogue_desk import PASSWORD, open_desk
from tests.roster_desk import (
    GOJI,
    SPRING,
    SUNFLOWER,
    TODAY,
    TOWN,
    code,
    csv_of,
    entry,
    firm,
    household,
    producer_named,
    put_on,
    row,
)

NO_PLACE = "在您的地区内没有找到"
FIRM = "红果枸杞有限公司（演示）"
BOTH = pytest.mark.parametrize("lang", ["zh", "en"])


@pytest.fixture
def people(app):
    return open_desk()


@pytest.fixture
def enter(client, people):
    def sign_in(name) -> FlaskClient:
        client.post("/account/sign-out")
        client.post("/account/sign-in", data={"email": f"{name}@example.test", "password": PASSWORD})
        return client

    return sign_in


@pytest.fixture
def lines(people):
    official = people["registrar"]
    return {
        "firm": put_on(official, firm(phone="0955-5021000")),
        "household": put_on(official, household(phone="13812345678"), reason=Reason.DOES_NOT_WANT),
        "cooperative": put_on(official, firm(3, "红合作社（演示）", kind=ProducerKind.COOPERATIVE)),
    }


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return html.unescape(answer.get_data(as_text=True))


def every_page(lines) -> list[str]:
    return [
        "/office/rosters",
        f"/office/rosters/{GOJI}",
        f"/office/rosters/{GOJI}?q=hong&kind=company&reason=not_applied&place=640521&sort=-from&on=2025-01-01",
        f"/office/rosters/{GOJI}/{lines['firm']}",
        f"/office/rosters/{GOJI}/{lines['household']}",
        f"/office/producers/{code(1)}",
        f"/office/producers/{code(3)}",
        "/office/producers?q=hong",
        "/office/imports",
    ]


@BOTH
@pytest.mark.parametrize("who", ["registrar", "city", "province", "inspector", "auditor"])
def test_whoever_may_see_them_sees_every_page(enter, lines, who, lang):
    client = enter(who)
    for address in every_page(lines):
        answer = client.get(address, headers={"Accept-Language": lang})
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"] == "private, no-store", address
    for address in ("/office/imports/new", f"/office/imports/new?gi={GOJI}", f"/office/rosters/{GOJI}/add"):
        expected = 200 if who in ("registrar", "city", "province") else 403
        assert client.get(address, headers={"Accept-Language": lang}).status_code == expected


def test_a_stranger_is_asked_to_sign_in_and_a_producer_is_refused(client, enter, lines):
    for address in every_page(lines):
        assert client.get(address).status_code == 302
    producer = enter("producer")
    for address in every_page(lines):
        assert producer.get(address).status_code == 403


def every_secret(lines) -> list[str]:
    """Each address by which another county could reach in."""
    household_number = producer_named("张三（演示）").number
    return [
        f"/office/rosters/{GOJI}",
        f"/office/rosters/{GOJI}/export.csv",
        f"/office/rosters/{GOJI}/export.xlsx",
        f"/office/rosters/{GOJI}/add",
        f"/office/rosters/{GOJI}/{lines['firm']}",
        f"/office/rosters/{SUNFLOWER}/{lines['firm']}",
        f"/office/producers/{code(1)}",
        f"/office/producers/{household_number}",
        f"/office/imports/new?gi={GOJI}",
    ]


@pytest.mark.parametrize("who", ["stranger", "bayannur"])
def test_an_official_of_another_county_cannot_see_list_download_or_guess_anything(enter, lines, who):
    client = enter(who)
    for address in every_secret(lines):
        assert client.get(address).status_code == 404, address
    for address in ("/office/rosters", "/office/producers", "/office/producers?q=hong", "/office/imports"):
        shown = text_of(client.get(address))
        assert FIRM not in shown and "张三" not in shown and "13812345678" not in shown
    for address, data in (
        (f"/office/rosters/{GOJI}/{lines['firm']}", {"reason": "unknown"}),
        (f"/office/rosters/{GOJI}/{lines['firm']}/end", {"ended_on": "2026-01-01"}),
        (f"/office/producers/{code(1)}", {"name": "x"}),
        (f"/office/producers/{code(3)}/members", {"member": code(1), "from_on": "2026-01-01"}),
        (f"/office/producers/{code(1)}/accounts", {"email": "producer@example.test"}),
    ):
        assert client.post(address, data=data).status_code == 404, address
    assert entry(lines["firm"]).ended_on is None


def test_an_import_of_another_county_is_not_there_under_any_of_its_addresses(enter, people, lines):
    number = upload(enter("registrar"), csv_of([row(**{"名称": "秘密（演示）"})]))
    client = enter("stranger")
    for end in ("", "/progress", "/findings.csv", "/findings.xlsx"):
        assert client.get(f"/office/imports/{number}{end}").status_code == 404
    for end in ("store", "cancel", "decide"):
        assert client.post(f"/office/imports/{number}/{end}", data={"version": 1}).status_code == 404


# ---- the roster


def test_the_roster_says_how_many_there_are_and_why_the_others_are_not_authorised(enter, lines):
    shown = text_of(enter("registrar").get(f"/office/rosters/{GOJI}"))
    assert "3 家生产者在册" in shown and FIRM in shown and "张三（演示）" in shown
    assert "不愿用标" in shown


def test_search_and_filters_narrow_the_list_and_an_empty_one_says_what_to_do(enter, lines):
    client = enter("registrar")
    assert "张三" not in text_of(client.get(f"/office/rosters/{GOJI}?kind=company"))
    assert FIRM in text_of(client.get(f"/office/rosters/{GOJI}?q=hggq"))
    assert "没有符合的生产者" in text_of(client.get(f"/office/rosters/{GOJI}?q=没有的"))
    assert client.get(f"/office/rosters/{GOJI}?on=昨天").status_code == 400


def test_the_export_has_what_the_list_shows_and_no_formula(enter, people):
    put_on(people["registrar"], household("@张三（演示）", address="=cmd"))
    client = enter("registrar")
    answer = client.get(f"/office/rosters/{GOJI}/export.csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    head, line = csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")))
    exported = dict(zip(head, line, strict=True))
    assert exported["名称"] == "'@张三（演示）" and exported["地址"] == "'=cmd"
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/office/rosters/{GOJI}/export.xlsx").data))
    cells = [cell.value for cell in list(book.active.iter_rows())[1]]
    assert "'@张三（演示）" in cells and not any(
        cell.data_type == "f" for cell in list(book.active.iter_rows())[1]
    )


@BOTH
def test_an_export_sent_back_changes_nothing(enter, lines, lang):
    client = enter("registrar")
    for form in ("csv", "xlsx"):
        sheet = client.get(f"/office/rosters/{GOJI}/export.{form}", headers={"Accept-Language": lang}).data
        number = upload(client, sheet)
        assert db.session.get_one(ImportRun, number).state == "nothing_new", form


def test_a_producer_is_added_and_what_was_understood_of_its_code_is_said(enter, people):
    client = enter("registrar")
    answer = client.post(
        f"/office/rosters/{GOJI}/add",
        data={
            "uscc": code(1).lower(), "name": FIRM, "kind": "company", "place": "中宁县宁安镇",
            "from_on": "2024-05-01", "reason": "applying", "lon": "105°40′31″", "lat": "37.49",
        },
        follow_redirects=True,
    )  # fmt: skip
    shown = text_of(answer)
    assert "小写字母已按大写理解" in shown and "已列入名录" in shown
    known = producer_named(FIRM)
    assert (known.uscc, known.adcode, known.lon) == (code(1), TOWN, 105_675_278)


def test_faults_stand_beside_their_fields_and_what_was_typed_stays(enter, people):
    answer = enter("registrar").post(
        f"/office/rosters/{GOJI}/add",
        data={
            "uscc": code(1)[:-1],
            "name": FIRM,
            "kind": "company",
            "place": "火星",
            "reason": "x",
            "lon": "y",
        },
    )
    assert answer.status_code == 400
    shown = html.unescape(answer.get_data(as_text=True))
    for said in ("这里有 17 位", "请从列表中选择", "十进制度数", "列入日期：请填写", NO_PLACE):
        assert said in shown, said
    assert f'value="{FIRM}"' in shown


def test_a_wrong_day_and_an_unknown_place_or_member_are_said_together(enter, lines):
    client = enter("registrar")
    address, typed = f"/office/rosters/{GOJI}/{lines['firm']}", {"from_on": "昨天"}
    page = client.post(address, data={"place": "火星"} | typed).get_data(as_text=True)
    assert NO_PLACE in page and "日期应写作" in page and 'value="火星"' in page
    address = f"/office/producers/{entry(lines['cooperative']).producer.number}/members"
    page = client.post(address, data={"member": "没有"} | typed).get_data(as_text=True)
    assert "您的地区没有这个代码或编号的生产者" in page and "日期应写作" in page and 'value="没有"' in page


def test_a_line_is_amended_and_ended_with_its_history(enter, lines):
    client, address = enter("registrar"), f"/office/rosters/{GOJI}/{lines['firm']}"
    typed = {
        "version": entry(lines["firm"]).version,
        "place": "640521101",
        "from_on": "2024-06-01",
        "reason": "refused",
    }
    assert client.post(address, data=typed).status_code == 302
    stale = client.post(address, data=typed)
    assert stale.status_code == 409
    ended = client.post(
        address + "/end", data={"version": entry(lines["firm"]).version, "ended_on": "2026-01-01"}
    )
    assert ended.status_code == 302
    shown = text_of(client.get(address))
    assert "已不在名录中" in shown and "移出名录" in shown and "申请被驳回" in shown
    assert FIRM not in text_of(client.get(f"/office/rosters/{GOJI}"))
    assert FIRM in text_of(client.get(f"/office/rosters/{GOJI}?on=2025-12-31"))


def test_suggestions_of_places_stay_inside_the_county(enter):
    items = enter("registrar").get("/office/rosters/places?q=宁").get_json()["items"]
    assert items and all(item["detail"].startswith("640521") for item in items)


# ---- producers


def test_the_page_of_a_producer_shows_members_accounts_and_history(enter, people, lines):
    with transaction():
        cooperative, member = producer_named_now("红合作社（演示）"), producer_named_now("张三（演示）")
        add_member(people["registrar"], cooperative, member, SPRING)
        link_account(PORTAL, cooperative, people["producer"], TODAY)
    shown = text_of(enter("registrar").get(f"/office/producers/{code(3)}"))
    assert "张三（演示）" in shown and "producer@example.test" in shown and "社员加入" in shown


def producer_named_now(name):
    return db.session.scalars(select(Producer).where(Producer.name == name)).one()


def test_members_and_accounts_are_named_by_code_and_e_mail(enter, lines):
    client, page = enter("registrar"), f"/office/producers/{code(3)}"
    number = producer_named("张三（演示）").number
    joined = client.post(page + "/members", data={"member": number.lower(), "from_on": "2025-01-01"})
    assert joined.status_code == 302
    assert client.post(page + "/members", data={"member": "P1", "from_on": "2025-01-01"}).status_code == 400
    assert client.post(page + "/accounts", data={"email": "producer@example.test"}).status_code == 302
    assert client.post(page + "/accounts", data={"email": "stranger@example.test"}).status_code == 400
    assert "张三（演示）" in text_of(client.get(page))


def test_a_new_account_waits_at_the_county_until_a_producer_is_named_and_is_told(enter, lines):
    waits = "新账号，等您指定它替谁办"
    assert "还差一步" in text_of(enter("producer").get("/workbench/"))
    client, page = enter("registrar"), f"/office/producers/{code(3)}"
    assert waits in text_of(client.get("/office/")) and "producer@example.test" in text_of(client.get(page))
    client.post(page + "/accounts", data={"email": "producer@example.test"})
    assert "producer@example.test" not in text_of(client.get("/office/"))
    mine = text_of(enter("producer").get("/workbench/"))
    assert "还差一步" not in mine and "您的账号现在可以替红合作社（演示）办事" in mine


def test_a_household_alone_is_not_called_the_member_of_a_co_operative(enter, lines):
    number = producer_named("张三（演示）").number
    enter("registrar").post(f"/office/producers/{number}/accounts", data={"email": "producer@example.test"})
    mine = text_of(enter("producer").get("/workbench/"))
    assert "张三（演示）" in mine and "合作社社员" not in mine


@BOTH
def test_the_public_sees_a_firm_and_nothing_private_of_it(client, lines, lang):
    shown = text_of(client.get(f"/producers/{code(1)}?lang={lang}"))
    assert FIRM in shown and code(1) in shown
    for private in ("0955-5021000", "张三", "宁安镇", "尚未申请", "Has not applied", "Ning'an"):
        assert private not in shown, private


def test_the_public_does_not_learn_that_a_household_exists(client, lines):
    number = producer_named("张三（演示）").number
    for address in (
        f"/producers/{number}",
        "/producers/P00000000000",
        "/producers/1",
        f"/producers/{code(50)}",
    ):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "张三" not in html.unescape(answer.get_data(as_text=True))


def test_a_code_in_small_letters_leads_to_the_one_address(client, lines):
    answer = client.get(f"/producers/{code(1).lower()}")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"/producers/{code(1)}")


# ---- files


def upload(client: FlaskClient, content: bytes, name: str = "名录.csv", query: str = f"gi={GOJI}") -> int:
    answer = client.post(
        f"/office/imports/new?{query}",
        data={"file": (io.BytesIO(content), name), "default_day": "2024-05-01"},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 302, html.unescape(answer.get_data(as_text=True))[:3000]
    db.session.rollback()
    return int(answer.headers["Location"].rpartition("/")[2])


@BOTH
def test_a_file_is_checked_shown_confirmed_and_stored(enter, people, lang):
    client = enter("registrar")
    client.get(f"/office/imports?lang={lang}")
    number = upload(client, csv_of([row(), row(**{"名称": "李四（演示）"})]))
    shown = text_of(client.get(f"/office/imports/{number}"))
    assert ("检查通过，等您确认" if lang == "zh" else "waits for you to confirm") in shown
    version = db.session.get_one(ImportRun, number).version
    for _ in range(2):
        assert client.post(f"/office/imports/{number}/store", data={"version": version}).status_code == 302
    shown = text_of(client.get(f"/office/imports/{number}"))
    assert ("已保存" if lang == "zh" else "Stored") in shown
    assert "李四（演示）" in text_of(client.get(f"/office/rosters/{GOJI}"))
    assert client.get(f"/office/imports/{number}/progress").get_json()["finished"] is True


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_same_sheet_comes_back_with_the_reasons_and_can_be_corrected_and_sent_again(enter, people, form):
    client = enter("registrar")
    number = upload(client, csv_of([row(), row(**{"名称": "李四（演示）", "类型": "国营"})], "gb18030"))
    shown = text_of(client.get(f"/office/imports/{number}"))
    assert "什么都没有保存" in shown and "类型：应为" in shown
    back = client.get(f"/office/imports/{number}/findings.{form}").data
    if form == "csv":
        head, good, bad = csv.reader(io.StringIO(back.decode("utf-8-sig")))
        corrected = [head, good, [cell.replace("国营", "农户") for cell in bad]]
        text = io.StringIO()
        csv.writer(text).writerows(corrected)
        again = text.getvalue().encode()
    else:
        book = openpyxl.load_workbook(io.BytesIO(back))
        head, good, bad = ([cell.value for cell in line] for line in book.active.iter_rows())
        cell = book.active.cell(3, head.index("类型") + 1)
        assert cell.fill.fgColor.rgb.endswith("F6D9CF"), "the wrong cell stands out"
        cell.value = "农户"
        kept = io.BytesIO()
        book.save(kept)
        again = kept.getvalue()
    assert head[-1] == "问题" and not good[-1] and "应为" in bad[-1]
    assert db.session.get_one(ImportRun, upload(client, again, f"改好.{form}")).state == "ready"


def test_a_code_under_two_names_is_decided_on_the_page(enter, people):
    put_on(people["registrar"], firm())
    client = enter("registrar")
    rows = [row(**{"统一社会信用代码": code(1), "名称": "绿果枸杞有限公司（演示）", "类型": "企业"})]
    number = upload(client, csv_of(rows))
    assert "请决定" in text_of(client.get(f"/office/imports/{number}"))
    run = db.session.get_one(ImportRun, number)
    empty = client.post(f"/office/imports/{number}/decide", data={"version": run.version})
    assert empty.status_code == 400
    typed = {"version": run.version, f"choice-{code(1)}": "0"}
    assert client.post(f"/office/imports/{number}/decide", data=typed).status_code == 302
    db.session.rollback()
    assert db.session.get_one(ImportRun, number).state == "nothing_new"


def test_a_file_that_cannot_be_read_says_why_and_what_to_do(enter, people):
    client = enter("registrar")
    number = upload(client, b"%PDF-1.7\x00 not a table", "a.csv")
    shown = text_of(client.get(f"/office/imports/{number}"))
    assert "不是 CSV 或 XLSX 表格" in shown and "上传改好的表格" in shown
    assert client.get(f"/office/imports/{number}/findings.csv").status_code == 404


def test_a_file_too_large_to_wait_for_goes_on_by_itself_and_its_page_can_be_left(enter, people):
    client = enter("registrar")
    rows = [row(**{"名称": f"户{n}（演示）", "备注": "一二三四五六七八九十" * 12}) for n in range(900)]
    content = csv_of(rows)
    assert len(content) > 300_000
    number = upload(client, content)
    shown = text_of(client.get(f"/office/imports/{number}"))
    assert "等待检查" in shown and "data-refresh" in shown
    assert client.get(f"/office/imports/{number}/progress").get_json()["finished"] is False
    assert do_waiting_work()["imports"] == 1
    db.session.rollback()
    assert db.session.get_one(ImportRun, number).state == "ready"
    assert client.get(f"/office/imports/{number}/progress").get_json()["finished"] is True


@BOTH
@pytest.mark.parametrize("kind", ["roster", "producers"])
def test_the_empty_template_is_understood_when_it_comes_back(enter, people, kind, lang):
    client = enter("registrar")
    for form in ("csv", "xlsx"):
        empty = client.get(f"/office/imports/template/{kind}.{form}", headers={"Accept-Language": lang}).data
        number = upload(client, empty, f"t.{form}", f"kind={kind}")
        assert [one["code"] for one in db.session.get_one(ImportRun, number).findings] == ["no_rows"]
    assert client.get("/office/imports/template/nothing.csv").status_code == 404


def test_no_file_at_all_is_said_beside_the_field(enter, people):
    answer = enter("registrar").post("/office/imports/new", data={"default_day": "2024-05-01"})
    assert answer.status_code == 400
    assert "表格文件：请填写" in html.unescape(answer.get_data(as_text=True))


def test_what_stood_in_a_file_is_shown_as_text_and_never_as_a_page(enter, people):
    client = enter("registrar")
    number = upload(
        client, csv_of([row(**{"名称": "<script>alert(1)</script>", "类型": "<b>"})]), "<img>.csv"
    )
    body = client.get(f"/office/imports/{number}").get_data(as_text=True)
    assert "<script>alert" not in body and "<img>" not in body and "<b>" not in body
