"""The seed of a draw and the draw itself: committed, revealed, a public value entered, drawn.

Of two people neither decides alone. Who keeps silent at the end does not stop it: the public value that was
named before the lists were frozen stands in for the missing half (decision 020).
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from portal.accounts.models import Account
from portal.authorisation.queries import work_calendar
from portal.checks import draw, drawing
from portal.checks.actions import NOT_NOW, NOT_STORED, ensure_may, record_plan, refuse
from portal.checks.models import Check, CheckOfficer, CheckPlan, Commitment, Officer
from portal.checks.queries import commitments_now, silent_commitment
from portal.checks.rules import (
    COMMITMENT,
    REVEAL_WORKING_DAYS,
    SECRET_LONGEST,
    SECRET_SHORTEST,
    PlanState,
    PlanStep,
    SeedKind,
    stands_in,
)
from portal.db import db
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.text import Text, day_text
from portal.producers.models import Producer
from portal.register.actions import Actor

# ---- two people


def commit(
    account: Account, plan: CheckPlan, digest: str, version_seen: int, today: date, now: datetime
) -> None:
    """Hand in one half of the seed, closed. Of the two people one at most made the plan."""
    ensure_may(account, plan, PlanStep.COMMIT, version_seen)
    if plan.seeded_by is not SeedKind.COMMIT:
        raise RuleBroken(NOT_NOW)
    digest, known = digest.strip().lower(), commitments_now(plan)
    if not COMMITMENT.fullmatch(digest):
        fault = Text("承诺是 64 位十六进制数", "A commitment is 64 hexadecimal digits")
        raise RuleBroken(NOT_STORED, {"digest": fault})
    silent = silent_commitment(account, today)
    if silent is not None:
        raise NotAllowed(
            Text(
                f"您在 {silent} 没有按期揭示，一年内不能再作承诺人",
                f"You did not reveal in time for {silent}; for a year you cannot commit again",
            )
        )
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
    record_plan(actor, "committed", plan, {"commitment": digest, "state": plan.state}, was=was)


def reveal(
    account: Account, plan: CheckPlan, secret: str, version_seen: int, today: date, now: datetime
) -> None:
    """Open one’s half; with the second the draw is made in the same transaction."""
    ensure_may(account, plan, PlanStep.REVEAL, version_seen)
    secret = secret.strip()
    if stands_in(plan.stands, plan.reveal_by, plan.later_source, today):
        # The value may be known by now: whoever may still choose between the two could choose the draw.
        raise RuleBroken(
            Text("揭示期限已过，改用公开数值", "The time to reveal is over; the public value stands in"),
        )
    mine = next((one for one in commitments_now(plan) if one.account_id == account.id), None)
    if mine is None:
        raise NotAllowed(Text("只有承诺过的两人才能揭示", "Only the two who committed can reveal"))
    if mine.secret is not None:
        raise RuleBroken(Text("您已经揭示过", "You have revealed already"))
    fault = None
    if not SECRET_SHORTEST <= len(secret) <= SECRET_LONGEST or not secret.isprintable():
        fault = Text("请写 16 至 120 个字符", "Write 16 to 120 characters")
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
    record_plan(actor, "revealed", plan, {"commitment": mine.digest, "secret": secret})
    both = commitments_now(plan)
    if all(one.secret for one in both):
        _draw(actor, plan, [one.secret for one in both], now)


# ---- a public value


def enter_value(
    account: Account,
    plan: CheckPlan,
    value: str,
    source: str,
    version_seen: int,
    today: date,
    now: datetime,
) -> None:
    """The public value that was named beforehand, with where it can be read; the draw follows at once. Of a
    plan of two people it stands in for whoever did not reveal in time."""
    ensure_may(account, plan, PlanStep.ENTER_VALUE, version_seen)
    known = commitments_now(plan)
    silent = [one for one in known if one.secret is None] if plan.seeded_by is SeedKind.COMMIT else []
    not_before = _first_day(plan, today)
    value, faults = value.strip(), {}
    if today < not_before:
        faults["value"] = Text("{day}以后才能录入", "Not before {day}").format(day=day_text(not_before))
    if not 4 <= len(value) <= SECRET_LONGEST or not value.isprintable():
        faults["value"] = Text("请照公布的写，4 至 120 个字符", "As published, 4 to 120 characters")
    if len(source.strip()) < 8:
        faults["source"] = Text("请写明在哪里公布", "Say where it is published")
    refuse(faults)
    plan.seed_source = source.strip()[:500]
    stated = {"value": value, "source": plan.seed_source}
    if silent:
        stated["not_revealed"] = "、".join(f"{one.who}（{one.digest[:8]}…）" for one in silent)
    record_plan(account.as_actor(), "value_entered", plan, stated)
    _draw(account.as_actor(), plan, [*(one.secret for one in known if one.secret), value], now)


def _first_day(plan: CheckPlan, today: date) -> date:
    if plan.seeded_by is SeedKind.LATER:
        if plan.stands is not PlanState.FROZEN:
            raise RuleBroken(NOT_NOW)
        return plan.later_on
    if not stands_in(plan.stands, plan.reveal_by, plan.later_source, today):
        raise RuleBroken(NOT_NOW, next_step=_wait_for(plan))
    return plan.reveal_by + timedelta(1)


def _wait_for(plan: CheckPlan) -> Text:
    if plan.reveal_by is None:
        return plan.stands.text
    said = Text("两人可在{day}前揭示", "The two may reveal until {day}")
    return said.format(day=day_text(plan.reveal_by))


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
    record_plan(actor, "drawn", plan, stated, was=was)


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
