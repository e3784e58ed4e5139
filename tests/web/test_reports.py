"""Yearly reports: made with one click, written, published, corrected; a stranger sees what is published."""

import html
import io
import re
import subprocess
import zipfile
from datetime import date, timedelta
from hashlib import sha256

import docx
import pytest
from docx.oxml.ns import qn
from flask import Flask
from sqlalchemy import select, update

from portal.accounts.rules import Role
from portal.db import db, transaction
from portal.jobs import do_waiting_work
from portal.lib.clock import now, today
from portal.register.models import Entry
from portal.register.rules import canonical
from portal.reports.actions import new_report, store_texts
from portal.reports.building import build_waiting, content_now, take_up_again
from portal.reports.models import AnnualReport
from portal.reports.queries import texts_of
from portal.reports.rules import About
from portal.reports.scope import get_subject
from tests.ledger_rows import Spell, a_gi, a_producer, a_return, an_account, enter, licence, on_roster
from tests.services.statements import count_statements

YEAR = today().year - 1
WORKING = {"office": "中宁县知识产权局", "overview": "全年核查 <b>12</b> 家。", "training_sessions": "3"}


class World:
    def __init__(self) -> None:
        with transaction():
            self.gi = a_gi("hongguo")
            self.firm, self.home = a_producer("红果公司"), a_producer("张三家", kind="household")
            for one in (self.firm, self.home):
                on_roster(self.gi, one)
            start = date(YEAR, 3, 1)
            self.kept = licence(self.gi, self.firm, valid_from=start)
            ended = [Spell("in_force", date(2020, 1, 1), start), Spell("revoked", start)]
            self.lost = licence(self.gi, self.home, ended, valid_from=date(2020, 1, 1))
            a_return(self.gi, self.firm, YEAR, 500_000)
            self.county = an_account(Role.COUNTY, "640521")
            self.far = an_account(Role.COUNTY, "150821")
            self.city = an_account(Role.CITY, "640500")
            self.inspector = an_account(Role.INSPECTOR, "640521")
            self.maker = an_account(Role.PRODUCER, producer=self.firm)


@pytest.fixture
def world(app: Flask) -> World:
    return World()


