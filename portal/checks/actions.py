"""Everything that changes a plan but its seed: drafted, amended, frozen, drawn again, abandoned."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from portal.accounts.models import Account
from portal.accounts.rules import scope_covers
from portal.authorisation.licence_actions import next_number
from portal.checks import draw, drawing
from portal.checks import words as _words  # noqa: F401 - gives the entries written here their words
from portal.checks.models import Check, CheckPlan
from portal.checks.plan_data import PlanData, later_faults, plan_faults
from portal.checks.queries import checks_of, commitments_now
from portal.checks.rules import (
    REASON_LONGEST,
    REASON_SHORTEST,
    CheckState,
    PlanState,
    PlanStep,
    SeedKind,
    may_take,
    stands_in,
)
from portal.db import db, ensure_current
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.text import Text, day_text
from portal.register.actions import Actor, record
from portal.register.rules import changed

NOT_YOURS = Text("您不能办理这一步", "You may not take this step")
NOT_NOW = Text("现在不能走这一步", "That step cannot be taken now")
NOT_STORED = Text("没有保存", "It was not stored")


# ---- drafting


def draft_plan(account: Account, data: PlanData, today: date, now: datetime) -> CheckPlan:
    refuse(plan_faults(data, today))
    if not may_take(PlanStep.FREEZE, PlanState.DRAFT, account.role, account.region, data.adcode):
        raise NotAllowed(NOT_YOURS)
    plan = new_plan(data, today, now, account.id)
    record_plan(account.as_actor(), "planned", plan, _stated(plan), public=False)
    return plan


def new_plan(data: PlanData, today: date, now: datetime, by: int | None, demo: bool = False) -> CheckPlan:
    plan = CheckPlan(
        number=f"SJ{today.year}-{next_number(f'check-{today.year}'):04d}",
        created_by=by,
        created_at=now,
        round=1,
        state=PlanState.DRAFT.value,
        demo=demo,
    )
    _set(plan, data)
    db.session.add(plan)
    db.session.flush()
    return plan


def amend_plan(account: Account, plan: CheckPlan, data: PlanData, version_seen: int, today: date) -> None:
    ensure_may(account, plan, PlanStep.AMEND, version_seen)
    refuse(plan_faults(data, today))
    if not scope_covers(account.region, data.adcode):
        raise NotAllowed(NOT_YOURS)
    before = _stated(plan)
    _set(plan, data)
    record_plan(account.as_actor(), "amended", plan, changed(before, _stated(plan)), public=False, raw=True)


def _set(plan: CheckPlan, data: PlanData) -> None:
    later = data.seed_kind is SeedKind.LATER
    plan.title, plan.adcode, plan.basis = data.title.strip(), data.adcode, data.basis.strip()[:300]
    plan.indication = data.indication
    plan.indication_id = data.indication.id if data.indication else None
    plan.wanted, plan.officers_each = dict(data.wanted), data.officers_each
    plan.weights, plan.seed_kind = dict(data.weights), data.seed_kind.value
    plan.later_source = data.later_source.strip()[:300]
    plan.later_on = data.later_on if later else None
    plan.check_by = data.check_by


def _stated(plan: CheckPlan) -> dict[str, object]:
    stated = {
        "title": plan.title,
        "scope": plan.adcode,
        "gi": plan.indication.slug if plan.indication else None,
        "basis": plan.basis,
        "wanted": plan.wanted,
        "officers_each": plan.officers_each,
        "weights": plan.weights,
        "seed_kind": plan.seed_kind,
        "later": f"{plan.later_source}（{plan.later_on}）" if plan.later_on else None,
        "fallback": plan.later_source if plan.seeded_by is SeedKind.COMMIT else None,
    }
    return {name: value for name, value in stated.items() if value is not None}


# ---- freezing


def freeze_plan(account: Account, plan: CheckPlan, version_seen: int, today: date, now: datetime) -> None:
    """Freeze both lists and publish their digests before there is any seed."""
    ensure_may(account, plan, PlanStep.FREEZE, version_seen)
    refuse(later_faults(plan.seeded_by, plan.later_source or "", plan.later_on, today))
    freeze(account.as_actor(), plan, today, now)


def freeze(actor: Actor, plan: CheckPlan, today: date, now: datetime) -> None:
    frozen = drawing.freeze(plan, today)
    was = plan.state
    _keep_lists(plan, frozen)
    plan.state, plan.frozen_at = PlanState.FROZEN.value, now
    record_plan(
        actor, "frozen", plan, _stated(plan) | _digests(plan, frozen) | {"state": plan.state}, was=was
    )


def _keep_lists(plan: CheckPlan, frozen: drawing.Frozen) -> None:
    plan.tickets, plan.officers, plan.sealed = frozen.tickets, frozen.officers, frozen.sealed
    plan.tickets_digest = draw.digest(frozen.tickets)
    plan.officers_digest = draw.digest(frozen.officers)
    plan.sealed_digest = draw.digest(frozen.sealed)


def _digests(plan: CheckPlan, frozen: drawing.Frozen) -> dict[str, object]:
    return {
        "round": plan.round,
        "subjects": frozen.subjects,
        "officers": len(frozen.officers),
        "tickets_digest": plan.tickets_digest,
        "officers_digest": plan.officers_digest,
        "lists_digest": plan.sealed_digest,
    }


# ---- drawn again, or not at all


def draw_again(
    account: Account,
    plan: CheckPlan,
    reason: str,
    version_seen: int,
    today: date,
    now: datetime,
    later_source: str = "",
    later_on: date | None = None,
) -> None:
    """A second draw: only with a reason that everyone can read, only while no sheet was handed in. The proof
    of the first stays to be seen."""
    ensure_may(account, plan, PlanStep.DRAW_AGAIN, version_seen)
    reason = _reason(reason)
    if plan.seeded_by is SeedKind.LATER:
        refuse(later_faults(plan.seeded_by, later_source, later_on, today))
    checks = checks_of(plan, plan.round)
    _refuse_too_early(plan, checks, today)
    if plan.stands is PlanState.DRAWN:
        plan.earlier = [*(plan.earlier or []), proof(plan)]
    for one in checks:
        one.state = CheckState.VOID.value
    was = plan.state
    plan.round += 1
    if plan.seeded_by is SeedKind.LATER:
        plan.later_source, plan.later_on = later_source.strip()[:300], later_on
    plan.seed = plan.seed_parts = plan.openings = plan.seed_source = plan.drawn_at = plan.reveal_by = None
    frozen = drawing.freeze(plan, today)
    frozen.sealed["earlier"] = _earlier_lists(plan)
    _keep_lists(plan, frozen)
    plan.state, plan.reason, plan.frozen_at = PlanState.FROZEN.value, reason, now
    stated = {"reason": reason, "state": plan.state} | _digests(plan, frozen)
    record_plan(account.as_actor(), "drawn_again", plan, stated, was=was)


def _refuse_too_early(plan: CheckPlan, checks: Sequence[Check], today: date) -> None:
    if stands_in(plan.stands, plan.reveal_by, plan.later_source, today):
        raise RuleBroken(
            Text(
                "有人逾期未揭示，应录入事先写明的公开数值，不重新抽取",
                "Enter the public value named beforehand",
            ),
            next_step=plan.later_text,
        )
    waiting = plan.stands is PlanState.COMMITTED
    if waiting and plan.reveal_by and today <= plan.reveal_by:
        raise RuleBroken(
            Text("揭示期限未到，不能重来", "The time to reveal is not over"),
            next_step=Text("{day}以后", "After {day}").format(day=day_text(plan.reveal_by)),
        )
    if any(one.result for one in checks):
        raise RuleBroken(
            Text("已经有检查结果，不能重新抽取", "A check has a result; it cannot be drawn again")
        )


def _earlier_lists(plan: CheckPlan) -> list[dict]:
    """The lists of the void draw stay with the new ones, so that an auditor can still compare them."""
    before = plan.sealed or {}
    parts = {name: value for name, value in before.items() if name != "earlier"}
    return [*before.get("earlier", []), parts]


def abandon(account: Account, plan: CheckPlan, reason: str, version_seen: int) -> None:
    ensure_may(account, plan, PlanStep.ABANDON, version_seen)
    reason, was = _reason(reason), plan.state
    public = plan.stands is not PlanState.DRAFT
    plan.state, plan.reason = PlanState.ABANDONED.value, reason
    stated = {"reason": reason, "state": plan.state}
    record_plan(account.as_actor(), "abandoned", plan, stated, was=was, public=public)


def proof(plan: CheckPlan) -> dict[str, object]:
    """The proof of the present round; the name of a drawn subject where it is public."""
    names = {
        one.producer.number: one.producer.name if one.producer.name_public else None
        for one in checks_of(plan, plan.round)
    }
    return drawing.proof_of(plan, commitments_now(plan), names)


# ---- shared


def _reason(typed: str) -> str:
    typed = typed.strip()
    if not REASON_SHORTEST <= len(typed) <= REASON_LONGEST:
        fault = Text(
            "请写明理由，至少 10 个字；公众看得到", "Give the reason, at least 10 characters; it is public"
        )
        raise RuleBroken(Text("没有办理", "Nothing was done"), {"reason": fault})
    return typed


def ensure_may(account: Account, plan: CheckPlan, step: PlanStep, version_seen: int) -> None:
    ensure_current(plan, version_seen)
    if not may_take(step, plan.stands, account.role, account.region, plan.adcode):
        possible = any(
            may_take(step, state, account.role, account.region, plan.adcode) for state in PlanState
        )
        raise RuleBroken(NOT_NOW, next_step=plan.stands.text) if possible else NotAllowed(NOT_YOURS)


def refuse(faults: Mapping[str, Text]) -> None:
    if faults:
        raise RuleBroken(NOT_STORED, dict(faults))


def record_plan(
    actor: Actor,
    verb: str,
    plan: CheckPlan,
    stated: Mapping[str, object],
    was: str | None = None,
    public: bool = True,
    raw: bool = False,
) -> None:
    before = {"state": was} if was and was != stated.get("state") else {}
    if was is not None and was == stated.get("state"):
        stated = {name: value for name, value in stated.items() if name != "state"}
    changes = stated if raw else changed(before, stated)
    record(actor, verb, plan.subject, changes, public=public)
