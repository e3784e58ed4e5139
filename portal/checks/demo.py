"""Checks of the demonstration, all marked 演示 (DEMO): one drawn and finished, one waiting to be revealed."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from portal.accounts.models import Account
from portal.accounts.queries import find_account_by_email
from portal.catalogue.models import Indication
from portal.checks.actions import freeze, new_plan
from portal.checks.draw import commitment_of
from portal.checks.models import Check, CheckPlan, Officer
from portal.checks.officers import new_officer
from portal.checks.plan_data import PlanData
from portal.checks.queries import checks_of, commitments_now
from portal.checks.rules import (
    ITEM_KEYS,
    USUAL_FALLBACK,
    USUAL_WEIGHTS,
    CheckState,
    Mark,
    PlanState,
    Result,
    SeedKind,
    SubjectClass,
)
from portal.checks.seeds import store_commitment, store_reveal
from portal.checks.sheets import SheetData, publish, standing_officers, store_sheet
from portal.db import db
from portal.papers.files import Paper, read_paper
from portal.producers.models import Producer, RosterEntry
from portal.producers.queries import stands_on
from portal.register.actions import PORTAL, Actor, record
from portal.register.demo import is_loaded, note_removal
from portal.register.rules import changed

MARK = "（演示）"
SLUG, REGION = "zhongning-gouqi", "640521"
UNITS = ("中宁县市场监管局（演示）", "中宁县知识产权局（演示）")
# The inspector and the two county officials can hand in sheets; the others exist on the list only.
OFFICERS = (
    ("DEMO-6401", "检查员甲", "inspector@demo"),
    ("DEMO-6402", "检查员乙", "county@demo"),
    ("DEMO-6403", "检查员丙", "county-b@demo"),
    ("DEMO-6404", "检查员丁", ""),
    ("DEMO-6405", "检查员戊", ""),
    ("DEMO-6406", "检查员己", ""),
)
# Secrets of a draw that is over are public; these were never secret.
SECRETS = ("demo-secret-of-the-county-640521", "demo-secret-of-the-city-640500")
RESULTS = (
    Result.PASSED,
    Result.ORDERED,
    Result.PASSED,
    Result.ORDERED,
    Result.NOT_FOUND,
    Result.ON_THE_SPOT,
    Result.ORDERED,
    Result.PASSED,
)


def load_demo_checks(today: date, now: datetime) -> int:
    """Officers, a finished draw with results, and one that waits for two reveals; again only after
    they were removed."""
    if is_loaded(CheckPlan, CheckPlan.demo):
        return 0
    indication = db.session.scalar(select(Indication).where(Indication.slug == SLUG))
    listed = select(RosterEntry.id).join(RosterEntry.producer).where(Producer.demo, stands_on(today)).limit(1)
    if indication is None or db.session.scalar(listed) is None:
        return 0
    officers = _officers(today)
    _finished(indication, today, now)
    _waiting(indication, today, now)
    _under_way(indication, today, now)
    return officers + 3


def _officers(today: date) -> int:
    made = 0
    for number, (licence, name, email) in enumerate(OFFICERS):
        known = db.session.scalar(select(Officer).where(Officer.licence == licence))
        if known is not None and known.demo and known.ended_on is not None:
            known.ended_on = None
            record(PORTAL, "enlisted", f"officer:{known.id}", changed({}, {"licence": licence}), public=False)
            made += 1
        if known is None:
            linked = find_account_by_email(email) if email else None
            unit = UNITS[number % 2]
            new_officer(PORTAL, licence, name + MARK, unit, REGION, linked, today - timedelta(400), demo=True)
            made += 1
    return made


def _data(title: str, indication: Indication, wanted: dict[str, int], check_by: date) -> PlanData:
    return PlanData(
        title=title + MARK,
        adcode=REGION,
        basis="演示年度抽查计划（DEMO）；两人的数与已抽完的一次相同，可试着揭示",
        wanted=wanted,
        officers_each=2,
        weights=USUAL_WEIGHTS,
        seed_kind=SeedKind.COMMIT,
        check_by=check_by,
        indication=indication,
        later_source=USUAL_FALLBACK.zh,
    )


def _people() -> list[tuple[Actor, Account | None]]:
    found = [find_account_by_email(email) for email in ("county@demo", "city@demo")]
    return [(one.as_actor() if one else PORTAL, one) for one in found]


def _finished(indication: Indication, today: date, now: datetime) -> None:
    """Drawn 75 days ago, checked, corrected in part, public."""
    drawn_on = now - timedelta(75)
    wanted = {SubjectClass.AUTHORISED.value: 6, SubjectClass.ROSTER.value: 2}
    data = _data("专用标志使用双随机抽查", indication, wanted, today - timedelta(20))
    plan = new_plan(data, today, drawn_on, None, demo=True)
    freeze(PORTAL, plan, today, drawn_on)
    _seed(plan, today, drawn_on)
    _check_all(plan, today, now)


def _seed(plan: CheckPlan, today: date, at: datetime) -> None:
    people = _people()
    _commit_both(plan, people, today, at)
    for (actor, _), secret, one in zip(people, SECRETS, commitments_now(plan), strict=True):
        store_reveal(actor, plan, one, secret, at)


def _commit_both(plan: CheckPlan, people: list, today: date, at: datetime) -> None:
    for (actor, account), secret in zip(people, SECRETS, strict=True):
        committed = commitment_of(plan.number, plan.round, secret)
        store_commitment(actor, plan, committed, account.id if account else None, today, at)


def _check_all(plan: CheckPlan, today: date, now: datetime) -> None:
    checks = checks_of(plan, plan.round)
    for one, result in zip(checks, RESULTS, strict=False):
        visited = today - timedelta(68 - one.place)
        _sheet(one, result, visited, today, now, "first")
        if one.place == 2:
            _report(one, now - timedelta(55))
            _sheet(one, Result.PASSED, today - timedelta(50), today, now, "again")
        if one.place != len(checks) - 1:
            publish(PORTAL, one, now)


def _sheet(check: Check, result: Result, on: date, today: date, now: datetime, key: str) -> None:
    looked = result not in (Result.NOT_FOUND, Result.CEASED)
    marks = dict.fromkeys(ITEM_KEYS, Mark.OK) if looked else {}
    if result in (Result.ORDERED, Result.ON_THE_SPOT):
        marks["code"] = Mark.PROBLEM
    words = {
        Result.ORDERED: "演示（DEMO）：部分包装未标明统一社会信用代码。",
        Result.ON_THE_SPOT: "演示（DEMO）：两件样品未标代码，当场下架改正。",
        Result.NOT_FOUND: "演示（DEMO）：登记地址无人，电话无法接通。",
    }.get(result, "")
    notes = {"code": "演示（DEMO）"} if "code" in marks and marks["code"] is Mark.PROBLEM else {}
    present = tuple(one.licence for one in standing_officers(check))
    sheet = SheetData(f"demo-{check.id}-{key}-000000", on, present, marks, notes, result, words)
    photos: Sequence[Paper] = [_photo()] if key == "first" and looked else []
    store_sheet(PORTAL, check, sheet, photos, _folder(), today, now)


def _folder() -> Path:
    return current_app.config["SETTINGS"].data_dir


def _photo() -> Paper:
    """A grey plate: nothing that could be taken for a photograph of somebody's goods."""
    from PIL import Image

    kept = BytesIO()
    Image.new("RGB", (640, 480), (200, 196, 184)).save(kept, "JPEG")
    return read_paper("demo.jpg", kept.getvalue())


