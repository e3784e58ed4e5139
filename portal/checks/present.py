"""How plans and checks are shown: the stations of a draw, the answer in one line, results in figures."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from portal.checks.models import Check, CheckPlan, Commitment
from portal.checks.rules import CheckState, PlanState, Result, SeedKind, stands_in
from portal.lib.clock import day_of
from portal.lib.text import Text, day_text


@dataclass(frozen=True)
class Station:
    text: Text
    state: str
    who: Text | None = None
    on: date | str | None = None
    due: Text | None = None
    note: Text | None = None


def stations(plan: CheckPlan, commitments: Sequence[Commitment], day: date) -> list[Station]:
    """Frozen, seeded, drawn: what happened and what is missing, the missing reveal by name."""
    frozen, drawn = plan.frozen_at is not None, plan.drawn_at is not None
    over = plan.stands is PlanState.ABANDONED
    line = [
        Station(
            Text("冻结名单，公布摘要", "Lists frozen, digests published"),
            "done" if frozen else "current",
            on=day_of(plan.frozen_at) if frozen else None,
        )
    ]
    if plan.seeded_by is SeedKind.COMMIT:
        line += [_half(plan, commitments, place, day) for place in (1, 2)]
    else:
        due = Text("{day}以后录入", "to be entered from {day}").format(day=day_text(plan.later_on))
        name = _value_of(plan) if drawn else _named(plan)
        state = "done" if drawn else "current" if frozen and not over else "todo"
        text = Text("事先写明的公开数值", "The public value named beforehand")
        line.append(Station(text, state, note=name, due=None if drawn else due))
    if plan.seeded_by is SeedKind.COMMIT and (station := _fallback(plan, commitments, day)):
        line.append(station)
    note = Text(plan.reason, plan.reason) if over and plan.reason else None
    state = "done" if drawn else "failed" if over else "todo"
    text = Text("已放弃", "Abandoned") if over else Text("抽取", "Drawn")
    line.append(Station(text, state, on=day_of(plan.drawn_at) if drawn else None, note=note))
    return line


def _half(plan: CheckPlan, commitments: Sequence[Commitment], place: int, day: date) -> Station:
    one = next((c for c in commitments if c.place == place), None)
    who = Text(one.who, one.who) if one else None
    if one is None:
        state = "current" if plan.stands is PlanState.FROZEN and place == len(commitments) + 1 else "todo"
        return Station(Text(f"第 {place} 人承诺并揭示", f"Person {place} commits and reveals"), state)
    if one.secret is not None:
        return Station(
            Text(f"第 {place} 人已揭示", f"Person {place} has revealed"), "done", who, day_of(one.revealed_at)
        )
    text = Text(f"第 {place} 人已承诺，尚未揭示", f"Person {place} has committed, not revealed")
    if plan.reveal_by is None:
        return Station(text, "current", who)
    due = Text("应在{day}前揭示", "to be revealed by {day}").format(day=day_text(plan.reveal_by))
    if day > plan.reveal_by:
        late = Text("逾期未揭示（{day}前应揭示）", "not revealed in time (by {day})")
        late = late.format(day=day_text(plan.reveal_by))
        if plan.drawn_at is not None:
            text = Text(f"第 {place} 人没有揭示", f"Person {place} did not reveal")
        return Station(text, "failed", who, due=late)
    return Station(text, "current", who, due=due)


def _fallback(plan: CheckPlan, commitments: Sequence[Commitment], day: date) -> Station | None:
    """The public value in place of a half that was not revealed; not spoken of where both came."""
    used = plan.drawn_at is not None and any(one.secret is None for one in commitments)
    if not used and not stands_in(plan.stands, plan.reveal_by, plan.later_source, day):
        return None
    text = Text("事先写明的公开数值代替", "The public value named beforehand stands in")
    return Station(text, "done" if used else "current", note=_value_of(plan) if used else _named(plan))


def _named(plan: CheckPlan) -> Text:
    return plan.later_text


def _value_of(plan: CheckPlan) -> Text:
    """What was named, what it turned out to be, and where anyone can read it."""
    said = Text("{named}：{value}（{source}）", "{named}: {value} ({source})")
    return said.format(named=plan.later_text, value=plan.seed_parts[-1], source=plan.seed_source)


@dataclass(frozen=True)
class Answer:
    text: Text
    tone: str
    detail: Text | None = None


def answer_of(plan: CheckPlan, checks: Iterable[Check], day: date) -> Answer:
    """What a reader came for, in one line."""
    if plan.stands is not PlanState.DRAWN:
        if plan.stands is PlanState.COMMITTED and plan.reveal_by:
            if stands_in(plan.stands, plan.reveal_by, plan.later_source, day):
                detail = Text("由事先写明的公开数值代替", "the public value named beforehand stands in")
                return Answer(Text("有人逾期未揭示", "Somebody did not reveal in time"), "watch", detail)
            tone = "watch" if day > plan.reveal_by else "waiting"
            by = Text("{day}前", "by {day}").format(day=day_text(plan.reveal_by))
            return Answer(plan.stands.text, tone, by)
        return Answer(plan.stands.text, plan.stands.tone)
    current = [one for one in checks if one.round == plan.round]
    done = [one for one in current if one.published_at is not None]
    problems = sum(1 for one in done if one.found not in (Result.PASSED, Result.CEASED))
    text = Text("抽到 {drawn} 户，已公示 {n} 户结果", "{drawn} drawn, {n} [n:result|results] public").format(
        drawn=len(current), n=len(done)
    )
    detail = Text(f"其中 {problems} 户发现问题", f"{problems} with a problem") if problems else None
    tone = "positive" if len(done) == len(current) else "waiting"
    return Answer(text, tone, detail)


def result_counts(checks: Iterable[Check]) -> list[tuple[Result, int]]:
    counted = Counter(one.found for one in checks if one.found is not None)
    return [(result, counted[result]) for result in Result if counted[result]]


def public_name(check: Check) -> str:
    """A household is named by its number only."""
    return check.producer.name if check.producer.name_public else check.producer.number


def correction_text(check: Check, day: date) -> tuple[str, Text] | None:
    """How a correction stands: tone and words; None where nothing had to be put right."""
    if check.found is not Result.ORDERED or check.due_on is None:
        return None
    if check.ended_as is Result.PASSED:
        return "positive", Text("已改正，复查合格", "Put right, found in order")
    if check.ended_as is not None:
        return "negative", check.ended_as.text
    if check.stands is CheckState.REPORTED:
        return "waiting", Text("已报告改正，待复查", "Said to be put right, to be re-checked")
    if day > check.due_on:
        late = Text("逾期（{day}前应改正）", "Overdue since {day}")
        return "negative", late.format(day=day_text(check.due_on))
    due = Text("{day}前改正", "To be put right by {day}")
    return "watch", due.format(day=day_text(check.due_on))
