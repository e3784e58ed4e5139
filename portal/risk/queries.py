"""Everything that reads findings: those of the official's region; none is public."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Account
from portal.accounts.rules import is_adcode
from portal.db import db
from portal.lib.problems import NotAllowed, NotFound
from portal.lib.text import Text
from portal.producers.queries import within
from portal.risk.models import RiskFinding, RiskRun
from portal.risk.rules import READERS, FindingKind, FindingState


def scope_of(viewer: Account) -> str:
    if viewer.role not in READERS or not is_adcode(viewer.region):
        raise NotAllowed(
            Text("风险提示只对官员和审计员开放", "Findings are open to officials and auditors only")
        )
    return viewer.region


@dataclass(frozen=True)
class FindingFilter:
    kind: FindingKind | None = None
    state: FindingState | None = FindingState.OPEN


def findings_for(viewer: Account, asked: FindingFilter) -> Select[tuple[RiskFinding]]:
    """The gravest first, then the newest."""
    query = (
        select(RiskFinding)
        .options(joinedload(RiskFinding.producer), joinedload(RiskFinding.indication))
        .where(within(RiskFinding.adcode, scope_of(viewer)))
    )
    if asked.kind:
        query = query.where(RiskFinding.kind == asked.kind)
    if asked.state:
        query = query.where(RiskFinding.state == asked.state)
    return query.order_by(
        RiskFinding.standing.desc(), RiskFinding.severity.desc(), RiskFinding.first_at.desc(), RiskFinding.id
    )


def get_finding_for(viewer: Account, number: int) -> RiskFinding:
    one = db.session.scalar(findings_for(viewer, FindingFilter(None, None)).where(RiskFinding.id == number))
    if one is None:
        raise NotFound(Text("没有这条提示", "There is no such finding"))
    return one


def counts_of(viewer: Account) -> dict[tuple[FindingKind, FindingState], int]:
    query = (
        select(RiskFinding.kind, RiskFinding.state, func.count())
        .where(within(RiskFinding.adcode, scope_of(viewer)))
        .group_by(RiskFinding.kind, RiskFinding.state)
    )
    return {
        (FindingKind(kind), FindingState(state)): count for kind, state, count in db.session.execute(query)
    }


def last_run() -> RiskRun | None:
    return db.session.scalar(select(RiskRun).order_by(RiskRun.id.desc()).limit(1))


def all_findings() -> dict[str, RiskFinding]:
    return {one.key: one for one in db.session.scalars(select(RiskFinding))}
