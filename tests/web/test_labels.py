"""The pages of labels: asked for, granted, printed, put in use, handed on, given back, closed."""

import csv
import html
import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from portal.db import db, transaction
from portal.jobs import do_waiting_work
from portal.labels.actions import grant_request
from portal.labels.codes import printed
from portal.labels.lookup import codes_of
from portal.labels.models import LabelAccount, LabelPart, LabelRequest, LabelSheets
from portal.labels.part_actions import end_labels
from portal.labels.printing import COLUMNS, LABEL_HEIGHT, LABEL_WIDTH, ROWS, TOP, WIDTH
from portal.labels.queries import find_account, get_request_for, parts_of_set
from portal.labels.rules import MOST_AT_ONCE, PartState, Span
from portal.labels.sheets import file_of, make_lost_again
from portal.register.models import Entry
from portal.verification import label_views
from portal.verification.label_photo import Photo
from tests.label_desk import NOW, TODAY, YEAR, Desk, get_set, issued, prepare, the_part
from tests.ledger_rows import enter


@pytest.fixture
def desk(app: Flask) -> Desk:
    return prepare()


CHINESE = {"Accept-Language": "zh-CN"}


def text_of(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


def version_on(client, address: str) -> str:
    return re.search(r'name="version" value="(\d+)"', text_of(client.get(address))).group(1)


def press(client, page: str, address: str, **fields: str):
    return client.post(address, data={"version": version_on(client, page)} | fields)


def ask(client, desk: Desk, count: str, weight: str = "500", **fields: str):
    sent = {"licence": desk.licence.number, "year": str(YEAR), "count": count, "weight": weight, "unit": "g"}
    return client.post("/workbench/labels/new", data=sent | fields)


def test_from_asking_to_a_genuine_label(client, app, desk):
    wang, county = enter(client, desk.wang), enter(app.test_client(), desk.county)
    assert "3,000 公斤" in text_of(wang.get("/workbench/labels?lang=zh"))
    asked = ask(wang, desk, "1000")
    assert asked.status_code == 303, text_of(asked)
    number = asked.headers["Location"].rsplit("/", 1)[1]
    assert number in text_of(county.get("/office/labels"))
    page = f"/office/labels/requests/{number}"
    assert press(county, page, page, step="grant").status_code == 303
    part = db.session.query(LabelPart).one()
    (code,) = codes_of(get_set(part.set_id), 1, 1)
    assert "还没有启用" in text_of(app.test_client().get(f"/v/{code}?lang=zh"))
    piece = f"/workbench/labels/parts/{part.id}"
    assert press(wang, piece, piece, state="used", first="1", last="400").status_code == 303
    assert "真标签" in text_of(app.test_client().get(f"/v/{printed(code)}?lang=zh"))
    for typed in (printed(code).lower(), f"http://127.0.0.1:8000/v/{printed(code)}#eyJ.x.y"):
        asked = app.test_client().get("/verify", query_string={"q": typed})
        assert asked.headers["Location"] == f"/v/{printed(code)}"
    assert app.test_client().get("/verify?q=hetaoguayua").status_code == 200
    wrong = app.test_client().get(f"/v/{code[:-1]}{'1' if code[-1] != '1' else 'W'}?lang=zh")
    assert wrong.status_code == 404 and "至少有一位抄错" in text_of(wrong)
    found = wang.get(f"/workbench/labels/find?code={code}")
    assert found.status_code == 302
    told = db.session.query(Entry).filter_by(subject=f"labels:{desk.gi.slug}/{YEAR}", public=True).all()
    # One producer's sums are that producer's: the log says that something changed, and not what.
    assert [one.changes for one in told] == ["{}", "{}"]


def test_asking_for_labels_with_two_presses_is_one_request(client, desk):
    wang = enter(client, desk.wang)
    pages = [ask(wang, desk, count).headers["Location"] for count in ("100", "100", "200")]
    assert pages[0] == pages[1] != pages[2]


def test_more_than_the_land_gives_is_refused_beside_the_field(client, desk):
    wang = enter(client, desk.wang)
    for fields, said in (
        ({"count": "6001"}, "最多 6,000 枚"),
        ({"count": "很多"}, "整数"),
        ({"count": "1", "gtin": "6901234567893"}, "校验位"),
        ({"count": "1", "weight": "轻"}, "应为数字"),
    ):
        answer = ask(wang, desk, **({"count": "1"} | fields))
        assert answer.status_code == 400 and said in text_of(answer), fields
    assert db.session.query(LabelRequest).count() == 0


def test_everything_wrong_in_a_request_for_labels_is_said_together(client, desk):
    page = text_of(ask(enter(client, desk.wang), desk, "很多", "轻"))
    assert "请填 1 到" in page and "应为数字" in page
    assert 'value="很多"' in page and 'value="轻"' in page


def test_why_a_request_is_refused_stays_written_when_that_failed(client, app, desk):
    ask(enter(client, desk.wang), desk, "1000")
    county = enter(app.test_client(), desk.county)
    page = f"/office/labels/requests/{db.session.query(LabelRequest).one().number}"
    answer = press(county, page, page, step="refuse", reason="少")
    assert answer.status_code == 400 and 'value="少"' in text_of(answer)


def test_a_piece_to_print_that_is_none_is_asked_again_on_its_page(client, desk):
    wang, part = enter(client, desk.wang), the_part(issued(desk, 100).id)
    piece = f"/workbench/labels/parts/{part.id}"
    for first, last in (("第一", "24"), ("30", "20"), ("1", "101")):
        answer = wang.post(f"{piece}/sheets", data={"first": first, "last": last})
        page = text_of(answer)
        assert answer.status_code == 400 and "请填 1 到 100 之间的整数" in page
        assert f'id="first-print" name="first" value="{first}"' in page
    offered = press(wang, piece, f"{piece}/offer", taker="", first="9", last="2")
    assert "请填写接收方的信用代码" in text_of(offered) and "起不大于止" in text_of(offered)


def test_a_pasted_list_of_mixed_things_knows_labels_and_counts_no_scan(client, app, desk, statements):
    wang, stranger = enter(client, desk.wang), app.test_client()
    number = ask(wang, desk, "30").headers["Location"].rsplit("/", 1)[1]
    with transaction():
        request = get_request_for(desk.county, number, TODAY)
        (one,) = grant_request(desk.county, request, request.version, TODAY, NOW)
        part = the_part(one.id)
        end_labels(desk.wang, part, Span(1, 20), PartState.USED, "", part.version, TODAY, NOW)
    *used, held = codes_of(one, 1, 21)
    wrong = used[0][:-1] + ("1" if used[0][-1] != "1" else "W")

    def asked(*lines: str) -> str:
        statements.clear()
        return text_of(stranger.post("/verify/many?lang=zh", data={"codes": "\n".join(lines)}))

    page = asked(
        f"标签编号：{printed(used[0])}",
        f"{printed(used[1])} 91350100M000100Y43",
        f"https://a.test/v/{printed(held)}#l1.x.y",
        wrong,
        "张三家的枸杞",
    )
    assert "共 6 个代码" in page
    assert page.count("真标签") == 3 and "包装上应写" in page
    assert "还没有启用" in page and "至少有一位抄错" in page and "像是名称" in page
    few = len(statements)
    asked(*used, held)
    assert len(statements) <= few
    assert "第一次被扫" in text_of(stranger.get(f"/v/{used[1]}?lang=zh"))


def test_the_code_on_a_photographed_label_is_looked_up_beside_what_is_written_there(
    client, app, desk, monkeypatch
):
    wang, stranger = enter(client, desk.wang), app.test_client()
    number = ask(wang, desk, "10").headers["Location"].rsplit("/", 1)[1]
    with transaction():
        request = get_request_for(desk.county, number, TODAY)
        (one,) = grant_request(desk.county, request, request.version, TODAY, NOW)
        (code,) = codes_of(one, 1, 1)
    seen = Photo(b"", (), (f"https://a.test/v/{code}#l1.x.y",))
    monkeypatch.setattr(label_views, "take_photo", lambda *_: seen)
    sent = {"file": (io.BytesIO(b"picture"), "a.jpg")}
    page = text_of(stranger.post("/verify/label?lang=zh", data=sent))
    assert "编号真实，但还没有启用" in page and f"/verify?q=https://a.test/v/{code}" in page


def test_a_label_in_the_address_of_other_goods_is_not_genuine_there(client, app, desk):
    wang, stranger = enter(client, desk.wang), app.test_client()
    number = ask(wang, desk, "10", gtin="6901234567892").headers["Location"].rsplit("/", 1)[1]
    with transaction():
        request = get_request_for(desk.county, number, TODAY)
        (one,) = grant_request(desk.county, request, request.version, TODAY, NOW)
        part = the_part(one.id)
        end_labels(desk.wang, part, part.span, PartState.USED, "", part.version, TODAY, NOW)
        (code,) = codes_of(one, 1, 1)
    right = stranger.get(f"/01/06901234567892/21/{code}", headers=CHINESE, follow_redirects=True)
    assert "真标签" in text_of(right)
    other = stranger.get(f"/01/6901234567885/21/{code}", headers=CHINESE, follow_redirects=True)
    assert "标签与商品条码对不上" in text_of(other) and "真标签" not in text_of(other)
    assert stranger.get(f"/01/6901234567893/21/{code}").status_code == 404


def test_open_labels_of_last_year_block_and_say_so(client, desk):
    with transaction():
        db.session.add(LabelAccount(**_last_year(desk)))
    one = issued(desk, 10)
    with transaction():
        db.session.execute(db.text("UPDATE label_set SET year = year - 1"))
    wang = enter(client, desk.wang)
    assert "往年的标签没有结清" in text_of(wang.get("/workbench/labels?lang=zh"))
    answer = ask(wang, desk, "1")
    assert answer.status_code == 400 and "10 枚标签没有交代清楚" in text_of(answer)
    assert the_part(one.id).stands is PartState.HELD


def _last_year(desk: Desk) -> dict[str, object]:
    place = {"indication_id": desk.gi_id, "producer_id": desk.producer_id, "adcode": "640521"}
    return place | {"year": YEAR - 1, "ceiling_g": 0, "labelled_g": 0}


def test_labels_go_from_grower_to_packer_when_both_say_so(client, app, desk):
    one = issued(desk, 100)
    wang, packer = enter(client, desk.wang), enter(app.test_client(), desk.packer)
    piece = f"/workbench/labels/parts/{the_part(one.id).id}"
    wrong = press(wang, piece, f"{piece}/offer", taker="P999999999")
    assert wrong.status_code == 400 and "没有这个代码" in text_of(wrong)
    to = desk.other.number
    assert press(wang, piece, f"{piece}/offer", taker=to, first="1", last="40").status_code == 303
    waiting = text_of(packer.get("/workbench/labels?lang=zh"))
    address = re.search(r'action="(/workbench/labels/handovers/\d+)"', waiting).group(1)
    assert "等您接收" in waiting and "40 枚" in waiting
    assert press(packer, "/workbench/labels", address, step="take").status_code == 303
    holders = [(part.first, part.holder_id) for part in parts_of_set(one.id)]
    assert holders == [(1, desk.other_id), (41, desk.producer_id)]


def test_a_loss_with_evidence_and_a_season_that_is_closed(client, app, desk):
    one = issued(desk, 10)
    wang, county = enter(client, desk.wang), enter(app.test_client(), desk.county)
    piece = f"/workbench/labels/parts/{the_part(one.id).id}"
    bare = press(wang, piece, piece, state="destroyed")
    assert bare.status_code == 400 and 'id="reason-error"' in text_of(bare)
    sent = {"state": "destroyed", "reason": "仓库漏雨泡坏了", "version": version_on(wang, piece)}
    sent |= {"first": "1", "last": "4", "file": (io.BytesIO(PNG), "雨.png")}
    assert wang.post(piece, data=sent, content_type="multipart/form-data").status_code == 303
    page = text_of(county.get("/office/labels/confirm"))
    assert "仓库漏雨泡坏了" in page and "雨.png" in page
    paper = re.search(r'href="(/papers/labels/\d+/\d+)"', page).group(1)
    file = re.search(r'<img src="(/office/labels/papers/\d+)"', text_of(county.get(paper))).group(1)
    assert county.get(file).data == PNG
    for address in (paper, file):
        assert enter(app.test_client(), desk.other_county).get(address).status_code == 404
    address = re.search(r'action="(/office/labels/parts/\d+)"', page).group(1)
    assert press(county, "/office/labels/confirm", address, step="confirm").status_code == 303
    rest = next(part for part in parts_of_set(one.id) if part.stands is PartState.HELD)
    piece = f"/workbench/labels/parts/{rest.id}"
    assert press(wang, piece, piece, state="used").status_code == 303
    ledger = find_account(desk.gi_id, desk.producer_id, YEAR).id
    assert "可以结清" in text_of(county.get(f"/office/labels/accounts?year={YEAR}&lang=zh"))
    page = f"/office/labels/accounts/{ledger}"
    assert press(county, page, f"{page}/close").status_code == 303
    assert "已结清" in text_of(county.get(f"{page}?lang=zh"))


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100"
    "c9fe92ef0000000049454e44ae426082"
)


