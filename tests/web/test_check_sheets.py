"""What each check found: sheets, corrections, re-checks, results; who sees what; officers; clocks."""

import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.cases.models import Case
from portal.checks import sheets
from portal.checks.models import (
    Check,
    CheckPhoto,
    CheckSheet,
    Officer,
)
from portal.checks.rules import ITEM_KEYS
from portal.credit.queries import compute
from portal.db import db, transaction
from portal.lib.clock import today
from portal.register.actions import PORTAL
from portal.register.models import Entry
from tests.check_desk import World, checks, draft, drawn, press, text_of
from tests.ledger_rows import enter
from tests.setting_authorisation import picture


@pytest.fixture
def world(app: Flask) -> World:
    return World()


def sheet(world: World, one: Check, key: str = "a" * 32, result: str = "passed", **more: object) -> dict:
    marks = {f"item-{key}": "ok" for key in ITEM_KEYS}
    if result in ("ordered", "on_the_spot", "case"):
        marks["item-code"] = "problem"
    with db.session.no_autoflush:
        from portal.checks.queries import _checks

        check = db.session.scalar(_checks().where(Check.id == one.id))
        present = [officer.officer.licence for officer in check.officers]
    return (
        marks
        | {
            "client_key": key,
            "present": present,
            "visited_on": today().isoformat(),
            "result": result,
            "words": "包装未标代码",
            "correction_days": "10",
        }
        | more
    )


def test_a_sheet_with_photographs_moves_the_check_on_and_sent_twice_is_one(client, app, world):
    number = drawn(client, app, world)
    one = checks(number)[0]
    for _ in range(2):
        photos = [(io.BytesIO(picture(colour)), f"{colour}.jpg") for colour in ("red", "blue")]
        sent = sheet(world, one) | {"file": photos}
        answer = client.post(
            f"/office/checks/made/{one.id}/sheet", data=sent, headers={"Accept": "application/json"}
        )
        assert answer.status_code == 200, text_of(answer)
    assert len(db.session.scalars(select(CheckSheet)).all()) == 1
    photos = db.session.scalars(select(CheckPhoto)).all()
    assert len(photos) == 2
    assert client.get(f"/check-photos/{photos[0].id}").mimetype == "image/jpeg"
    assert enter(app.test_client(), world.far).get(f"/check-photos/{photos[0].id}").status_code == 404
    first, second = (f"/papers/check/{one.id}/{photo.id}" for photo in photos)
    page = text_of(client.get(first))
    assert photos[0].digest in page and "第 1 份，共 2 份" in page
    assert f'rel="next" href="{second}"' in page and 'rel="prev"' not in page
    assert f'rel="prev" href="{first}"' in text_of(client.get(second))
    for who in (world.far, world.wang):
        assert enter(app.test_client(), who).get(first).status_code == 404
    assert checks(number)[0].state == "closed" and checks(number)[0].final == "passed"


def test_a_sheet_of_one_officer_or_for_another_day_is_refused(client, app, world):
    one = checks(drawn(client, app, world))[0]
    address = f"/office/checks/made/{one.id}/sheet"
    alone = sheet(world, one)
    alone["present"] = alone["present"][:1]
    answer = client.post(address, data=alone)
    assert answer.status_code == 400 and "不少于两名" in text_of(answer)
    tomorrow = sheet(world, one, visited_on=(today() + timedelta(1)).isoformat())
    assert client.post(address, data=tomorrow).status_code == 400
    wrong = sheet(world, one) | {"file": (io.BytesIO(b"<script>"), "a.jpg")}
    assert client.post(address, data=wrong).status_code == 400
    assert db.session.scalars(select(CheckSheet)).all() == []


def put_right(client, app, world: World) -> tuple[str, Check]:
    """A check of Wang’s firm that found something to put right."""
    number = drawn(client, app, world)
    with transaction():
        one = db.session.scalars(select(Check).order_by(Check.id)).first()
        one.producer_id = world.makers[0].id
    answer = client.post(f"/office/checks/made/{one.id}/sheet", data=sheet(world, one, result="ordered"))
    assert answer.status_code == 303, text_of(answer)
    return number, checks(number)[0]


