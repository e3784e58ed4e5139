"""Licences and applications of the demonstration, all of made-up producers and all marked 演示 (DEMO)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Account
from portal.accounts.queries import find_account_by_email
from portal.authorisation.actions import advance
from portal.authorisation.draft_actions import start_application, store_file
from portal.authorisation.entries import record_application
from portal.authorisation.licence_actions import change_state, next_number, open_licence
from portal.authorisation.models import Application, Licence
from portal.authorisation.notices import tell_of_step
from portal.authorisation.queries import in_force_on, licences, own_producer_ids
from portal.authorisation.rules import (
    TRACK_OF_KIND,
    LicenceState,
    LicenceStep,
    Paper,
    Purpose,
    RefusalReason,
    Route,
    State,
    Step,
    Track,
)
from portal.authorisation.visit_actions import Visit, record_visit
from portal.catalogue.models import Indication, Protection
from portal.catalogue.rules import Kind
from portal.db import db
from portal.lib.clock import day_of
from portal.papers.files import read_paper
from portal.producers.models import HolderAccount, Producer, RosterEntry
from portal.register.actions import PORTAL, record

OFFICE = "演示机关"
# How many of a hundred producers on a demonstration roster are authorised.
AUTHORISED = {"zhongning-gouqi": 55, "wuyuan-xiangrikui": 90, "guyang-huangqi": 60, "xinganmeng-dami": 45}
OTHERS = 50
SHOWN_GI = "zhongning-gouqi"


@dataclass(frozen=True)
class Line:
    """One open application of the demonstration: how far it went."""

    key: str
    steps: tuple[Step, ...]
    days_ago: int


LINES = (
    Line("product", (Step.SUBMIT,), 4),
    Line("product", (Step.SUBMIT,), 9),
    Line("product", (Step.SUBMIT, Step.ACCEPT), 8),
    Line("product", (Step.SUBMIT, Step.ACCEPT, Step.VISIT), 15),
    Line("product", (Step.SUBMIT, Step.ACCEPT, Step.VISIT, Step.AGREE), 20),
    Line("product", (Step.SUBMIT, Step.ACCEPT, Step.VISIT, Step.AGREE, Step.AGREE), 28),
    Line("product", (Step.SUBMIT, Step.ACCEPT, Step.VISIT, Step.AGREE, Step.AGREE, Step.FORWARD), 40),
    Line(
        "product",
        (Step.SUBMIT, Step.ACCEPT, Step.VISIT, Step.AGREE, Step.AGREE, Step.FORWARD, Step.APPROVE),
        60,
    ),
    Line("product", (Step.SUBMIT, Step.ACCEPT, Step.VISIT, Step.REFUSE), 70),
    Line("mark", (Step.SUBMIT,), 6),
    Line("mark", (Step.SUBMIT, Step.PERMIT), 12),
)


def load_demo_authorisation(today: date, now: datetime) -> int:
    """Licences for the demonstration rosters and an open application at each step; again only after
    they were removed."""
    touched = _link_holder(today)
    if db.session.scalar(select(Licence.id).where(Licence.demo, in_force_on(today)).limit(1)) is not None:
        return touched
    for indication in _with_demo_roster():
        touched += _load_licences(indication, today, now)
    return touched + _load_applications(today, now)


def _with_demo_roster() -> list[Indication]:
    ids = select(RosterEntry.indication_id).join(RosterEntry.producer).where(Producer.demo)
    query = select(Indication).where(Indication.id.in_(ids)).order_by(Indication.id)
    return list(db.session.scalars(query))


def _lines_of(indication: Indication) -> list[RosterEntry]:
    query = (
        select(RosterEntry)
        .join(RosterEntry.producer)
        .where(RosterEntry.indication_id == indication.id, RosterEntry.ended_on.is_(None), Producer.demo)
        .options(joinedload(RosterEntry.producer))
        .order_by(RosterEntry.id)
    )
    return list(db.session.scalars(query))


def _protections(indication: Indication) -> list[Protection]:
    query = select(Protection).where(
        Protection.indication_id == indication.id,
        Protection.status == "in_force",
        Protection.withdrawn_on.is_(None),
        Protection.kind.in_([kind.value for kind in TRACK_OF_KIND]),
    )
    # The special mark first, where there is one.
    return sorted(db.session.scalars(query), key=lambda p: (p.kind != Kind.GI_PRODUCT, p.id))


def _load_licences(indication: Indication, today: date, now: datetime) -> int:
    lines, protections = _lines_of(indication), _protections(indication)
    wanted = len(lines) * AUTHORISED.get(indication.slug, OTHERS) // 100
    if not protections:
        return 0
    # The producer that the demonstration account acts for comes first; the others are taken from all
    # along the roster, so that firms and households stand on both sides; the same ones whenever it is loaded.
    mine = _demo_producer_ids(today)
    lines.sort(key=lambda line: (line.producer_id not in mine, line.producer_id * 7 % 11, line.producer_id))
    for number, line in enumerate(lines[: wanted + 4]):
        licence = _licence(indication, protections[0], line, number, today, now)
        if number >= wanted:
            _end_somehow(licence, number - wanted, today, now)
    return min(len(lines), wanted + 4)


def _licence(
    indication: Indication, protection: Protection, line: RosterEntry, number: int, today: date, now: datetime
) -> Licence:
    since = date(2023 + number % 3, 1 + (number * 5) % 12, 1 + (number * 7) % 28)
    track = TRACK_OF_KIND[Kind(protection.kind)]
    by_mark = track is not Track.SPECIAL_MARK
    licence = Licence(
        number=f"L{since.year}-{next_number(f'licence-{since.year}'):06d}",
        indication_id=indication.id,
        protection_id=protection.id,
        producer_id=line.producer_id,
        track=track,
        adcode=line.adcode,
        goods=indication.name_zh,
        valid_from=since,
        valid_to=date(since.year + 5, since.month, since.day) if by_mark else None,
        record_number=f"演示备案〔{since.year}〕{number + 1}号" if by_mark else None,
        announcement=None if by_mark else f"演示公告〔{since.year}〕{number + 1}号",
        issued_by=OFFICE,
        issued_on=since,
        changed_at=now,
        demo=True,
        indication=indication,
        protection=protection,
        producer=line.producer,
        spells=[],
    )
    open_licence(PORTAL, licence, now)
    return licence


def _end_somehow(licence: Licence, which: int, today: date, now: datetime) -> None:
    """The four licences after the last are suspended, revoked, cancelled, and cancelled long ago."""
    ways = (
        (LicenceStep.SUSPEND, "抽检不合格，限期整改（演示）", 30),
        (LicenceStep.REVOKE, "在产地范围外生产（演示）", 120),
        (LicenceStep.CANCEL, "不再生产（演示）", 200),
        (LicenceStep.CANCEL, "并入其他企业（演示）", 300),
    )
    step, reason, days = ways[which]
    change_state(PORTAL, licence, step, reason, "演示决定〔2026〕1号", today - timedelta(days=days), now)


def _demo_producer_ids(today: date) -> set[int]:
    account = find_account_by_email("producer@demo")
    return set(db.session.scalars(own_producer_ids(account, today))) if account else set()


def _link_holder(today: date) -> int:
    """holder@demo acts for the holder of the certification mark of 中宁枸杞, in the demonstration only."""
    account = find_account_by_email("holder@demo")
    mark = _protection(SHOWN_GI, "mark")
    if account is None or mark is None:
        return 0
    known = select(HolderAccount.id).where(
        HolderAccount.protection_id == mark.id, HolderAccount.account_id == account.id
    )
    if db.session.scalar(known) is not None:
        return 0
    db.session.add(HolderAccount(protection_id=mark.id, account_id=account.id, since=today))
    changes = {"holder_of": {"from": None, "to": f"{SHOWN_GI}/mark"}}
    record(PORTAL, "account_linked", account.subject, changes, public=False)
    return 1


def _protection(slug: str, key: str) -> Protection | None:
    return db.session.scalar(
        select(Protection)
        .join(Protection.indication)
        .where(Indication.slug == slug, Protection.key == key)
        .options(joinedload(Protection.indication))
    )


# ---- applications


def _load_applications(today: date, now: datetime) -> int:
    people = {
        role: find_account_by_email(f"{role}@demo")
        for role in ("producer", "county", "city", "province", "holder")
    }
    if None in people.values() or _protection(SHOWN_GI, "product") is None:
        return 0
    held = set(db.session.scalars(select(Licence.producer_id).where(Licence.demo, in_force_on(today))))
    lines = _lines_of(_protection(SHOWN_GI, "product").indication)
    free = sorted(
        (one for one in lines if one.producer_id not in held), key=lambda one: one.producer.uscc is None
    )
    for line, roster in zip(LINES, free, strict=False):
        _load_application(line, roster, people, now)
    done = min(len(LINES), len(free))
    return done + _load_own(people, today, now)


def _load_own(people: dict[str, Account], today: date, now: datetime) -> int:
    """The account of the demonstration has one application that was returned to it."""
    mark = _protection(SHOWN_GI, "mark")
    mine = _demo_producer_ids(today)
    lines = [line for line in _lines_of(mark.indication) if line.producer_id in mine]
    if not lines:
        return 0
    returned = Line("mark", (Step.SUBMIT, Step.RETURN), 10)
    _load_application(returned, lines[0], people, now)
    return 1


def _load_application(line: Line, roster: RosterEntry, people: dict[str, Account], now: datetime) -> None:
    protection = _protection(SHOWN_GI, line.key)
    under_way = select(Application.id).where(
        Application.open,
        Application.producer_id == roster.producer_id,
        Application.protection_id == protection.id,
    )
    if db.session.scalar(under_way) is not None:
        return
    begun = now - timedelta(days=line.days_ago)
    application = start_application(
        roster.producer, protection, Purpose.NEW, _answers(roster), people["producer"].id, begun
    )
    application.indication, application.protection = protection.indication, protection
    application.producer = roster.producer
    application.adcode = roster.adcode
    for kind in (Paper.TEST_REPORT, Paper.ORIGIN_PROOF):
        paper = read_paper(f"{kind.value}-demo.png", _picture())
        store_file(people["producer"], kind, paper, _folder(), begun, application_id=application.id)
    every = max(line.days_ago // (len(line.steps) + 1), 1)
    for number, step in enumerate(line.steps):
        _take(application, step, people, begun + timedelta(days=every * number))
    tell_of_step(application, None, now)


def _take(application: Application, step: Step, people: dict[str, Account], at: datetime) -> None:
    who = _actor(application, step, people)
    if step is Step.SUBMIT:
        application.submitted_at = at
    if step is Step.VISIT:
        point = application.answers
        went = Visit(day_of(at), ("演示甲", "演示乙"), point["lon"], point["lat"], "与申请一致（演示）", True)
        photographs = [read_paper("demo.png", _picture())]
        record_visit(who, application, went, photographs, _folder(), application.version, at)
        return
    if step in (Step.APPROVE, Step.PERMIT, Step.REFUSE):
        application.decided_on, application.decision_number = day_of(at), "演示核准〔2026〕9号"
    note = ""
    if step is Step.REFUSE:
        application.refusal, application.refusal_words = (
            RefusalReason.NOT_TO_STANDARD,
            "检验结果不符合标准（演示）",
        )
        note = application.refusal_words
    if step is Step.RETURN:
        note = "检验报告已过期，请补交近一年的报告（演示）"
    office = application.producer.name if step is Step.SUBMIT else who.organisation or OFFICE
    advance(who.as_actor(), who.id, office, application, step, note, at)
    db.session.flush()


def _actor(application: Application, step: Step, people: dict[str, Account]) -> Account:
    if step is Step.SUBMIT:
        return people["producer"]
    if application.way is Route.HOLDER:
        return people["holder"]
    level = {
        State.SUBMITTED: "county",
        State.COUNTY_CHECK: "county",
        State.CITY_CHECK: "city",
    }
    return people[level.get(application.stands, "province")]


def _answers(roster: RosterEntry) -> dict[str, str]:
    point = roster.producer.point or (105.67, 37.48)
    return {
        "goods": "枸杞（干果）（演示）",
        "place": roster.adcode,
        "address": "演示地址",
        "lon": f"{point[0]:.6f}",
        "lat": f"{point[1]:.6f}",
        "standard": "GB/T 18672",
        "process": "自有基地种植，采收后晾晒或烘干，分级包装（演示）",
        "contact": "演示联系人",
        "phone": "000-00000000",
        "statement": "y",
    }


def _picture() -> bytes:
    """A plain drawing that says it is none of anything real."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (640, 480), "#e9e2d0")
    draw = ImageDraw.Draw(picture)
    draw.polygon(
        [(0, 360), (180, 200), (320, 330), (460, 170), (640, 350), (640, 480), (0, 480)], fill="#9db09a"
    )
    draw.text((280, 40), "DEMO", fill="#5b5546")
    kept = BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()


