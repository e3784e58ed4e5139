"""The first page of an official's day: what waits, for whom, and calm where nothing does."""

import html
from datetime import date

import pytest

from portal.accounts.actions import notify
from portal.catalogue.models import Correction
from portal.db import db, transaction
from portal.lib.clock import now
from portal.lib.text import Text
from portal.office import desk as trays
from portal.office.desk import Item, Tray, add_tray, trays_for
from portal.office.views import first_due
from tests.catalogue_desk import GOJI, PASSWORD, open_desk


@pytest.fixture
def desk(app):
    return open_desk()


@pytest.fixture
def enter(client, desk):
    def sign_in(name):
        client.post("/account/sign-out")
        client.post("/account/sign-in", data={"email": f"{name}@example.test", "password": PASSWORD})
        return client

    return sign_in


def page_of(client, lang="zh"):
    answer = client.get(f"/office/?lang={lang}")
    assert answer.status_code == 200
    return html.unescape(answer.get_data(as_text=True))


# What an office owes at the end of a year, and to a new account, has tests of its own.
OWED = ("reports-begin", "zone-summaries", "accounts")


@pytest.fixture(autouse=True)
def _nothing_owed(app, monkeypatch) -> None:
    """The desk as in May, with every account named. The rooms of the app have put their trays up by now."""
    kept = {key: place for key, place in trays._trays.items() if key not in OWED}
    monkeypatch.setattr(trays, "_trays", kept)


def send_correction(region="640521"):
    with transaction():
        db.session.add(
            Correction(
                receipt="K7M2P9",
                subject=f"gi:{GOJI}",
                region=region,
                field="name",
                message="写错了",
                received_at=now(),
            )
        )


def test_a_stranger_is_asked_to_sign_in_and_a_producer_is_refused(client, enter):
    assert client.get("/office/").status_code == 302
    assert enter("producer").get("/office/").status_code == 403


@pytest.mark.parametrize("who", ["registrar", "city", "province", "inspector", "auditor", "stranger"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_everybody_of_the_office_has_a_first_page_in_both_languages(enter, who, lang):
    page = page_of(enter(who), lang)
    assert ("现在没有等您办的事" if lang == "zh" else "Nothing waits for you now") in page


def test_a_correction_waits_in_its_own_region_only(enter):
    send_correction()
    assert "写错了" in page_of(enter("registrar")) and "今天有 1 件事等您办" in page_of(enter("registrar"))
    assert "写错了" in page_of(enter("province"))
    assert "写错了" not in page_of(enter("stranger"))
    assert "写错了" not in page_of(enter("inspector"))


def test_records_with_gaps_and_notices_are_good_to_know_and_no_work_of_today(enter, desk):
    with transaction():
        notify(desk["registrar"].id, Text("有新规则", "a new rule"), "/about/method", now())
    page = page_of(enter("registrar"))
    assert "还不完整的记录" in page and "有新规则" in page
    assert "现在没有等您办的事" in page
    assert "有新规则" not in page_of(enter("colleague"))


def test_rooms_above_add_their_trays_in_their_order_and_with_their_days(enter, desk, monkeypatch):
    monkeypatch.setattr(trays, "_trays", {})
    items = [Item(Text("申请一", "application one"), "/office/x", due=date(2026, 12, 3))]
    add_tray("later", 20, lambda account: Tray(Text("后", "later"), 1, items, "/office/later"))
    add_tray(
        "sooner",
        10,
        lambda account: Tray(Text("先", "sooner"), 7, items, "/office/sooner", date(2026, 12, 1)),
    )
    add_tray("others", 5, lambda account: None)
    assert [key for key, _ in trays_for(desk["registrar"])] == ["sooner", "later"]
    page = page_of(enter("registrar"))
    assert "今天有 8 件事等您办" in page and "2026年12月1日" in page and "全部 7 件" in page
    assert page.index("先") < page.index("后")


def test_the_first_day_is_the_earliest_of_trays_and_items():
    item = Item(Text("a", "a"), "/", due=date(2026, 12, 2))
    assert first_due([Tray(Text("a", "a"), 1, [item], "/", date(2026, 12, 5))]) == date(2026, 12, 2)
    assert first_due([Tray(Text("a", "a"), 1, [Item(Text("a", "a"), "/")], "/")]) is None


def test_the_page_is_kept_by_nobody(enter):
    assert "no-store" in enter("registrar").get("/office/").headers["Cache-Control"]
