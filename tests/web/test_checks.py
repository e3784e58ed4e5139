"""Checks by lot from plan to draw: drawn again by the stand-alone program, steered by nobody."""

import json
import re
import subprocess
import sys
from datetime import timedelta
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import select

from portal.checks.draw import digest as digest_of
from portal.checks.models import (
    Check,
    CheckPlan,
    Commitment,
    Officer,
    OfficerConflict,
)
from portal.credit.actions import ensure_shipped
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.register.models import Entry
from tests.check_desk import (
    PLAN,
    SECRETS,
    World,
    checks,
    commit,
    commitment,
    draft,
    drawn,
    frozen,
    plan_of,
    press,
    run_program,
    text_of,
)
from tests.ledger_rows import enter
from tests.report_rows import a_grade


@pytest.fixture
def world(app: Flask) -> World:
    return World()


def test_a_citizen_draws_again_and_gets_the_same_names(client, app, world, tmp_path):
    number = drawn(client, app, world)
    stranger = app.test_client()
    page = text_of(stranger.get(f"/checks/{number}?lang=zh"))
    assert "抽到 6 户" in page
    done = run_program(tmp_path, stranger.get(f"/checks/{number}/proof.zip").data)
    assert done.returncode == 0, done.stdout + done.stderr
    numbers = {one.id: one.number for one in world.makers + world.homes}
    for one in checks(number):
        assert numbers[one.producer_id] in done.stdout
    proof = json.loads((tmp_path / "proof.json").read_text("utf-8"))
    proof["result"][0]["officers"].reverse()
    (tmp_path / "proof.json").write_text(json.dumps(proof), "utf-8")
    again = [sys.executable, "-I", "draw_check.py", "proof.json"]
    assert subprocess.run(again, cwd=tmp_path, capture_output=True).returncode == 1


def test_the_digests_stand_in_the_log_before_any_seed(client, app, world):
    number = drawn(client, app, world)
    entries = db.session.scalars(
        select(Entry).where(Entry.subject == f"check_plan:{number}", Entry.public).order_by(Entry.n)
    ).all()
    assert [one.verb for one in entries] == [
        "frozen",
        "committed",
        "committed",
        "revealed",
        "revealed",
        "drawn",
    ]
    plan, said = plan_of(number), entries[0].changes
    for digest in (plan.tickets_digest, plan.officers_digest, plan.sealed_digest):
        assert digest in str(said)
    assert SECRETS[0] not in str([one.changes for one in entries[:3]])


def test_the_public_learns_nobody_who_was_not_drawn_and_no_weight(client, app, world):
    number = drawn(client, app, world)
    shown = app.test_client().get(f"/checks/{number}/proof").get_data(as_text=True)
    shown += text_of(app.test_client().get(f"/checks/{number}"))
    inside = {one.producer_id for one in checks(number)}
    for one in world.makers + world.homes:
        assert (one.number in shown) == (one.id in inside), one.name
    for one in world.homes:
        assert one.name not in shown
    assert "检查员" not in shown and '"grade"' not in shown and '"weight"' not in shown


def test_a_secret_that_was_not_committed_is_refused_and_nothing_is_drawn(client, app, world):
    number, other = frozen(client, world), enter(app.test_client(), world.colleague)
    commit(client, number, 0)
    commit(other, number, 1)
    answer = press(client, number, "reveal", secret=SECRETS[0] + "!")
    assert answer.status_code == 400 and "与当初的承诺不符" in text_of(answer)
    assert press(client, number, "reveal", secret=SECRETS[1]).status_code == 400
    third = enter(app.test_client(), world.inspector)
    assert press(third, number, "reveal", secret=SECRETS[0]).status_code == 403
    assert db.session.scalars(select(Commitment).where(Commitment.secret.is_not(None))).all() == []


def test_one_person_cannot_hold_both_halves(client, app, world):
    number = frozen(client, world)
    assert commit(client, number, 0).status_code == 303
    assert commit(client, number, 1).status_code == 400
    other = enter(app.test_client(), world.colleague)
    copied = press(other, number, "commit", digest=commitment(number, 0))
    assert copied.status_code == 400
    assert press(client, number, "reveal", secret=SECRETS[0]).status_code == 400
    assert plan_of(number).state == "frozen"