def test_a_correction_is_reported_rechecked_and_counts_for_credit(client, app, world):
    number, one = put_right(client, app, world)
    assert one.state == "correcting" and one.due_on > today()
    wang = enter(app.test_client(), world.wang)
    assert "责令改正" in text_of(wang.get("/workbench/?lang=zh"))
    seen = {"version": one.version, "words": "已全部更换包装，附照片。"}
    sent = seen | {"file": (io.BytesIO(picture()), "a.jpg")}
    assert wang.post(f"/workbench/checks/{one.id}", data=sent).status_code == 303
    assert wang.post(f"/workbench/checks/{one.id}", data=seen).status_code == 409
    assert checks(number)[0].state == "reported"
    again = sheet(world, one, key="b" * 32, result="passed")
    assert client.post(f"/office/checks/made/{one.id}/sheet", data=again).status_code == 303
    assert checks(number)[0].final == "passed"
    reasons = compute([(world.makers[0].id, "640521")], today())
    keys = {reason.key for found in reasons for reason in found.reasons}
    assert keys == set() or {"check_ordered", "correction_in_time"} <= keys


def test_a_result_is_public_only_after_it_was_made_public(client, app, world):
    number, _ = put_right(client, app, world)
    stranger = app.test_client()
    assert "结果待公示" in text_of(stranger.get(f"/checks/{number}?lang=zh"))
    assert stranger.get(f"/api/v1/checks/{number}").get_json()["results"] == []
    assert press(client, number, "publish").status_code == 303
    page = text_of(stranger.get(f"/checks/{number}?lang=zh"))
    assert "责令限期改正" in page and "包装未标代码" not in page
    assert [one["result"] for one in stranger.get(f"/api/v1/checks/{number}").get_json()["results"]] == [
        "ordered"
    ]
    assert press(client, number, "again", reason="想再抽一次看看结果如何").status_code == 400


def test_a_failed_check_becomes_a_case_once(client, app, world):
    number, one = put_right(client, app, world)
    address, seen = f"/office/checks/made/{one.id}/case", {"version": one.version}
    far = enter(app.test_client(), world.far)
    assert far.post(address, data=seen).status_code == 404
    assert client.post(address, data=seen).status_code == 303
    case = db.session.scalars(select(Case)).one()
    assert (case.origin, case.origin_ref) == ("check", f"check:{number}/1.1")
    assert client.post(address, data={"version": checks(number)[0].version}).status_code == 400


def test_the_next_of_the_lot_takes_the_place_of_an_officer(client, app, world):
    number = drawn(client, app, world)
    one = checks(number)[0]
    before = sheet(world, one)["present"]
    sent = {"version": one.version, "licence": before[0], "reason": "当日参加培训，不能到场"}
    assert client.post(f"/office/checks/made/{one.id}/replace", data=sent).status_code == 303
    after = [o for o in sheet(world, checks(number)[0])["present"] if o not in before]
    assert len(after) == 1
    assert client.post(f"/office/checks/made/{one.id}/replace", data=sent).status_code == 409
    assert before[0] in text_of(app.test_client().get(f"/checks/{number}"))


# ---- who sees what


def test_a_stranger_sees_only_what_is_public(client, app, world):
    number = draft(client, world)
    stranger = app.test_client()
    assert stranger.get("/checks/").status_code == 200
    for path in (f"/checks/{number}", f"/checks/{number}/proof", f"/api/v1/checks/{number}"):
        assert stranger.get(path).status_code == 404, path
    press(client, number, "freeze")
    assert stranger.get(f"/checks/{number}").status_code == 200
    assert stranger.get(f"/checks/{number}/proof").status_code == 404
    for path in (f"/office/checks/{number}", "/office/checks/mine", "/workbench/checks", "/check-photos/1"):
        assert stranger.get(path).status_code == 302, path


