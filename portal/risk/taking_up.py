"""What a finding may become part of: the checks and tips that are under way where it was found."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select

from portal.accounts.models import Account
from portal.checks.models import Check, CheckPlan
from portal.checks.plan_data import PlanData
from portal.checks.queries import plans_for
from portal.checks.rules import (
    FEWEST_OFFICERS,
    USUAL_FALLBACK,
    USUAL_WEIGHTS,
    CheckState,
    PlanState,
    SeedKind,
    SubjectClass,
)
from portal.db import db
from portal.lib.text import Text
from portal.regions.rules import county_of, covers
from portal.risk.models import RiskFinding
from portal.tips.models import Tip
from portal.tips.queries import TipFilter, tips_in

MOST = 30
# A check drafted from a finding begins with these; the official changes them before the lists are frozen.
USUALLY_WANTED, USUAL_DAYS = 5, 60


@dataclass(frozen=True)
class Choice:
    """Something under way: its number, what it is called, and whether it is about the same producer."""

    number: str
    text: Text
    same: bool

    @property
    def option(self) -> tuple[str, Text]:
        """As a list to choose from shows it."""
        same = Text("{text} · 同一生产者", "{text} · the same producer")
        return self.number, same.format(text=self.text) if self.same else self.text


def checks_open(viewer: Account, one: RiskFinding) -> list[Choice]:
    """Plans whose ground holds the place of the finding and which are of its GI or of all."""
    query = plans_for(viewer).where(
        CheckPlan.state != PlanState.ABANDONED.value,
        or_(CheckPlan.indication_id.is_(None), CheckPlan.indication_id == one.indication_id),
    )
    plans = [plan for plan in db.session.scalars(query.limit(MOST)) if covers(plan.adcode, one.adcode)]
    drawn = _plans_that_drew(one)
    found = [
        Choice(plan.number, _named(plan.number, plan.title, plan.stands.text), plan.id in drawn)
        for plan in plans
    ]
    return sorted(found, key=lambda choice: not choice.same)


def _plans_that_drew(one: RiskFinding) -> set[int]:
    if one.producer_id is None:
        return set()
    query = select(Check.plan_id).where(
        Check.producer_id == one.producer_id, Check.state != CheckState.VOID.value
    )
    return set(db.session.scalars(query))


def tips_open(viewer: Account, one: RiskFinding) -> list[Choice]:
    """Tips under way of the same producer, of the same GI, or from the same county."""
    county = county_of(one.adcode)
    near = [Tip.adcode.startswith(county)]
    near += [Tip.indication_id == one.indication_id] if one.indication_id else []
    near += [Tip.producer_id == one.producer_id] if one.producer_id else []
    query = tips_in(viewer, TipFilter()).where(or_(*near)).limit(MOST)
    found = [
        Choice(
            tip.number,
            _named(tip.number, tip.respondent or "", tip.stands.text),
            tip.producer_id is not None and tip.producer_id == one.producer_id,
        )
        for tip in db.session.scalars(query)
    ]
    return sorted(found, key=lambda choice: not choice.same)


def _named(number: str, title: str, state: Text) -> Text:
    parts = [number, title] if title else [number]
    return Text(" ".join(parts) + f"（{state.zh}）", " ".join(parts) + f" ({state.en})")


def plan_from(one: RiskFinding, today: date) -> PlanData:
    """A check by lot where the finding was made: whom it meets is drawn, nobody can be named for it."""
    return PlanData(
        title=f"{one.kind_of.text.zh}：双随机抽查",
        adcode=county_of(one.adcode),
        basis=f"风险提示 {one.id}",
        wanted={SubjectClass.AUTHORISED.value: USUALLY_WANTED},
        officers_each=FEWEST_OFFICERS,
        weights=USUAL_WEIGHTS,
        seed_kind=SeedKind.COMMIT,
        check_by=today + timedelta(USUAL_DAYS),
        indication=one.indication,
        later_source=USUAL_FALLBACK.zh,
    )