def _report(check: Check, at: datetime) -> None:
    check.state, check.reported_at = CheckState.REPORTED.value, at
    record(
        PORTAL,
        "correction_reported",
        check.subject,
        changed({"state": CheckState.CORRECTING.value}, {"state": check.state}),
        public=False,
    )
    db.session.flush()


def _waiting(indication: Indication, today: date, now: datetime) -> None:
    """Frozen and committed by both, revealed by nobody yet."""
    wanted = {SubjectClass.AUTHORISED.value: 4, SubjectClass.ROSTER.value: 2}
    data = _data("标签与检验报告双随机抽查", indication, wanted, today + timedelta(45))
    plan = new_plan(data, today, now, None, demo=True)
    freeze(PORTAL, plan, today, now)
    _commit_both(plan, _people(), today, now)


def _under_way(indication: Indication, today: date, now: datetime) -> None:
    """Drawn two days ago and not checked yet: what an officer finds on the phone."""
    drawn_on = now - timedelta(2)
    data = _data(
        "产地一致性双随机抽查", indication, {SubjectClass.AUTHORISED.value: 3}, today + timedelta(30)
    )
    plan = new_plan(data, today, drawn_on, None, demo=True)
    freeze(PORTAL, plan, today, drawn_on)
    _seed(plan, today, drawn_on)


def remove_demo_checks(today: date, _now: datetime) -> int:
    """Plans that are under way are abandoned, checks made void, officers ended; the rows stay."""
    ended = 0
    for officer in db.session.scalars(select(Officer).where(Officer.demo, Officer.ended_on.is_(None))):
        officer.ended_on = today
        ended += 1
    for plan in db.session.scalars(select(CheckPlan).where(CheckPlan.demo)):
        if plan.stands is PlanState.ABANDONED:
            continue
        was, plan.state, plan.reason = plan.state, PlanState.ABANDONED.value, "演示结束（DEMO）"
        stated = {"reason": plan.reason, "state": plan.state}
        record(PORTAL, "abandoned", plan.subject, changed({"state": was}, stated))
        for one in checks_of(plan):
            one.state = CheckState.VOID.value
        ended += 1
    note_removal(CheckPlan)
    return ended