def text_of(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


def ask(client, subject: str = "region/640521", year: int = YEAR) -> str:
    answer = client.post("/office/reports", data={"subject": subject, "year": year})
    assert answer.status_code == 303, text_of(answer)
    return answer.headers["Location"]


def field(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page).group(1)


def content(about: About, key: str, year: int = YEAR):
    with transaction():
        report = new_report(get_subject(about, key), year, now())
    return content_now(report)


def test_from_one_click_to_a_published_report_and_its_correction(client, app, world):
    enter(client, world.county)
    draft = ask(client)
    assert "正在生成" in text_of(client.get(draft)) or "等待生成" in text_of(client.get(draft))
    assert client.get(draft + "/progress").json["finished"] is False
    assert do_waiting_work()["annual reports"] == 1
    assert client.get(draft + "/progress").json["url"] == draft
    page = text_of(client.get(draft))
    assert "草稿已生成" in page and "/gi/hongguo/users" in page
    sent = WORKING | {"version": field(page, "version")}
    assert client.post(draft + "/texts", data=sent).status_code == 303
    build_waiting()
    page = text_of(client.get(draft))
    assert "全年核查 <b>12</b> 家。" in page and "<b>12</b>" not in client.get(draft).get_data(as_text=True)
    _look_into_the_files(client, draft)
    digest = field(page, "digest")
    stale = client.post(draft + "/publish", data={"digest": "0" * 64})
    assert stale.status_code == 409
    published = client.post(draft + "/publish", data={"digest": digest, "document_number": "卫知〔2026〕1号"})
    assert published.headers["Location"] == f"/reports/region/640521/{YEAR}"
    _the_public_has_it(app, digest)
    assert client.post(draft + "/texts", data=sent).status_code in (400, 409)
    _a_correction_stands_beside_it(client, app)


def _look_into_the_files(client, draft: str) -> None:
    word = docx.Document(io.BytesIO(client.get(draft + "/file.docx").data))
    heads = [one.text for one in word.paragraphs if one.style.name == "Heading 1"]
    assert heads[:3] == ["总体情况", "地理标志名录", "专用标志使用情况"]
    links = {rel.target_ref for rel in word.part.rels.values() if rel.is_external}
    assert any("/gi/hongguo/users?on=" in link for link in links)
    fonts = word.styles["Body"].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == "仿宋"
    assert word.styles["Heading 1"].element.pPr.numPr is not None
    assert any("中宁县知识产权局" in one.text for one in word.paragraphs)
    assert any("盖章" in one.text for one in word.paragraphs)
    assert len(word.inline_shapes) >= 1
    english = docx.Document(io.BytesIO(client.get(draft + "/file.en.docx").data))
    heads = [one.text for one in english.paragraphs if one.style.name == "Heading 1"]
    assert heads[:2] == ["The year in general", "The GIs"]
    assert any("Chinese text is authoritative" in one.text for one in english.paragraphs)
    # What a font lacks is drawn as nothing: the words of the frame are read back by another program.
    for ending, wanted in (
        ("pdf", ("一、总体情况", "表1", "图1", "签署页", "缺少的数据与说明")),
        ("en.pdf", ("The year in general", "Table 1", "Figure 1", "authoritative")),
    ):
        said = spoken_by(client.get(f"{draft}/file.{ending}").data)
        assert [one for one in wanted if one not in said] == [], ending
    assert client.get(draft + "/file.exe").status_code == 404


def spoken_by(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def _the_public_has_it(app: Flask, digest: str) -> None:
    li = app.test_client()
    address = f"/reports/region/640521/{YEAR}"
    page = text_of(li.get(address + "?lang=zh"))
    assert "已公布，第 1 版" in page and digest in page and "卫知〔2026〕1号" in page
    assert address in text_of(li.get("/reports/"))
    english = text_of(li.get(address + "?lang=en"))
    assert "This report is drawn from the register" in english and "本报告依据登记簿编制" not in english
    chapters = re.findall(
        r'<section class="report-chapter" id="[^"]+">\s*<h2>.*?</h2>(.*?)</section>', page, re.S
    )
    assert chapters and all(one.strip() for one in chapters)
    entry = db.session.scalars(
        select(Entry).where(Entry.verb == "published", Entry.subject.startswith("report:"))
    ).one()
    assert entry.public and digest in entry.changes
    for ending in ("docx", "pdf", "en.docx", "en.pdf"):
        kept = sha256(li.get(f"{address}/1.{ending}").data).hexdigest()
        assert kept in entry.changes and kept in page, ending
    pack = zipfile.ZipFile(io.BytesIO(li.get(address + "/1.zip").data))
    assert sha256(pack.read("report.json")).hexdigest() == digest
    assert {"gis.csv", "users.csv", "white-paper-summary.csv", "missing.csv"} <= set(pack.namelist())
    assert pack.read("users.csv").startswith(b"\xef\xbb\xbf")
    assert li.get(address + "/1.docx").status_code == li.get(address + "/1.en.pdf").status_code == 200
    assert li.get(address + "/2.pdf").status_code == 404
    assert "红果" not in text_of(li.get("/office/reports"))


def _a_correction_stands_beside_it(client, app: Flask) -> None:
    draft = ask(client)
    build_waiting()
    page = text_of(client.get(draft))
    assert "全年核查" in page
    sent = {"digest": field(page, "digest")}
    assert client.post(draft + "/publish", data=sent).status_code == 400
    assert client.post(draft + "/publish", data=sent | {"remark": "补充培训情况"}).status_code == 303
    li = app.test_client()
    address = f"/reports/region/640521/{YEAR}"
    assert "补充培训情况" in text_of(li.get(address))
    old = text_of(li.get(address + "?edition=1&lang=zh"))
    assert "这一版已有更正" in old


def test_strangers_and_other_counties_find_no_draft(client, app, world):
    enter(client, world.county)
    draft = ask(client)
    assert app.test_client().get(draft).status_code == 302
    assert app.test_client().get(f"/reports/region/640521/{YEAR}").status_code == 404
    far = enter(app.test_client(), world.far)
    for path in ("", "/progress", "/file.docx", "/map-map.svg"):
        assert far.get(draft + path).status_code == 404, path
    for path in ("/texts", "/rebuild", "/give-up", "/publish"):
        assert far.post(draft + path, data={"version": 1}).status_code == 404, path
    assert far.post("/office/reports", data={"subject": "region/640521", "year": YEAR}).status_code == 404
    assert far.post("/office/reports", data={"subject": "gi/hongguo", "year": YEAR}).status_code == 404
    inspector = enter(app.test_client(), world.inspector)
    assert inspector.get(draft).status_code == 200
    assert inspector.post(draft + "/rebuild", data={"version": 1}).status_code == 403
    producer = enter(app.test_client(), world.maker)
    assert producer.get(draft).status_code == 403


def test_what_cannot_be_reported_on_is_said_beside_the_field(client, world):
    enter(client, world.county)
    assert "请选择报告对象" in text_of(
        client.post("/office/reports?lang=zh", data={"subject": "x/y", "year": YEAR})
    )
    wrong = client.post("/office/reports", data={"subject": "region/640521", "year": today().year + 1})
    assert wrong.status_code == 400
    assert ask(client) == ask(client), "asked twice it is one draft"


def test_numbers_come_from_the_ledger_and_nobody_is_named_who_is_not_public(world):
    made = content(About.GI, "hongguo")
    users = next(one for one in made.of_kind("table") if one.key == "users")
    assert [cell.raw for cell in users.rows[0][1:]] == [1, 1, 1, 1, 0, 0]
    assert made.of_kind("chart")[-1].series
    assert "张三家" not in str(canonical(made.as_json()), "utf-8")
    said = " ".join(one.what.zh for _, one in made.missing())
    assert f"{YEAR} 年两项占比" in said and "宣传" in said


def test_a_gi_no_office_reports_on_has_an_honest_empty_report(world):
    made = content(About.REGION, "640522")
    assert made.of_kind("table")[0].key == "standards" or made.of_kind("table")
    assert any(one.what.zh == "地理标志名录" for _, one in made.missing())


def test_texts_are_carried_to_the_next_year_and_numbers_are_not(app, world):
    subject = get_subject(About.REGION, "640521")
    with transaction():
        store_texts(world.county.as_actor(), new_report(subject, YEAR - 1, now()), WORKING, now())
    made = content(About.REGION, "640521")
    assert "全年核查" in str(made.as_json())
    assert any(f"沿用 {YEAR - 1} 年" in one.why.zh for _, one in made.missing())
    kept = texts_of(About.REGION, "640521", YEAR)
    assert "training_sessions" not in kept and kept["overview"].carried_from == YEAR - 1


def test_what_a_killed_worker_left_is_taken_up_again(world):
    with transaction():
        number = new_report(get_subject(About.GI, "hongguo"), YEAR, now()).id
        db.session.execute(
            update(AnnualReport).values(state="building", touched_at=now() - timedelta(hours=1))
        )
    take_up_again()
    assert db.session.get(AnnualReport, number).state == "waiting"


def test_a_list_asks_no_more_for_more_reports(client, world):
    enter(client, world.county)
    subject = get_subject(About.REGION, "640521")

    def add(years: range) -> None:
        with transaction():
            for year in years:
                one = new_report(subject, year, now())
                one.state, one.published_at, one.published_as = "published", now(), "局"

    add(range(2016, 2018))
    few = {address: queries_of(client, address) for address in ("/office/reports", "/reports/?lang=zh")}
    add(range(2018, 2025))
    for address, count in few.items():
        assert queries_of(client, address) <= count, address


def queries_of(client, address: str) -> int:
    client.get(address)
    return count_statements(client, address, headers={"Cache-Control": "no-cache"})
