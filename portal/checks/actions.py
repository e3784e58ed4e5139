"""Everything that changes a plan: drafted, frozen, committed, revealed, drawn, drawn again, abandoned."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select

from portal.accounts.models import Account
from portal.accounts.rules import scope_covers
from portal.authorisation.licence_actions import next_number
from portal.authorisation.queries import work_calendar
from portal.checks import draw, drawing
from portal.checks import words as _words  # noqa: F401 - gives the entries written here their words
from portal.checks.models import Check, CheckOfficer, CheckPlan, Commitment, Officer
from portal.checks.plan_data import PlanData, later_faults, plan_faults
from portal.checks.queries import checks_of, commitments_now
from portal.checks.rules import (
    COMMITMENT,
    REASON_LONGEST,
    REASON_SHORTEST,
    REVEAL_WORKING_DAYS,
    SECRET_LONGEST,
    SECRET_SHORTEST,
    CheckState,
    PlanState,
    PlanStep,
    SeedKind,
    may_take,
)
from portal.db import db, ensure_current
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.producers.models import Producer
from portal.register.actions import Actor, record
from portal.register.rules import changed

NOT_YOURS = Text("您不能办理这一步", "You may not take this step")
NOT_NOW = Text("现在不能走这一步", "That step cannot be taken now")
NOT_STORED = Text("没有保存", "It was not stored")


# ---- drafting


def draft_plan(account: Account, data: PlanData, today: date, now: datetime) -> CheckPlan:
    _refuse(plan_faults(data, today))
    if not may_take(PlanStep.FREEZE, PlanState.DRAFT, account.role, account.region, data.adcode):
        raise NotAllowed(NOT_YOURS)
    plan = new_plan(data, today, now, account.id)
    _record(account.as_actor(), "planned", plan, _stated(plan), public=False)
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
    _check(account, plan, PlanStep.AMEND, version_seen)
    _refuse(plan_faults(data, today))
    if not scope_covers(account.region, data.adcode):
        raise NotAllowed(NOT_YOURS)
    before = _stated(plan)
    _set(plan, data)
    _record(account.as_actor(), "amended", plan, changed(before, _stated(plan)), public=False, raw=True)


def _set(plan: CheckPlan, data: PlanData) -> None:
    later = data.seed_kind is SeedKind.LATER
    plan.title, plan.adcode, plan.basis = data.title.strip(), data.adcode, data.basis.strip()[:300]
    plan.indication = data.indication
    plan.indication_id = data.indication.id if data.indication else None
    plan.wanted, plan.officers_each = dict(data.wanted), data.officers_each
    plan.weights, plan.seed_kind = dict(data.weights), data.seed_kind.value
    plan.later_source = data.later_source.strip()[:300] if later else None
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
        "later": f"{plan.later_source}（{plan.later_on}）" if plan.later_source else None,
    }
    return {name: value for name, value in stated.items() if value is not None}


# ---- freezing


def freeze_plan(account: Account, plan: CheckPlan, version_seen: int, today: date, now: datetime) -> None:
    """Freeze both lists and publish their digests before there is any seed."""
    _check(account, plan, PlanStep.FREEZE, version_seen)
    _refuse(later_faults(plan.seeded_by, plan.later_source or "", plan.later_on, today))
    freeze(account.as_actor(), plan, today, now)


def freeze(actor: Actor, plan: CheckPlan, today: date, now: datetime) -> None:
    frozen = drawing.freeze(plan, today)
    was = plan.state
    _keep_lists(plan, frozen)
    plan.state, plan.frozen_at = PlanState.FROZEN.value, now
    _record(actor, "frozen", plan, _stated(plan) | _digests(plan, frozen) | {"state": plan.state}, was=was)


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


# ---- the seed


def commit(
    account: Account, plan: CheckPlan, digest: str, version_seen: int, today: date, now: datetime
) -> None:
    """Hand in one half of the seed, closed. Of the two people one at most made the plan."""
    _check(account, plan, PlanStep.COMMIT, version_seen)
    if plan.seeded_by is not SeedKind.COMMIT:
        raise RuleBroken(NOT_NOW)
    digest, known = digest.strip().lower(), commitments_now(plan)
    if not COMMITMENT.fullmatch(digest):
        fault = Text("承诺是 64 位十六进制数", "A commitment is 64 hexadecimal digits")
        raise RuleBroken(NOT_STORED, {"digest": fault})
    if any(one.account_id == account.id for one in known):
        raise RuleBroken(
            Text("您已经承诺过，另一半要由另一人", "You have committed; the other half is another’s")
        )
    if any(one.digest == digest for one in known):
        raise RuleBroken(NOT_STORED, {"digest": Text("与另一人的承诺相同", "The same as the other’s")})
    store_commitment(account.as_actor(), plan, digest, account.id, today, now)


def store_commitment(
    actor: Actor, plan: CheckPlan, digest: str, by: int | None, today: date, now: datetime
) -> None:
    place = len(commitments_now(plan)) + 1
    who = actor.name
    one = Commitment(
        plan_id=plan.id,
        round=plan.round,
        place=place,
        account_id=by,
        who=who,
        digest=digest,
        committed_at=now,
    )
    db.session.add(one)
    was = plan.state
    if place == 2:
        due = work_calendar().due_after(today, REVEAL_WORKING_DAYS)
        plan.state, plan.reveal_by, plan.reveal_estimated = PlanState.COMMITTED.value, due.day, due.estimated
    db.session.flush()
    _record(actor, "committed", plan, {"commitment": digest, "state": plan.state}, was=was)


def reveal(
    account: Account, plan: CheckPlan, secret: str, version_seen: int, today: date, now: datetime
) -> None:
    """Open one’s half; with the second the draw is made in the same transaction."""
    _check(account, plan, PlanStep.REVEAL, version_seen)
    secret = secret.strip()
    mine = next((one for one in commitments_now(plan) if one.account_id == account.id), None)
    if mine is None:
        raise NotAllowed(Text("只有承诺过的两人才能揭示", "Only the two who committed can reveal"))
    if mine.secret is not None:
        raise RuleBroken(Text("您已经揭示过", "You have revealed already"))
    fault = None
    if not SECRET_SHORTEST <= len(secret) <= SECRET_LONGEST or not secret.isprintable():
        fault = Text("应为 16 至 120 个字符", "16 to 120 characters")
    elif draw.commitment_of(plan.number, plan.round, secret) != mine.digest:
        fault = Text(
            "与当初的承诺不符：请核对有没有抄错，多或少一个字都不行",
            "It is not what was committed: check for a slip, every character counts",
        )
    if fault:
        raise RuleBroken(Text("没有接受", "It was not accepted"), {"secret": fault})
    store_reveal(account.as_actor(), plan, mine, secret, now)


def store_reveal(actor: Actor, plan: CheckPlan, mine: Commitment, secret: str, now: datetime) -> None:
    mine.secret, mine.revealed_at = secret, now
    db.session.flush()
    _record(actor, "revealed", plan, {"commitment": mine.digest, "secret": secret})
    both = commitments_now(plan)
    if all(one.secret for one in both):
        _draw(actor, plan, [one.secret for one in both], now)


def enter_value(
    account: Account,
    plan: CheckPlan,
    value: str,
    source: str,
    version_seen: int,
    today: date,
    now: datetime,
) -> None:
    """The public value that was named beforehand, with where it can be read; the draw follows at once."""
    _check(account, plan, PlanStep.ENTER_VALUE, version_seen)
    if plan.seeded_by is not SeedKind.LATER:
        raise RuleBroken(NOT_NOW)
    value, faults = value.strip(), {}
    if today < plan.later_on:
        faults["value"] = Text(f"{plan.later_on} 以后才能录入", f"Not before {plan.later_on}")
    if not 4 <= len(value) <= SECRET_LONGEST or not value.isprintable():
        faults["value"] = Text("请照公布的写，4 至 120 个字符", "As published, 4 to 120 characters")
    if len(source.strip()) < 8:
        faults["source"] = Text("请写明在哪里公布", "Say where it is published")
    _refuse(faults)
    plan.seed_source = source.strip()[:500]
    _record(account.as_actor(), "value_entered", plan, {"value": value, "source": plan.seed_source})
    _draw(account.as_actor(), plan, [value], now)


# ---- the draw


def _draw(actor: Actor, plan: CheckPlan, parts: list[str], now: datetime) -> None:
    drawn = drawing.draw_plan(plan, parts)
    was = plan.state
    plan.seed, plan.seed_parts = drawn.seed.hex(), parts
    plan.openings = {
        name: [
            {"ticket": o.ticket, "subject": o.subject, "excluded": list(o.excluded), "nonce": o.nonce}
            for o in walk
        ]
        for name, walk in drawn.walks.items()
    }
    plan.state, plan.drawn_at = PlanState.DRAWN.value, now
    _store_checks(plan, drawn)
    stated = {"seed": plan.seed, "result_digest": draw.digest(drawn.result), "state": plan.state}
    _record(actor, "drawn", plan, stated, was=was)


def _store_checks(plan: CheckPlan, drawn: drawing.Drawn) -> None:
    numbers = list(drawn.officers)
    producers = {
        one.number: one for one in db.session.scalars(select(Producer).where(Producer.number.in_(numbers)))
    }
    licences = {licence for chosen in drawn.officers.values() for licence in chosen}
    officers = {
        one.licence: one for one in db.session.scalars(select(Officer).where(Officer.licence.in_(licences)))
    }
    tickets = {
        one.subject: (name, one.ticket)
        for name, walk in drawn.walks.items()
        for one in draw.first_of_each(walk)
    }
    for place, (number, chosen) in enumerate(drawn.officers.items(), 1):
        name, ticket = tickets[number]
        db.session.add(
            Check(
                plan_id=plan.id,
                round=plan.round,
                place=place,
                producer_id=producers[number].id,
                adcode=producers[number].adcode,
                subject_class=name,
                ticket=ticket,
                officers=[
                    CheckOfficer(place=at, officer_id=officers[licence].id)
                    for at, licence in enumerate(chosen, 1)
                ],
            )
        )
    db.session.flush()


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
    _check(account, plan, PlanStep.DRAW_AGAIN, version_seen)
    reason = _reason(reason)
    if plan.seeded_by is SeedKind.LATER:
        _refuse(later_faults(plan.seeded_by, later_source, later_on, today))
    waiting = plan.stands is PlanState.COMMITTED
    if waiting and plan.reveal_by and today <= plan.reveal_by:
        raise RuleBroken(
            Text("揭示期限未到，不能重来", "The time to reveal is not over"),
            next_step=Text(f"{plan.reveal_by} 以后", f"After {plan.reveal_by}"),
        )
    checks = checks_of(plan, plan.round)
    if any(one.result for one in checks):
        raise RuleBroken(
            Text("已经有检查结果，不能重新抽取", "A check has a result; it cannot be drawn again")
        )
    if plan.stands is PlanState.DRAWN:
        plan.earlier = [*(plan.earlier or []), proof(plan)]
    for one in checks:
        one.state = CheckState.VOID.value
    was = plan.state
    plan.round += 1
    plan.later_source, plan.later_on = (later_source.strip()[:300] or None), later_on
    plan.seed = plan.seed_parts = plan.openings = plan.seed_source = plan.drawn_at = plan.reveal_by = None
    frozen = drawing.freeze(plan, today)
    _keep_lists(plan, frozen)
    plan.state, plan.reason, plan.frozen_at = PlanState.FROZEN.value, reason, now
    stated = {"reason": reason, "state": plan.state} | _digests(plan, frozen)
    _record(account.as_actor(), "drawn_again", plan, stated, was=was)


def abandon(account: Account, plan: CheckPlan, reason: str, version_seen: int) -> None:
    _check(account, plan, PlanStep.ABANDON, version_seen)
    reason, was = _reason(reason), plan.state
    public = plan.stands is not PlanState.DRAFT
    plan.state, plan.reason = PlanState.ABANDONED.value, reason
    stated = {"reason": reason, "state": plan.state}
    _record(account.as_actor(), "abandoned", plan, stated, was=was, public=public)


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


def _check(account: Account, plan: CheckPlan, step: PlanStep, version_seen: int) -> None:
    ensure_current(plan, version_seen)
    if not may_take(step, plan.stands, account.role, account.region, plan.adcode):
        possible = any(
            may_take(step, state, account.role, account.region, plan.adcode) for state in PlanState
        )
        raise RuleBroken(NOT_NOW, next_step=plan.stands.text) if possible else NotAllowed(NOT_YOURS)


def _refuse(faults: Mapping[str, Text]) -> None:
    if faults:
        raise RuleBroken(NOT_STORED, dict(faults))


def _record(
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