def test_another_county_finds_nothing_and_an_auditor_changes_nothing(client, app, world):
    number = drawn(client, app, world)
    far = enter(app.test_client(), world.far)
    one = checks(number)[0]
    for path in (number, f"{number}/edit", f"made/{one.id}"):
        assert far.get(f"/office/checks/{path}").status_code == 404, path
    assert press(far, number, "publish").status_code == 404
    assert far.post(f"/office/checks/made/{one.id}/sheet", data=sheet(world, one)).status_code == 404
    auditor = enter(app.test_client(), world.auditor)
    assert auditor.get(f"/office/checks/{number}").status_code == 200
    assert press(auditor, number, "publish").status_code == 403
    wang = enter(app.test_client(), world.wang)
    assert wang.get("/office/checks").status_code == 403
    # That one was drawn is not told before the visit.
    assert "还没有被抽查过" in text_of(wang.get("/workbench/checks?lang=zh"))


def test_an_officer_sees_what_was_drawn_for_it(client, app, world):
    number = drawn(client, app, world)
    mine = text_of(enter(app.test_client(), world.inspector).get("/office/checks/mine?lang=zh"))
    assert re.search(r"\d 户待检查", mine)
    worker = enter(app.test_client(), world.inspector).get("/office/checks/sheet-worker.js")
    assert worker.mimetype == "text/javascript" and number


def test_officers_are_enlisted_ended_and_declare_conflicts(client, app, world):
    enter(client, world.county)
    sent = {"licence": "640521-9", "name": "赵某", "unit": "中宁县局", "place": "640521", "email": "nobody@x"}
    assert client.post("/office/checks/officers", data=sent).status_code == 400
    assert client.post("/office/checks/officers", data=sent | {"email": ""}).status_code == 303
    assert client.post("/office/checks/officers", data=sent | {"email": ""}).status_code == 400
    new = db.session.scalars(select(Officer).where(Officer.licence == "640521-9")).one()
    declared = {"producer": world.makers[0].number, "reason": "亲属"}
    assert client.post(f"/office/checks/officers/{new.id}/conflicts", data=declared).status_code == 303
    assert "红果公司0" in text_of(client.get("/office/checks/officers"))
    assert client.post(f"/office/checks/officers/{new.id}/end").status_code == 303
    far = enter(app.test_client(), world.far)
    assert far.post(f"/office/checks/officers/{new.id}/return").status_code == 404
    public = db.session.scalars(select(Entry).where(Entry.public, Entry.subject.startswith("officer:"))).all()
    assert public == []


# ---- clocks


def test_the_days_run_across_new_year(app, world, client):
    """Ten working days after 25 December, with New Year’s Day free and a weekend day worked."""
    from portal.authorisation.models import Holiday

    number = drawn(client, app, world)
    with transaction():
        for day, working in ((date(2025, 1, 1), False), (date(2024, 2, 4), True), (date(2025, 1, 26), True)):
            db.session.add(Holiday(day=day, working=working, name="元旦", source="国办发明电"))
    with transaction():
        from portal.checks.queries import _checks

        one = db.session.scalars(_checks().order_by(Check.id)).first()
        one.plan.drawn_at = datetime(2024, 12, 20, tzinfo=UTC)
        data = sheets.SheetData(
            "c" * 32, date(2024, 12, 25), (), {}, {}, sheets.Result.ORDERED, "未标代码", correction_days=10
        )
        at = datetime(2024, 12, 25, tzinfo=UTC)
        sheets.store_sheet(PORTAL, one, data, [], None, date(2024, 12, 25), at)
    stored = checks(number)[0]
    # 26, 27, 30, 31 December; 2, 3, 6, 7, 8, 9 January.
    assert stored.due_on == date(2025, 1, 9)
    # 20 days: on to 23 January.
    assert stored.publish_by == date(2025, 1, 23)
    assert not stored.due_estimated