def test_the_printed_sheet_is_read_back_without_a_miss(client, desk, tmp_path: Path):
    one = issued(desk, 30, 500)
    wang, part = enter(client, desk.wang), the_part(one.id)
    pdf = wang.get(f"/workbench/labels/parts/{part.id}/labels.pdf")
    assert pdf.data.startswith(b"%PDF-")
    rows = list(
        csv.reader(io.StringIO(wang.get(f"/workbench/labels/parts/{part.id}/labels.csv").get_data(True)))
    )
    for dots in ("200", "400"):
        assert read_back(pdf.data, dots, tmp_path / dots) == (2, sorted(row[2] for row in rows[1:])), dots


def read_back(pdf: bytes, dots: str, folder: Path) -> tuple[int, list[str]]:
    """How many pages there are, and what a reader of codes finds at this many dots an inch, label by label as
    a phone does. Shown a whole page it overlooks two to five of a thousand, and reads them alone."""
    folder.mkdir()
    file = folder / "sheet.pdf"
    file.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", dots, "-gray", file, folder / "page"], check=True)
    pages = sorted(folder.glob("page*"))
    labels = [label for page in pages for label in cut_out(page)]
    done = subprocess.run(["zbarimg", "-q", "--raw", *labels], capture_output=True, text=True, check=True)
    return len(pages), sorted(done.stdout.split())


