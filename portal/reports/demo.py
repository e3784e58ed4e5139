"""One published report of the demonstration: made-up rosters and made-up words, all marked 演示 (DEMO)."""

from datetime import date, datetime

from sqlalchemy import select

from portal.db import db
from portal.register.actions import Actor
from portal.reports.actions import new_report, store_publication, store_texts
from portal.reports.building import make, store_made
from portal.reports.models import AnnualReport
from portal.reports.rules import About
from portal.reports.scope import find_subject

OFFICE = Actor("演示机关（DEMO）")
REGION, YEAR = "640500", 2024
TEXTS = {
    "office": "演示机关（DEMO）",
    "overview": "（演示文字）本年度以名录核实、用标核查和年度申报为重点，逐件核对了登记簿中的地理标志。\n"
    "（演示文字）两项占比在年度结束后公布，缺申报的逐家催报。",
    "publicity": "（演示文字）在产地集市设点，向消费者说明怎样扫码核验。",
    "training": "（演示文字）对新用标户讲解标示要求和年度申报。",
    "publicity_events": "4",
    "training_sessions": "6",
    "people_trained": "210",
    "problems": "（演示文字）部分用标户没有按时报告使用情况。",
    "next": "（演示文字）三月底前完成名录核实，六月底前完成用标核查。",
}


def load_demo_reports(_today: date, now: datetime) -> int:
    subject = find_subject(About.REGION, REGION)
    ours = select(AnnualReport.id).where(AnnualReport.published_as == OFFICE.name).limit(1)
    if subject is None or db.session.scalar(ours) is not None:
        return 0
    report = new_report(subject, YEAR, now)
    store_texts(OFFICE, report, TEXTS, now)
    db.session.flush()
    store_made(report, make(report), now)
    report.demo = True
    store_publication(OFFICE, report, now, "演示〔2025〕1号")
    return 1


def remove_demo_reports(_today: date, _now: datetime) -> int:
    """A publication is never taken back; its marking as a demonstration stays with it."""
    return 0
