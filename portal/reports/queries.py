"""Everything that reads reports and their texts. Drafts are there only for those who keep the ground."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, select
from sqlalchemy.orm import aliased, undefer

from portal.accounts.models import Account
from portal.accounts.rules import Role, is_adcode
from portal.db import db
from portal.lib.problems import NotAllowed, NotFound
from portal.lib.text import Text
from portal.producers.queries import within
from portal.regions.rules import NATION
from portal.reports.models import AnnualReport, ReportText
from portal.reports.pieces import Content, read_content
from portal.reports.rules import PARTS, READERS, About, State, may_read

NO_REPORT = Text("没有这份报告", "There is no such report")
OPEN = [State.WAITING.value, State.BUILDING.value, State.READY.value, State.FAILED.value]


@dataclass(frozen=True)
class ReportFilter:
    year: int | None = None
    region: str = ""
    about: About | None = None
    text: str = ""


def scope_of(viewer: Account) -> str:
    if viewer.role not in READERS or not is_adcode(viewer.region):
        raise NotAllowed(
            Text(
                "年度报告的草稿只对官员和审计员开放",
                "Drafts of reports are open to officials and auditors only",
            )
        )
    return viewer.region


def _filtered(query: Select, asked: ReportFilter) -> Select:
    if asked.year:
        query = query.where(AnnualReport.year == asked.year)
    if asked.region and asked.region != NATION:
        query = query.where(within(AnnualReport.adcode, asked.region))
    if asked.about:
        query = query.where(AnnualReport.about == asked.about.value)
    if asked.text:
        names = AnnualReport.name_zh.contains(asked.text, autoescape=True)
        query = query.where(names | AnnualReport.name_en.icontains(asked.text, autoescape=True))
    return query


def _no_later(*states: str) -> ColumnElement[bool]:
    """The newest edition among those in one of these states."""
    later = aliased(AnnualReport)
    return ~exists().where(
        and_(
            later.about == AnnualReport.about,
            later.key == AnnualReport.key,
            later.year == AnnualReport.year,
            later.edition > AnnualReport.edition,
            later.state.in_(states),
        )
    )


def reports_for(viewer: Account, asked: ReportFilter) -> Select[tuple[AnnualReport]]:
    """The newest edition of every report whose ground lies in the viewer's region, also drafts."""
    states = [*OPEN, State.PUBLISHED.value]
    seen = within(AnnualReport.adcode, scope_of(viewer))
    if viewer.role is Role.PROVINCE:
        seen |= AnnualReport.about == About.YEAR.value
    query = select(AnnualReport).where(seen, AnnualReport.state.in_(states), _no_later(*states))
    return _filtered(query, asked).order_by(AnnualReport.year.desc(), AnnualReport.adcode, AnnualReport.id)


def get_report_for(viewer: Account, number: int) -> AnnualReport:
    one = db.session.get(AnnualReport, number, options=[undefer(AnnualReport.content)])
    if one is None or not may_read(viewer.role, viewer.region, one.adcode, one.about):
        raise NotFound(NO_REPORT)
    return one


def find_open(about: About, key: str, year: int) -> AnnualReport | None:
    query = _of(about, key, year).where(AnnualReport.state.in_(OPEN))
    return db.session.scalar(query.order_by(AnnualReport.edition.desc()).limit(1))


def last_edition(about: About, key: str, year: int) -> int:
    query = select(func.max(AnnualReport.edition)).where(
        AnnualReport.about == about.value, AnnualReport.key == key, AnnualReport.year == year
    )
    return db.session.scalar(query) or 0


def _of(about: About | str, key: str, year: int) -> Select[tuple[AnnualReport]]:
    return select(AnnualReport).where(
        AnnualReport.about == str(about), AnnualReport.key == key, AnnualReport.year == year
    )


# ---- what the public sees


def published(asked: ReportFilter) -> Select[tuple[AnnualReport]]:
    """What stands for each subject and year, newest year first."""
    stands = State.PUBLISHED.value
    query = select(AnnualReport).where(AnnualReport.state == stands, _no_later(stands))
    return _filtered(query, asked).order_by(AnnualReport.year.desc(), AnnualReport.adcode, AnnualReport.id)


def editions_of(about: About | str, key: str, year: int) -> list[AnnualReport]:
    """Every published edition, newest first: a correction stands beside what it corrects."""
    query = _of(about, key, year).where(AnnualReport.state == State.PUBLISHED.value)
    return list(db.session.scalars(query.order_by(AnnualReport.edition.desc())))


def get_published(about: str, key: str, year: int, edition: int | None = None) -> AnnualReport:
    query = _of(about, key, year).where(AnnualReport.state == State.PUBLISHED.value)
    if edition is not None:
        query = query.where(AnnualReport.edition == edition)
    one = db.session.scalar(
        query.order_by(AnnualReport.edition.desc()).options(undefer(AnnualReport.content)).limit(1)
    )
    if one is None:
        raise NotFound(
            NO_REPORT, next_step=Text("从已公布报告的列表中查找", "Look it up in the list of reports")
        )
    return one


def years_published() -> list[int]:
    query = select(AnnualReport.year).where(AnnualReport.state == State.PUBLISHED.value)
    return list(db.session.scalars(query.distinct().order_by(AnnualReport.year.desc())))


def published_about(about: About, key: str) -> list[AnnualReport]:
    """The standing reports of one subject, newest year first."""
    return list(db.session.scalars(_STANDING_ABOUT, {"about": about.value, "key": key}))


# Written once: every page of a GI asks for it.
_STANDING_ABOUT = published(ReportFilter()).where(
    AnnualReport.about == bindparam("about"), AnnualReport.key == bindparam("key")
)


def content_of(report: AnnualReport) -> Content | None:
    return read_content(report.content) if report.content else None


# ---- texts


def texts_of(about: About | str, key: str, year: int) -> dict[str, ReportText]:
    query = select(ReportText).where(
        ReportText.about == str(about), ReportText.key == key, ReportText.year == year
    )
    return {one.part: one for one in db.session.scalars(query)}


def texts_before(about: About | str, key: str, year: int) -> list[ReportText]:
    """The newest earlier texts of each part that is carried over; numbers of another year are not."""
    parts = [part.key for part in PARTS if not part.number]
    query = (
        select(ReportText)
        .where(
            ReportText.about == str(about),
            ReportText.key == key,
            ReportText.year < year,
            ReportText.part.in_(parts),
            ReportText.body != "",
        )
        .order_by(ReportText.year)
    )
    return list({one.part: one for one in db.session.scalars(query)}.values())