def cut_out(page: Path) -> Iterator[Path]:
    """The labels of a page as pictures of their own; those with nothing on them are left out."""
    with Image.open(page) as sheet:
        wide, high = (int(sheet.width * length / WIDTH) for length in (LABEL_WIDTH, LABEL_HEIGHT))
        top = round(sheet.width * TOP / WIDTH)
        for row in range(ROWS):
            for column in range(COLUMNS):
                left, above = column * wide, top + row * high
                label = sheet.crop((left, above, left + wide, above + high))
                if label.getextrema()[0] < 128:
                    label.save(page.with_name(f"{page.stem}-{row}-{column}.png"))
                    yield page.with_name(f"{page.stem}-{row}-{column}.png")


def test_many_sheets_are_made_in_the_background_and_taken_when_ready(client, app, desk):
    count = MOST_AT_ONCE + 1
    wang, part = enter(client, desk.wang), the_part(issued(desk, count).id)
    begun = wang.post(f"/workbench/labels/parts/{part.id}/sheets", data={"first": "1", "last": "24"})
    assert begun.headers["Location"].endswith("/labels.pdf?first=1&last=24")
    page = wang.post(f"/workbench/labels/parts/{part.id}/sheets", data={}).headers["Location"]
    assert "等待制作" in text_of(wang.get(f"{page}?lang=zh")) and wang.get(f"{page}/1.pdf").status_code == 404
    assert page in text_of(wang.get(f"/workbench/labels/parts/{part.id}"))
    assert do_waiting_work()["label-sheets"] == 1
    assert wang.get(f"{page}/progress").json == {"done": count, "whole": count, "finished": True, "url": page}
    with wang.get(f"{page}/1.pdf") as file:
        assert file.data.startswith(b"%PDF-")
    _restored_without_their_files_they_are_made_again(wang, page)
    packer = enter(app.test_client(), desk.packer)
    assert packer.get(page).status_code == packer.get(f"{page}/1.pdf").status_code == 404
    assert packer.post(f"/workbench/labels/parts/{part.id}/sheets").status_code == 404
    assert app.test_client().get(page).status_code == 302


