"""Checks by lot from plan to result: drawn again by the stand-alone program, closed to others."""

import html
import io
import json
import re
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.rules import Role
from portal.cases.models import Case
from portal.checks import sheets
from portal.checks.draw import commitment_of
from portal.checks.draw import digest as digest_of
from portal.checks.models import (
    Check,
    CheckPhoto,
    CheckPlan,
    CheckSheet,
    Commitment,
    Officer,
    OfficerConflict,
)
from portal.checks.rules import ITEM_KEYS
from portal.credit.actions import ensure_shipped
from portal.credit.queries import compute
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.register.actions import PORTAL
from portal.register.models import Entry
from tests.ledger_rows import a_gi, a_producer, an_account, enter, licence, on_roster
from tests.report_rows import a_grade
from tests.setting_authorisation import picture

SECRETS = ("the first secret of sixteen", "the second secret of sixteen")


class World:
    """Twelve authorised firms and three households on the roster, four officers, two who hold the seed."""

    def __init__(self) -> None:
        with transaction():
            self.gi = a_gi("hongguo")
            self.makers = [a_producer(f"红果公司{n}") for n in range(12)]
            for one in self.makers:
                on_roster(self.gi, one)
                licence(self.gi, one)
            self.homes = [a_producer(f"张某{n}", "household") for n in range(3)]
            for one in self.homes:
                on_roster(self.gi, one)
            self.county = an_account(Role.COUNTY, "640521")
            self.colleague = an_account(Role.COUNTY, "640521")
            self.inspector = an_account(Role.INSPECTOR, "640521")
            self.far = an_account(Role.COUNTY, "150821")
            self.auditor = an_account(Role.AUDITOR, "640000")
            self.wang = an_account(Role.PRODUCER, producer=self.makers[0])
            for n, account in enumerate((self.county, self.colleague, self.inspector, None)):
                db.session.add(
                    Officer(
                        licence=f"OFF-{n}",
                        name=f"检查员{n}",
                        unit="中宁县局",
                        adcode="640521",
                        account_id=account.id if account else None,
                        since=date(2020, 1, 1),
                    )
                )


@pytest.fixture
def world(app: Flask) -> World:
    return World()


def text_of(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


PLAN = {
    "title": "红果用标抽查",
    "basis": "中市监〔2026〕1号",
    "scope": "640521",
    "gi": "hongguo",
    "wanted-authorised": "5",
    "wanted-roster": "1",
    "officers_each": "2",
    "seed_kind": "commit",
    "fallback": "揭示期限之后第一次开奖的双色球号码",
    "weight-A": "1",
    "weight-B": "2",
    "weight-C": "4",
    "weight-D": "8",
    "weight-none": "2",
}


def draft(client, world: World, **more: str) -> str:
    sent = PLAN | {"check_by": (today() + timedelta(40)).isoformat()} | more
    answer = enter(client, world.county).post("/office/checks/new", data=sent)
    assert answer.status_code == 303, text_of(answer)
    return answer.headers["Location"].rsplit("/", 1)[1]


def plan_of(number: str) -> CheckPlan:
    db.session.rollback()
    return db.session.scalars(select(CheckPlan).where(CheckPlan.number == number)).one()


def press(client, number: str, step: str, **fields: str):
    sent = {"version": plan_of(number).version} | fields
    return client.post(f"/office/checks/{number}/{step}", data=sent)


def frozen(client, world: World, **more: str) -> str:
    number = draft(client, world, **more)
    answer = press(client, number, "freeze")
    assert answer.status_code == 303, text_of(answer)
    return number


def commitment(number: str, place: int) -> str:
    return commitment_of(number, plan_of(number).round, SECRETS[place])


def commit(client, number: str, place: int):
    return press(client, number, "commit", digest=commitment(number, place))


def drawn(client, app, world: World) -> str:
    number, other = frozen(client, world), enter(app.test_client(), world.colleague)
    assert commit(client, number, 0).status_code == commit(other, number, 1).status_code == 303
    assert press(client, number, "reveal", secret=SECRETS[0]).status_code == 303
    assert press(other, number, "reveal", secret=SECRETS[1]).status_code == 303
    return number


def run_program(folder, pack: bytes) -> subprocess.CompletedProcess:
    """As a citizen would: unpack what was downloaded and run it."""
    with zipfile.ZipFile(io.BytesIO(pack)) as file:
        file.extractall(folder)
    command = [sys.executable, "-I", "draw_check.py", "proof.json"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def checks(number: str) -> list[Check]:
    plan = plan_of(number)
    query = select(Check).where(Check.plan_id == plan.id, Check.round == plan.round)
    return list(db.session.scalars(query.order_by(Check.place)))


# ---- the draw


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
    for said in ("每户不少于两名执法人员", "信用越差，签数不能越少", "中市监〔2026〕1号"):
        assert said in page
    assert client.post("/office/checks/new", data=sent | {"scope": "150821"}).status_code == 400


# ---- sheets


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