def test_silence_is_seen_barred_and_replaced_by_the_value_named_beforehand(client, app, world, tmp_path):
    """Whoever reveals second knows the draw a moment earlier; silence neither stops it nor is forgotten."""
    number, other = frozen(client, world), enter(app.test_client(), world.colleague)
    assert "揭示期限之后第一次开奖" in text_of(app.test_client().get(f"/checks/{number}"))
    commit(client, number, 0)
    commit(other, number, 1)
    press(client, number, "reveal", secret=SECRETS[0])
    value = {"value": "03 08 11 17 25 30 + 09", "source": "中国福利彩票网第 2026140 期公告"}
    assert press(client, number, "value", **value).status_code == 400, "the time to reveal is not over"
    with transaction():
        db.session.get_one(CheckPlan, plan_of(number).id).reveal_by = today() - timedelta(1)
    page = text_of(app.test_client().get(f"/checks/{number}?lang=zh"))
    assert "有人逾期未揭示" in page and "逾期未揭示（" in page
    # Too late to choose between the two, and no way round the value.
    assert press(other, number, "reveal", secret=SECRETS[1]).status_code == 400
    again = press(client, number, "again", reason="承诺人乙在期限内没有揭示，另换两人")
    assert again.status_code == 400 and "事先写明的公开数值" in text_of(again)
    assert press(client, number, "value", **(value | {"source": ""})).status_code == 400
    assert press(client, number, "value", **value).status_code == 303
    assert plan_of(number).state == "drawn" and len(checks(number)) == 6
    done = run_program(tmp_path, app.test_client().get(f"/checks/{number}/proof.zip").data)
    assert done.returncode == 0 and value["value"] in done.stdout, done.stdout
    page = text_of(app.test_client().get(f"/checks/{number}?lang=zh"))
    assert "第 2 人没有揭示" in page and value["value"] in page and value["source"] in page
    entered = select(Entry).where(Entry.verb == "value_entered", Entry.public)
    assert commitment(number, 1)[:8] in db.session.scalars(entered).one().changes
    following = frozen(client, world)
    barred = commit(other, following, 1)
    assert barred.status_code == 403 and "没有按期揭示" in text_of(barred)
    assert commit(client, following, 0).status_code == 303


def test_an_auditor_takes_the_sealed_lists_of_a_draw_and_compares_them(client, app, world, tmp_path):
    number, auditor = frozen(client, world), enter(app.test_client(), world.auditor)
    address = f"/office/checks/{number}/lists"
    assert auditor.post(address).status_code == 400, "not before the draw"
    other = enter(app.test_client(), world.colleague)
    commit(client, number, 0)
    commit(other, number, 1)
    press(client, number, "reveal", secret=SECRETS[0])
    press(other, number, "reveal", secret=SECRETS[1])
    assert "取出名单" in text_of(auditor.get(f"/office/checks/{number}?lang=zh"))
    assert "取出名单" not in text_of(client.get(f"/office/checks/{number}?lang=zh"))
    for account, status in ((world.county, 403), (world.far, 404), (world.wang, 403)):
        assert enter(app.test_client(), account).post(address).status_code == status
    taken = auditor.post(address)
    assert taken.headers["Cache-Control"] == "private, no-store"
    assert run_program(tmp_path, taken.data).returncode == 0
    lists = (tmp_path / "sealed-lists.json").read_bytes()
    assert sha256(lists).hexdigest() == plan_of(number).sealed_digest
    compare = [sys.executable, "-I", "draw_check.py", "proof.json", "sealed-lists.json"]
    assert subprocess.run(compare, cwd=tmp_path, capture_output=True).returncode == 0
    (tmp_path / "sealed-lists.json").write_bytes(lists.replace(b'"grade":"none"', b'"grade":"D"', 1))
    changed = subprocess.run(compare, cwd=tmp_path, capture_output=True, text=True)
    assert changed.returncode == 1 and "has not as many tickets" in changed.stdout
    entry = db.session.scalars(select(Entry).where(Entry.verb == "lists_taken")).one()
    assert not entry.public


def test_a_second_draw_needs_a_reason_and_keeps_the_first_proof(client, app, world, tmp_path):
    number = drawn(client, app, world)
    first, digest = [one.producer_id for one in checks(number)], plan_of(number).tickets_digest
    why = "名单误列一家已注销企业，重新冻结"
    assert press(client, number, "again", reason="重抽").status_code == 400
    assert press(client, number, "again", reason=why).status_code == 303
    plan = plan_of(number)
    assert plan.round == 2 and plan.tickets_digest != digest
    assert {one.state for one in db.session.scalars(select(Check))} == {"void"}
    assert digest_of(plan.sealed["earlier"][0]) == plan.earlier[0]["lists_digest"], "kept for an auditor"
    done = run_program(tmp_path, app.test_client().get(f"/checks/{number}/proof.zip?round=1").data)
    assert done.returncode == 0 and len(first) == 6
    assert app.test_client().get(f"/checks/{number}/proof").status_code == 404


def test_a_later_public_value_is_taken_only_when_its_day_has_come(client, app, world, tmp_path):
    later = {"seed_kind": "later", "later_source": "福彩双色球第2026999期开奖号码，中国福彩网"}
    client_of = enter(client, world.county)
    soon = (today() + timedelta(3)).isoformat()
    refused = PLAN | later | {"later_on": today().isoformat(), "check_by": soon}
    assert client_of.post("/office/checks/new", data=refused).status_code == 400
    number = frozen(client, world, **later, later_on=soon)
    sent = {"value": "01 02 03 04 05 06 + 07", "source": "中国福彩网 2026999 期公告"}
    early = press(client, number, "value", **sent)
    assert early.status_code == 400 and "以后才能录入" in text_of(early)
    with transaction():
        db.session.get_one(CheckPlan, plan_of(number).id).later_on = today()
    assert press(client, number, "value", **(sent | {"source": ""})).status_code == 400
    assert press(client, number, "value", **sent).status_code == 303
    assert run_program(tmp_path, client.get(f"/checks/{number}/proof.zip").data).returncode == 0


