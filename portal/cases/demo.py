"""Cases made up for the demonstration: at each gate, one published, one typical; all marked 演示 (DEMO)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.accounts.models import Account
from portal.accounts.queries import find_account_by_email
from portal.authorisation.queries import work_calendar
from portal.cases.actions import Basis, Opening, Party, add_evidence, amend_case, open_case, pass_gate
from portal.cases.campaign_actions import begin_campaign
from portal.cases.clocks import Clock
from portal.cases.deciding_actions import Decision, decide, hand_to_police
from portal.cases.models import Case
from portal.cases.publishing_actions import (
    make_typical,
    note_fault,
    note_request_to_end,
    overturn,
    publish,
    push,
)
from portal.cases.queries import campaigns, get_case_for
from portal.cases.rules import OPEN, Gate, Origin, Outcome, State, Step
from portal.cases.splitting_actions import split_by_party
from portal.cases.step_actions import take_step
from portal.catalogue.models import Indication
from portal.db import db
from portal.lib.text import Text
from portal.register.actions import PORTAL, record
from portal.register.demo import is_loaded, note_removal

COUNTY = "640521"
FACTS = "演示：在店内发现贴有无效编号标签的枸杞十二盒，当事人不能出示授权（DEMO）。"
BASES = (
    Basis("《地理标志产品保护办法》第三十条第（五）项", "国家知识产权局令第80号，2024年2月1日起施行"),
    Basis("《中华人民共和国行政处罚法》第二十八条", "2021年修订，2021年7月15日起施行"),
)
SAID = "演示：{party}冒用地理标志专用标志，罚款。本条为演示数据（DEMO），不是真实处罚。"
LESSON = "演示：某商行进货时没有核对标签编号。扫一扫编号、查一查授权，就能避免。本条为演示数据（DEMO）。"
# Days ago, the party, how far it came; each stage goes on from the one its kind begins with.
SHOWN = (
    (8, "演示甲商行", "opened"),
    (80, "演示乙商行", "gates"),
    (40, "演示丙商行", "review"),
    (50, "演示丁商行", "decided"),
    (52, "演示庚商行", "pushed"),
    (60, "演示辛商行", "police"),
    (90, "演示戊商行", "published"),
    (59, "演示壬商行", "wrong"),
    (64, "演示癸商行", "end_asked"),
    (110, "演示子商行", "overturned"),
    (120, "演示己商行", "typical"),
)
ELSEWHERE = "150000"


def load_demo_cases(today: date, now: datetime) -> int:
    if is_loaded(Case, Case.demo):
        return 0
    county, colleague = find_account_by_email("county@demo"), find_account_by_email("county-b@demo")
    gi = db.session.scalar(select(Indication.id).where(Indication.slug == "zhongning-gouqi"))
    if county is None or colleague is None or gi is None:
        return 0
    if not campaigns():
        name = Text("铁拳行动（演示）", "Iron Fist (DEMO)")
        begin_campaign(county, "tiequan-demo", name, today - timedelta(days=200), None).demo = True
        name = Text("昆仑行动（演示）", "Kunlun (DEMO)")
        begin_campaign(county, "kunlun-demo", name, today - timedelta(days=100), None).demo = True
    tag = campaigns()[0].id
    for days, party, stage in SHOWN:
        _make(county, colleague, party, stage, gi, tag, now - timedelta(days=days))
    return len(SHOWN)


def _make(
    county: Account, colleague: Account, party: str, stage: str, gi: int, tag: int, then: datetime
) -> None:
    others = (Party("演示供货商行"),) if stage in ("review", "published") else ()
    province = ELSEWHERE if stage == "pushed" else ""
    title = "冒用地理标志专用标志（演示）"
    opening = Opening(title, party, FACTS, "", False, province, gi, None, None, tag, True, others)
    number = open_case(county, Origin.OWN, None, COUNTY, opening, then).number
    folder = Path(current_app.config["SETTINGS"].data_dir)

    def case() -> Case:
        db.session.flush()
        return get_case_for(county, number)

    add_evidence(county, case(), "演示：现场检查笔录", then.date(), None, folder, then)
    amend_case(county, case(), opening, BASES, case().version, then)
    if stage == "opened":
        return
    for gate in (Gate.PUBLICITY, Gate.RECORD):
        pass_gate(county, case(), gate, "演示：两名执法人员亮证，全程录像（DEMO）", case().version, then)
    if stage == "gates":
        return
    if stage == "police":
        said = ("演示公安局", f"演示移〔{then.year}〕1号", "演示：数量大，涉嫌犯罪（DEMO）。")
        hand_to_police(county, case(), *said, case().version, then + timedelta(days=9))
        return
    then += timedelta(days=5)
    take_step(county, case(), Step.TO_REVIEW, "", case().version, then)
    if stage == "review":
        return
    pass_gate(colleague, case(), Gate.REVIEW, "演示：事实清楚，适用法律正确（DEMO）", case().version, then)
    if others:
        split_by_party(county, case(), case().version, then)
    words = "演示：事实清楚，依法罚款一千元（DEMO）。"
    decision = Decision(f"演示罚决〔{then.year}〕{number[-3:]}号", frozenset({Outcome.FINE}), 100_000, words)
    then += timedelta(days=30)
    decide(county, case(), decision, None, None, case().version, work_calendar(), then)
    _show(county, case, party, stage, then + timedelta(days=3))


def _show(county: Account, case: Callable[[], Case], party: str, stage: str, then: datetime) -> None:
    """From the decision on: pushed, published, said to be wrong, to end early, overturned, typical."""
    if stage == "decided":
        return
    if stage == "pushed":
        push(county, case(), "演示省级局", "演示推送1号", case().version, work_calendar(), then)
        return
    publish(county, case(), SAID.format(party=party), case().version, then)
    then += timedelta(days=20)
    if stage == "wrong":
        said = "演示：当事人来电说金额写错（DEMO）。"
        note_fault(county, case(), said, case().version, work_calendar(), then)
    elif stage == "end_asked":
        said = "演示：已缴清罚款、更换包装，申请提前停止公示（DEMO）。"
        note_request_to_end(county, case(), said, case().version, work_calendar(), then)
    elif stage == "overturned":
        by, why = "演示复议机关〔演示〕1号", "演示：主要证据不足，复议撤销（DEMO）。"
        overturn(county, case(), then.date(), by, why, None, case().version, work_calendar(), then)
    elif stage == "typical":
        make_typical(county, case(), "进货不查编号，冒用专用标志（演示）", LESSON, case().version, then)


def remove_demo_cases(today: date, now: datetime) -> int:
    """What is open is dropped, what is published is taken down; rows stay."""
    ended = 0
    for case in db.session.scalars(select(Case).where(Case.demo).options(selectinload(Case.clocks))):
        if case.stands not in OPEN and case.stands is not State.PUBLISHED:
            continue
        before = case.stands
        case.state = (State.REMOVED if before is State.PUBLISHED else State.DROPPED).value
        case.removed_on, case.changed_at = today, now
        case.typical = case.typical_title = case.typical_on = None
        case.stop_clocks(Clock, today)
        changes = {"state": {"from": before.value, "to": case.state}}
        record(PORTAL, "remove", case.subject, changes, public=before is State.PUBLISHED)
        ended += 1
    note_removal(Case)
    return ended