def test_sheets_asked_for_twice_are_made_once_and_given_up_when_not_wanted(client, desk):
    wang, part = enter(client, desk.wang), the_part(issued(desk, MOST_AT_ONCE + 1).id)
    asked = f"/workbench/labels/parts/{part.id}/sheets"
    page = wang.post(asked, data={}).headers["Location"]
    assert wang.post(asked, data={}).headers["Location"] == page
    assert "不做了" in text_of(wang.get(f"{page}?lang=zh"))
    wang.post(f"{page}/give-up")
    assert "label-sheets" not in do_waiting_work()
    assert page not in text_of(wang.get(f"/workbench/labels/parts/{part.id}"))
    again = wang.post(asked, data={}).headers["Location"]
    assert again != page and do_waiting_work()["label-sheets"] == 1
    wang.post(f"{again}/give-up")
    with wang.get(f"{again}/1.pdf") as file:
        assert file.data.startswith(b"%PDF-")


def _restored_without_their_files_they_are_made_again(wang, page: str) -> None:
    sheets = db.session.scalars(select(LabelSheets)).one()
    make_lost_again()
    assert "label-sheets" not in do_waiting_work()
    file_of(sheets, sheets.pieces[0]).unlink()
    assert wang.get(f"{page}/1.pdf").status_code == 404
    make_lost_again()
    assert do_waiting_work()["label-sheets"] == 1
    with wang.get(f"{page}/1.pdf") as file:
        assert file.data.startswith(b"%PDF-")


def test_who_has_nothing_to_do_with_it_finds_nothing(client, app, desk):
    one = issued(desk, 10)
    part = the_part(one.id).id
    packer = enter(client, desk.packer)
    for address in (f"parts/{part}", f"parts/{part}/labels.csv", f"parts/{part}/labels.pdf"):
        assert packer.get(f"/workbench/labels/{address}").status_code == 404
    assert packer.get(f"/workbench/labels/new?licence={desk.licence.number}").status_code == 404
    far = enter(app.test_client(), desk.other_county)
    for address in (f"sets/{one.id}", f"requests/{db.session.query(LabelRequest).one().number}"):
        assert far.get(f"/office/labels/{address}").status_code == 404
    inspector = enter(app.test_client(), desk.inspector)
    assert inspector.get(f"/office/labels/sets/{one.id}").status_code == 200
    assert inspector.post(f"/office/labels/parts/{part}", data={"version": "1"}).status_code == 403
    assert app.test_client().get("/workbench/labels").status_code == 302
