"""Checks by lot in the year: plans drawn, subjects checked, what was found, what was put right."""

from collections import Counter

from sqlalchemy import Select, select

from portal.checks.models import Check, CheckPlan
from portal.checks.rules import FAILED, CheckState, PlanState, Result
from portal.db import db
from portal.lib.clock import end_of_day
from portal.lib.text import Text
from portal.producers.queries import within
from portal.reports.pieces import Chapter, Chart, Column, Missing, Table, number, percent, said, words
from portal.reports.rules import PART_OF
from portal.reports.scope import Scope
from portal.reports.sections import Asked, add_section

COLUMNS = [
    Column(Text("计划", "Plan"), width=3),
    Column(Text("名称", "Title"), width=5),
    Column(Text("抽取户数", "Drawn"), True, 2),
    Column(Text("已检查", "Checked"), True, 2),
    Column(Text("发现问题", "With a problem"), True, 2),
    Column(Text("已公开", "Published"), True, 2),
]


def build(asked: Asked, chapter: Chapter) -> None:
    scope = asked.scope
    made = _checks(scope)
    visited = [one for one in made if one.visited_on and scope.first <= one.visited_on <= scope.until]
    failed = [one for one in visited if one.found in FAILED or one.found is Result.ON_THE_SPOT]
    mended = [one for one in failed if one.found is Result.ON_THE_SPOT or one.ended_as is Result.PASSED]
    plans, ledger = _plans(scope), scope.url(f"/checks/?{scope.ask_region.lstrip('&')}")
    chapter.pieces.append(
        said(
            Text(
                "按“双随机、一公开”，本年抽取计划 {plans} 个、检查对象 {drawn} 户；完成检查 {visited} 户，"
                "发现问题 "
                "{failed} 户（{share}），其中已改正 {mended} 户；已向社会公开结果 {told} 户。抽取过程任何"
                "人可以重算。",
                "By lot, {plans} [plans:plan was|plans were] drawn with {drawn} [drawn:subject|subjects] in "
                "the year. {visited} [visited:was|were] checked, {failed} had "
                "a problem ({share}), {mended} of them put right; {told} [told:result is|results are] "
                "published. Anyone "
                "can repeat the "
                "draws.",
            ),
            plans=number(len(plans), ledger),
            drawn=number(sum(one.plan_id in plans for one in made), ledger),
            visited=number(len(visited), ledger),
            failed=number(len(failed), ledger),
            share=percent((len(failed), len(visited)), ledger),
            mended=number(len(mended), ledger),
            told=number(sum(one.published_at is not None for one in visited), ledger),
        )
    )
    if plans:
        chapter.pieces.append(_table(scope, plans, made))
    if len({one.found for one in visited}) > 1:
        chapter.pieces.append(_chart(visited))
    chapter.pieces += asked.written("sampling")
    _say_missing(asked, plans, made, chapter)


def _in_scope(query: Select, scope: Scope, place: object) -> Select:
    if scope.place:
        return query.where(within(place, scope.place))
    return query.where(CheckPlan.indication_id.in_(scope.ids))


def _plans(scope: Scope) -> dict[int, CheckPlan]:
    """The plans that were drawn in the year."""
    query = select(CheckPlan).where(
        CheckPlan.state == PlanState.DRAWN.value,
        CheckPlan.drawn_at > end_of_day(scope.first.replace(year=scope.year - 1, month=12, day=31)),
        CheckPlan.drawn_at <= end_of_day(scope.until),
    )
    query = _in_scope(query, scope, CheckPlan.adcode).order_by(CheckPlan.number)
    return {one.id: one for one in db.session.scalars(query)}


def _checks(scope: Scope) -> list[Check]:
    query = (
        select(Check)
        .join(CheckPlan, CheckPlan.id == Check.plan_id)
        .where(Check.state != CheckState.VOID.value)
    )
    return list(db.session.scalars(_in_scope(query, scope, Check.adcode).order_by(Check.id)))


def _table(scope: Scope, plans: dict[int, CheckPlan], made: list[Check]) -> Table:
    rows = []
    for key, plan in plans.items():
        own = [one for one in made if one.plan_id == key]
        done = [one for one in own if one.visited_on]
        page = scope.url(f"/checks/{plan.number}")
        rows.append(
            [
                words(plan.number, page),
                words(plan.title),
                number(len(own), page),
                number(len(done), page),
                number(sum(one.found in FAILED or one.found is Result.ON_THE_SPOT for one in done), page),
                number(sum(one.published_at is not None for one in own), page),
            ]
        )
    return Table("checks", Text("抽查计划", "Checks by lot"), COLUMNS, rows)


def _chart(visited: list[Check]) -> Chart:
    counts = Counter(one.found for one in visited)
    shown = [result for result in Result if counts[result]]
    return Chart(
        "checks-by-result",
        Text("检查结果", "Results of the checks"),
        "bars",
        [result.text for result in shown],
        [(Text("户数", "subjects"), [counts[result] for result in shown])],
        Text("户", "subjects"),
    )


def _say_missing(asked: Asked, plans: dict[int, CheckPlan], made: list[Check], chapter: Chapter) -> None:
    scope = asked.scope
    if not plans:
        what = Text(f"{scope.year} 年抽查", f"Checks by lot of {scope.year}")
        why = Text("登记簿中没有本年抽取的计划", "the register has no plan drawn in the year")
        chapter.missing.append(Missing(what, why))
    waiting = sum(one.plan_id in plans and one.visited_on is None for one in made)
    if waiting:
        why = Text("{n} 户还没有检查", "{n} [n:subject was|subjects were] not checked yet").format(n=waiting)
        chapter.missing.append(Missing(Text("抽查结果", "Results of checks"), why))
    if not asked.written("sampling"):
        why = Text("没有填写其他机构的抽检", "sampling by other bodies was not entered")
        chapter.missing.append(Missing(PART_OF["sampling"].title, why))


add_section("checks", 60, Text("监督抽查", "Checks"), build)
