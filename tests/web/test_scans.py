"""What whoever scans a label sees; the balance for anyone; the office's lists."""

import html

import pytest
from flask import Flask

from portal.batches.actions import Made, Wanted, enter_event
from portal.batches.models import Batch
from portal.batches.rules import Kind
from portal.db import db, transaction
from portal.labels.codes import printed
from portal.labels.lookup import find_label
from portal.lib.clock import now
from portal.scans.queries import counter
from portal.scans.summing import sum_scans
from tests.database.test_scans import YEAR, Shelf
from tests.ledger_rows import enter


@pytest.fixture
def shelf(app: Flask) -> Shelf:
    yield Shelf()
    counter().close()


def text_of(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


def on_batch(client, shelf: Shelf, grams: int = 50_000) -> str:
    """A harvest of the first producer that carries its first ten labels."""
    wanted = Wanted(Kind.HARVEST, now(), outputs=(Made(grams, "干果", "D-1"),), indication=shelf.gi)
    with transaction():
        event = enter_event(shelf.wang, shelf.makers[0], wanted, now())
        code = event.parts[0].batch.code
    enter(client, shelf.wang)
    page = text_of(client.get(f"/workbench/batches/{code}?lang=zh"))
    part = page.split('name="range">')[1].split('value="')[1].split('"')[0]
    sent = {"range": part, "first": "1", "last": "10"}
    assert client.post(f"/workbench/batches/{code}/labels", data=sent).status_code == 303
    return code


def test_a_scan_tells_earlier_scans_and_the_story_on_one_page(client, app, shelf: Shelf):
    batch = on_batch(client, shelf)
    stranger, address = app.test_client(), f"/v/{printed(shelf.code(1))}"
    first = stranger.get(address)
    assert first.status_code == 200 and "第一次被扫" in text_of(first)
    assert "no-store" in first.headers["Cache-Control"] and "Set-Cookie" not in first.headers
    stranger.head(address)
    stranger.get(address + "?lang=zh")
    again = text_of(stranger.get(address))
    assert "此前被扫 1 次" in again and batch in again and "生产" in again and "授权今天有效" in again
    assert f"/tips/new?code={shelf.code(1)}&gi={shelf.gi.slug}&batch={batch}" in again
    assert counter().find(shelf.sets[0].id, 1).scans == 2
    assert "第一次被扫" in text_of(stranger.get(f"/v/{shelf.code(11)}"))


def test_a_recall_stands_above_whatever_the_label_is(client, app, shelf: Shelf):
    batch = on_batch(client, shelf)
    office, stranger = enter(app.test_client(), shelf.county), app.test_client()
    assert office.post(f"/office/batches/{batch}/recall", data={"reason": "农残超标召回"}).status_code == 303
    page = text_of(stranger.get(f"/v/{shelf.code(1)}?lang=zh"))
    assert page.index("农残超标召回") < page.index('class="verdict-text"')
    assert "已召回" not in text_of(stranger.get(f"/v/{shelf.code(11)}?lang=zh"))


def test_a_code_that_no_label_has_is_only_counted(app, shelf: Shelf):
    code = shelf.code(1)
    other = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert app.test_client().get(f"/v/{other}").status_code == 404
    assert counter().unknown()[0][1] == 1
    assert counter().counted() == 0


def test_a_province_is_taken_without_a_form_token_and_nothing_else(app, shelf: Shelf):
    app.config["WTF_CSRF_ENABLED"] = True
    stranger, address = app.test_client(), f"/v/{shelf.code(1)}"
    stranger.get(address)
    assert stranger.post(address + "/place", data={"province": "640000"}).status_code == 303
    assert stranger.post(address + "/place", data={"province": "x"}).status_code == 400
    assert counter().find(shelf.sets[0].id, 1).places == ["64"]


def test_labels_are_on_one_batch_only_and_not_heavier_than_it(client, shelf: Shelf):
    code = on_batch(client, shelf, grams=6_000)
    there = f"/workbench/batches/{code}"
    page = text_of(client.get(there + "?lang=zh"))
    part = page.split('name="range">')[1].split('value="')[1].split('"')[0]
    twice = client.post(there + "/labels", data={"range": part, "first": "10", "last": "11"})
    assert twice.status_code == 400 and "别的批次" in text_of(twice)
    heavy = client.post(there + "/labels", data={"range": part, "first": "11", "last": "13"})
    assert heavy.status_code == 400 and "标签合计 6.5 公斤" in text_of(heavy)
    outside = client.post(there + "/labels", data={"range": part, "first": "11", "last": "101"})
    assert outside.status_code == 400
    fits = {"range": part, "first": "11", "last": "12", "in_use": "1"}
    assert client.post(there + "/labels", data=fits).status_code == 303
    found = [find_label(shelf.code(place)).state.value for place in (10, 11, 12, 13)]
    assert found == ["held", "used", "used", "held"]


def test_where_a_packet_came_from_is_found_by_its_label(client, app, shelf: Shelf):
    code = on_batch(client, shelf)
    office = enter(app.test_client(), shelf.county)
    found = office.get(f"/office/batches/find?code=https://x.test/v/{printed(shelf.code(3))}")
    assert found.status_code == 303 and code in found.headers["Location"]
    assert office.get(f"/office/batches/find?code={shelf.code(50)}").status_code == 404
    sheet = office.get(f"/office/batches/{code}/trace.csv").get_data(as_text=True)
    assert ",10," in sheet


def test_a_plot_shows_what_it_reached(client, app, shelf: Shelf):
    code = on_batch(client, shelf)
    number = f"T{shelf.makers[0].id}"
    office = enter(app.test_client(), shelf.county)
    assert "没有到达任何批次" in text_of(office.get(f"/office/batches/plot/{number}?lang=zh"))
    with transaction():
        from portal.land.models import Plot

        plot = db.session.query(Plot).filter_by(number=number).one()
        db.session.query(Batch).filter_by(code=code).one().plot_id = plot.id
    assert code in text_of(office.get(f"/office/batches/plot/{number}"))
    assert office.get("/office/batches/plot/T404").status_code == 404


def test_the_balance_is_for_anyone_and_the_lists_are_not(client, app, shelf: Shelf):
    client.get(f"/v/{shelf.code(1)}")
    sum_scans()
    address = f"/gi/hongguo/balance?year={YEAR}&lang=zh"
    page = app.test_client().get(address)
    assert "300 枚" in text_of(page) and "max-age=60" in page.headers["Cache-Control"]
    assert app.test_client().get(f"/gi/hongguo/balance?year={YEAR - 1}").status_code == 200
    office = enter(app.test_client(), shelf.county)
    assert "名hongguo" in text_of(office.get(f"/office/supply?year={YEAR}"))
    assert shelf.makers[0].name in text_of(office.get("/office/scans"))
    for closed in ("/office/supply", "/office/scans"):
        assert app.test_client().get(closed).status_code == 302
        assert enter(app.test_client(), shelf.wang).get(closed).status_code == 403