def _folder() -> Path:
    return current_app.config["SETTINGS"].data_dir


def remove_demo_authorisation(today: date, now: datetime) -> int:
    """End what runs; rows and entries stay."""
    touched = 0
    for licence in db.session.scalars(licences().where(Licence.demo)).all():
        if licence.spells[-1].state in (LicenceState.IN_FORCE, LicenceState.SUSPENDED):
            change_state(PORTAL, licence, LicenceStep.CANCEL, "演示数据已移除", None, today, now)
            touched += 1
    query = (
        select(Application)
        .where(Application.demo, Application.open)
        .options(joinedload(Application.indication), joinedload(Application.producer))
    )
    for application in db.session.scalars(query).all():
        if application.stands in (State.APPROVED, State.PERMITTED, State.ANNOUNCED):
            _close(application, now)
        else:
            advance(PORTAL, None, "portal", application, Step.WITHDRAW, "演示数据已移除", now)
        touched += 1
    return touched


def _close(application: Application, now: datetime) -> None:
    """Decided already, so that nobody can withdraw it: it only waits no longer."""
    before, application.state = application.stands, State.WITHDRAWN
    application.open, application.step_due_on, application.changed_at = False, None, now
    record_application(PORTAL, "moved", application, before, Step.WITHDRAW, "演示数据已移除")
