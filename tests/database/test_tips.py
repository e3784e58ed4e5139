"""Tips in the database: nothing is dropped, clocks run, and nobody learns who told but who must."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import inspect, select, text

from portal.accounts.sealing import Unreadable
from portal.db import db, transaction
from portal.lib.periods import Standing
from portal.lib.problems import NotAllowed, NotFound, Outdated, RuleBroken
from portal.register.models import Entry
from portal.tips.actions import join, mark_told, take_step
from portal.tips.clock_actions import pause_for_test, resume_after_test
from portal.tips.models import TipStep
from portal.tips.photographs import read_photograph
from portal.tips.queries import (
    TipFilter,
    due_by,
    figures_of,
    get_by_receipt,
    get_tip_for,
    photographs_of,
    similar_to,
    tips_in,
)
from portal.tips.rules import Clock, Kind, State, Step
from portal.tips.senders import look_at_sender, seal_senders_again
from tests.tip_desk import CALENDAR, KEY, NAME, NAMED, NOW, PHONE, TODAY, prepare, told


@pytest.fixture
def desk(app: Flask):
    return prepare()


def step(desk, number: str, which: Step, reason: str = "", answer: str = "", who: str = "county") -> None:
    with transaction():
        account = getattr(desk, who)
        tip = get_tip_for(account, number)
        take_step(account, tip, which, reason, answer, tip.version, CALENDAR, NOW)


def test_a_tip_has_a_receipt_a_clock_and_a_secret_that_opens_it(desk, tmp_path):
    receipt = told(tmp_path)
    tip = get_by_receipt(receipt.number.lower(), receipt.secret.lower())
    assert (tip.stands, tip.next_clock.what) == (State.RECEIVED, Clock.CHECK)
    assert tip.next_clock.due_on == date(2026, 11, 23)
    for number, secret in ((receipt.number, "AAAAA-AAAAA"), ("T26-AAAAAAA", receipt.secret)):
        with pytest.raises(NotFound):
            get_by_receipt(number, secret)


def test_a_tip_goes_its_way_to_a_case_and_its_sender_is_told(desk, tmp_path):
    number = told(tmp_path, **NAMED).number
    step(desk, number, Step.BEGIN_CHECK)
    step(desk, number, Step.EXTEND, "需要等待检验结果")
    tip = get_tip_for(desk.county, number)
    assert CALENDAR.between(TODAY, tip.next_clock.due_on) == 30
    with pytest.raises(RuleBroken):
        step(desk, number, Step.EXTEND, "再等等检验的结果")
    step(desk, number, Step.FILE, answer="已经立案调查")
    tip = get_tip_for(desk.county, number)
    assert tip.next_clock.what is Clock.TELL
    with transaction():
        tip = get_tip_for(desk.county, number)
        mark_told(desk.county, tip, "电话告知", tip.version, NOW)
    assert get_tip_for(desk.county, number).next_clock is None


def test_a_complaint_is_accepted_and_settled_within_its_days(desk, tmp_path):
    number = told(tmp_path, kind="complaint", request="退货退款", **NAMED).number
    tip = get_tip_for(desk.county, number)
    assert CALENDAR.between(TODAY, tip.next_clock.due_on) == 7
    step(desk, number, Step.ACCEPT)
    tip = get_tip_for(desk.county, number)
    assert CALENDAR.between(TODAY, tip.next_clock.due_on) == 45
    with pytest.raises(RuleBroken):
        step(desk, number, Step.FILE)
    step(desk, number, Step.SETTLE, "双方同意退款")
    assert get_tip_for(desk.county, number).stands is State.SETTLED


def test_another_county_neither_sees_nor_handles_it(desk, tmp_path):
    number = told(tmp_path).number
    with pytest.raises(NotFound):
        get_tip_for(desk.other_county, number)
    assert list(db.session.scalars(tips_in(desk.other_county, TipFilter()))) == []
    assert len(list(db.session.scalars(tips_in(desk.city, TipFilter())))) == 1
    for who in ("inspector", "auditor"):
        with pytest.raises(NotAllowed):
            step(desk, number, Step.BEGIN_CHECK, who=who)


def test_a_stale_page_changes_nothing(desk, tmp_path):
    number = told(tmp_path).number
    seen = get_tip_for(desk.county, number).version
    step(desk, number, Step.BEGIN_CHECK)
    with pytest.raises(Outdated), transaction():
        tip = get_tip_for(desk.county, number)
        take_step(desk.county, tip, Step.MOVE, "不在本县管辖", "", seen, CALENDAR, NOW)


def test_a_flood_is_held_and_an_honest_one_in_it_is_let_in(desk, tmp_path):
    receipts = [told(tmp_path, sender="same") for _ in range(7)]
    states = [get_by_receipt(one.number, one.secret).stands for one in receipts]
    assert states == [State.RECEIVED] * 5 + [State.HELD] * 2
    assert get_tip_for(desk.county, receipts[-1].number).next_clock is None
    with transaction():
        tip, later = get_tip_for(desk.county, receipts[-1].number), NOW + timedelta(days=3)
        take_step(desk.county, tip, Step.RELEASE, "", "", tip.version, CALENDAR, later)
    clock = get_tip_for(desk.county, receipts[-1].number).next_clock
    assert (clock.what, clock.from_on) == (Clock.CHECK, TODAY)
    later = told(tmp_path, now=NOW + timedelta(hours=2), sender="same")
    assert get_by_receipt(later.number, later.secret).stands is State.RECEIVED


def test_the_same_thing_told_twice_is_joined_and_both_can_follow(desk, tmp_path):
    first, second = told(tmp_path, code="AAAA"), told(tmp_path, code="AAAA")
    assert [one.number for one in similar_to(get_tip_for(desk.county, second.number))] == [first.number]
    with transaction():
        tip, main = get_tip_for(desk.county, second.number), get_tip_for(desk.county, first.number)
        join(desk.county, tip, main, tip.version, CALENDAR, NOW)
    assert get_by_receipt(second.number, second.secret).stands is State.JOINED
    assert get_tip_for(desk.county, second.number).next_clock is None


def test_only_the_handling_county_may_look_who_told_and_each_look_is_an_entry(desk, tmp_path):
    number = told(tmp_path, **NAMED).number
    for who in ("city", "inspector", "auditor", "province"):
        with pytest.raises(NotAllowed), transaction():
            account = getattr(desk, who)
            look_at_sender(account, get_tip_for(account, number), "需要回访核实", (KEY,), NOW)
    with pytest.raises(RuleBroken), transaction():
        look_at_sender(desk.county, get_tip_for(desk.county, number), "", (KEY,), NOW)
    with transaction():
        seen = look_at_sender(desk.county, get_tip_for(desk.county, number), "需要回访核实", (KEY,), NOW)
    assert seen == {"name": NAME, "phone": PHONE}
    looks = list(db.session.scalars(select(Entry).where(Entry.verb == "sender_seen")))
    assert [(one.subject, one.public) for one in looks] == [(f"tip:{number}", False)]


def test_a_changed_key_opens_nobody_until_the_seals_are_made_anew(desk, tmp_path):
    number = told(tmp_path, **NAMED).number
    keys = ("another-key-of-the-tests-0123456789", KEY)
    with pytest.raises(Unreadable), transaction():
        look_at_sender(desk.county, get_tip_for(desk.county, number), "需要回访核实", keys[:1], NOW)
    with transaction():
        assert seal_senders_again(keys) == (1, 0)
    with transaction():
        assert seal_senders_again(keys) == (0, 0)
        seen = look_at_sender(desk.county, get_tip_for(desk.county, number), "需要回访核实", keys[:1], NOW)
    assert seen == {"name": NAME, "phone": PHONE}


def test_no_table_holds_the_name_or_the_telephone_of_who_told(desk, tmp_path):
    number = told(tmp_path, **NAMED).number
    step(desk, number, Step.BEGIN_CHECK)
    for table in inspect(db.engine).get_table_names():
        rows = db.session.execute(text(f'SELECT * FROM "{table}"')).all()
        assert NAME not in str(rows), table
        assert PHONE not in str(rows), table


def test_a_photograph_keeps_its_pixels_and_nothing_of_who_took_it(desk, tmp_path):
    kept = BytesIO()
    picture = Image.new("RGB", (40, 30), "red")
    exif = picture.getexif()
    exif[0x010F], exif[0x9003] = "SecretPhone", "2026:11:01 10:00:00"
    picture.save(kept, "JPEG", exif=exif)
    assert b"SecretPhone" in kept.getvalue()
    paper = read_photograph(kept.getvalue())
    assert b"SecretPhone" not in paper.content
    with Image.open(BytesIO(paper.content)) as plain:
        assert (plain.size, dict(plain.getexif())) == ((40, 30), {})
    number = told(tmp_path, photographs=[paper]).number
    assert [one.digest for one in photographs_of(get_tip_for(desk.county, number))] == [paper.digest]
    with pytest.raises(RuleBroken):
        read_photograph(b"%PDF-1.4 not a picture")


def test_what_is_due_comes_in_order(desk, tmp_path):
    late = told(tmp_path, now=NOW - timedelta(days=60)).number
    soon = told(tmp_path, kind="complaint", request="退货", **NAMED).number
    found = due_by(desk.county, TODAY + timedelta(days=30))
    assert [tip.number for _, tip in found] == [late, soon]
    assert [clock.standing(TODAY) for clock, _ in found] == [Standing.LATE, Standing.RUNNING]


def test_figures_of_a_year_name_nobody(desk, tmp_path):
    number = told(tmp_path, **NAMED).number
    told(tmp_path, kind="complaint", request="退货", **NAMED)
    step(desk, number, Step.BEGIN_CHECK)
    step(desk, number, Step.NOT_FILE, "查无实据，不予立案")
    figures = figures_of("640500", 2026)
    assert figures.received == {Kind.TIP: 1, Kind.COMPLAINT: 1}
    assert figures.ended == {State.NOT_FILED: 1}
    assert (figures.in_time, figures.late) == (1, 0)
    assert figures_of("640522", 2026).received == {}
    assert db.session.scalars(select(TipStep.note).where(TipStep.step == "not_file")).one()


def test_the_days_of_a_test_are_added_to_the_settlement(desk, tmp_path):
    number = told(tmp_path, kind="complaint", request="退款", **NAMED).number
    step(desk, number, Step.ACCEPT)
    before = get_tip_for(desk.county, number).next_clock.due_on
    with transaction():
        tip = get_tip_for(desk.county, number)
        pause_for_test(desk.county, tip, "送县检验所检验霉变", tip.version, NOW)
    with transaction():
        tip = get_tip_for(desk.county, number)
        resume_after_test(desk.county, tip, tip.version, CALENDAR, NOW + timedelta(days=14))
    clock = get_tip_for(desk.county, number).next_clock
    assert clock.paused_on is None and CALENDAR.between(before, clock.due_on) == clock.paused_days == 10
    with pytest.raises(RuleBroken), transaction():
        tip = get_tip_for(desk.county, number)
        resume_after_test(desk.county, tip, tip.version, CALENDAR, NOW)
