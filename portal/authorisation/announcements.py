"""What the public was told of licences, and how the offices serve: days per step, refusals by ground."""

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.authorisation.models import Announcement, Application, ApplicationStep, Licence
from portal.authorisation.rules import RefusalReason, State, Step
from portal.catalogue.models import Indication
from portal.db import db

# Fewer than this many would tell about single applicants.
FEWEST_SHOWN = 3
MEASURED = (
    State.SUBMITTED,
    State.COUNTY_CHECK,
    State.CITY_CHECK,
    State.PROVINCE_DECISION,
    State.NATIONAL_DECISION,
    State.HOLDER_DECISION,
    State.APPROVED,
    State.PERMITTED,
)
YEAR = timedelta(days=365)


def announcements(kind: str = "", gi: str = "") -> Select[tuple[Announcement]]:
    """The newest first; with licence, producer and GI, and nothing asked for row by row."""
    query = (
        select(Announcement)
        .options(
            joinedload(Announcement.licence).options(
                joinedload(Licence.producer),
                joinedload(Licence.indication),
                joinedload(Licence.protection),
                selectinload(Licence.spells),
            )
        )
        .order_by(Announcement.on.desc(), Announcement.id.desc())
    )
    if kind:
        query = query.where(Announcement.kind == kind)
    if gi:
        query = query.join(Announcement.licence).join(Licence.indication).where(Indication.slug == gi)
    return query


@dataclass(frozen=True)
class StepFigure:
    state: State
    count: int
    median_days: float | None


@dataclass(frozen=True)
class Service:
    """Of the last 365 days. A median of fewer than three is not shown: None."""

    since: date
    submitted: int
    issued: int
    refused: int
    steps: list[StepFigure]
    refusals: list[tuple[RefusalReason, int]]


def service_figures(day: date) -> Service:
    since = day - YEAR
    days: dict[str, list[int]] = {}
    query = select(ApplicationStep.from_state, ApplicationStep.working_days_taken).where(
        ApplicationStep.working_days_taken.is_not(None),
        ApplicationStep.from_state != ApplicationStep.to_state,
        ApplicationStep.step.not_in([Step.WITHDRAW.value, Step.SUBMIT.value, Step.RESUBMIT.value]),
        func.date(ApplicationStep.at) >= _sql_day(since),
    )
    for state, taken in db.session.execute(query):
        days.setdefault(state, []).append(taken)
    steps = [StepFigure(s, len(days.get(s, [])), _median(days.get(s, []))) for s in MEASURED]
    return Service(
        since=since,
        submitted=_count_steps(Step.SUBMIT, since),
        issued=_count_steps(Step.ANNOUNCE, since),
        refused=_count_steps(Step.REFUSE, since),
        steps=[step for step in steps if step.count],
        refusals=_refusals(since),
    )


def _sql_day(day: date) -> object:
    return day if db.engine.dialect.name == "postgresql" else day.isoformat()


def _median(values: list[int]) -> float | None:
    return median(values) if len(values) >= FEWEST_SHOWN else None


def _count_steps(step: Step, since: date) -> int:
    query = select(func.count()).where(
        ApplicationStep.step == step.value, func.date(ApplicationStep.at) >= _sql_day(since)
    )
    return db.session.scalar(query) or 0


def _refusals(since: date) -> list[tuple[RefusalReason, int]]:
    query = (
        select(Application.refusal, func.count())
        .where(Application.refusal.is_not(None), Application.decided_on >= since)
        .group_by(Application.refusal)
    )
    found = [(RefusalReason(reason), number) for reason, number in db.session.execute(query)]
    return sorted(found, key=lambda pair: -pair[1])