def test_a_grade_weighs_the_next_draw_and_only_the_next(client, app, world):
    """A firm graded D has eight tickets of its own once it is graded, and two while it is not."""
    first = frozen(client, world)
    with transaction():
        ensure_shipped(today(), now())
        a_grade(world.makers[3], "D")
        a_grade(world.makers[4], "A")
    second = frozen(client, world)

    def tickets(number: str) -> list[int]:
        lines = {one["n"]: len(one["nonces"]) for one in plan_of(number).sealed["subjects"]["authorised"]}
        return [lines[one.number] for one in world.makers[3:6]]

    assert tickets(first) == [2, 2, 2], "frozen lists do not move"
    assert tickets(second) == [8, 1, 2]
    shown = app.test_client().get(f"/checks/{second}?lang=zh")
    assert world.makers[3].number not in text_of(shown), "no list is public before the draw"


def test_who_has_a_conflict_never_checks_and_too_few_officers_freeze_nothing(client, app, world):
    with transaction():
        officer = db.session.scalars(select(Officer).where(Officer.licence == "OFF-0")).one()
        for one in world.makers + world.homes:
            row = OfficerConflict(officer_id=officer.id, producer_id=one.id, declared_on=today())
            db.session.add(row)
    number = drawn(client, app, world)
    assert all(
        "OFF-0" not in one["officers"]
        for one in app.test_client().get(f"/checks/{number}/proof").get_json()["result"]
    )
    with transaction():
        for officer in db.session.scalars(select(Officer).where(Officer.licence.in_(["OFF-1", "OFF-2"]))):
            officer.ended_on = today()
    answer = press(client, draft(client, world), "freeze")
    assert answer.status_code == 400 and "没有足够的执法人员" in text_of(answer)


def test_more_than_there_are_cannot_be_drawn(client, world):
    answer = press(client, draft(client, world, **{"wanted-authorised": "13"}), "freeze")
    assert answer.status_code == 400 and "名单内只有 12 户" in text_of(answer)


def test_a_plan_that_makes_no_sense_is_refused_with_what_was_typed(client, world):
    enter(client, world.county)
    sent = PLAN | {"check_by": "2020-01-01", "title": "", "officers_each": "1", "weight-D": "1"}
    answer = client.post("/office/checks/new", data=sent)
    page = text_of(answer)
    assert answer.status_code == 400
    for said in ("每户执法人员请填 2 至", "信用越差，签数不能越少", "中市监〔2026〕1号"):
        assert said in page
    assert client.post("/office/checks/new", data=sent | {"scope": "150821"}).status_code == 400


def test_a_number_that_is_none_is_named_with_the_words_that_are_missing(client, world):
    enter(client, world.county)
    sent = PLAN | {
        "title": "",
        "basis": "",
        "weight-C": "许多",
        "officers_each": "",
        "check_by": "2020-01-01",
    }
    page = text_of(client.post("/office/checks/new", data=sent))
    for said in (
        "请写明抽查的名称",
        "请写明依据的文件",
        "C 级 · 较差：请填整数",
        "每户执法人员数：请填整数",
        "不能早于今天",
    ):
        assert said in page
    assert "信用越差" not in page


def test_a_declaration_that_was_refused_stays_open_with_what_was_typed(client, world):
    enter(client, world.county)
    page = text_of(client.get("/office/checks/officers"))
    address = re.search(r"/office/checks/officers/\d+/conflicts", page)[0]
    page = text_of(client.post(address, data={"producer": "没有的", "reason": ""}))
    assert 'value="没有的"' in page and '<details class="fold" open>' in page
    assert "您的地区没有这个生产者" in page and "请写明是什么关系" in page
    place = re.search(r'href="#(producer-\d+)"', page)[1]
    assert f'id="{place}" name="producer"' in page


def test_a_plan_changed_by_two_keeps_what_the_second_typed_and_takes_it_over_the_new_state(client, world):
    number = draft(client, world)
    stale = PLAN | {"check_by": (today() + timedelta(50)).isoformat(), "title": "我正在改的名称"}
    stale["version"] = str(plan_of(number).version)
    first = stale | {"title": "同事先改的名称"}
    assert client.post(f"/office/checks/{number}/edit", data=first).status_code == 303
    answer = client.post(f"/office/checks/{number}/edit", data=stale)
    page = text_of(answer)
    assert answer.status_code == 409 and 'value="我正在改的名称"' in page
    stale["version"] = re.search(r'name="version" value="(\d+)"', page).group(1)
    assert client.post(f"/office/checks/{number}/edit", data=stale).status_code == 303
    assert plan_of(number).title == "我正在改的名称"


def test_a_reason_that_came_too_late_is_kept_on_the_page_of_the_plan(client, world):
    number = frozen(client, world)
    late = {"version": plan_of(number).version - 1, "reason": "执法人员临时抽调，改到明年再抽"}
    answer = client.post(f"/office/checks/{number}/abandon", data=late)
    page = text_of(answer)
    assert answer.status_code == 409 and late["reason"] in page and 'id="reason"' in page
