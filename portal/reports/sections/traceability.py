"""Where products can be traced: verified land, labels issued against it, batches, tests, recalls."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from portal.batches.models import Batch, BatchRecall, BatchTest
from portal.batches.rules import Result
from portal.catalogue.models import Indication
from portal.db import db
from portal.labels.models import LabelAccount, LabelSet
from portal.land.past import verified_on
from portal.lib.clock import end_of_day
from portal.lib.quantity import tonnes_text
from portal.lib.text import Text
from portal.producers.queries import within
from portal.reports.pieces import Cell, Chapter, Column, Missing, Table, day, number, said, words
from portal.reports.scope import Scope
from portal.reports.sections import Asked, add_section
from portal.scans.queries import scan_sums

# For each GI the counts of one kind of record.
Sums = dict[int, tuple[int, ...]]
SQUARE_METRES_PER_MU = 10_000 / 15
OF_GI = Column(Text("地理标志", "GI"), width=4)
LABEL_COLUMNS = [
    OF_GI,
    Column(Text("核实地块", "Verified plots"), True, 3),
    Column(Text("面积（亩）", "Area (mu)"), True, 3),
    Column(Text("发放标签（枚）", "Labels issued"), True, 3),
    Column(Text("扫码（次）", "Scans"), True, 3),
]
BATCH_COLUMNS = [
    OF_GI,
    Column(Text("登记批次", "Batches"), True, 2),
    Column(Text("批次重量", "Weight"), True, 3),
    Column(Text("检测合格", "Tests passed"), True, 2),
    Column(Text("检测不合格", "Tests failed"), True, 3),
    Column(Text("召回", "Recalls"), True, 2),
]


@dataclass(frozen=True)
class Traced:
    plots: int = 0
    square_metres: int = 0
    labels: int = 0
    batches: int = 0
    grams: int = 0
    passed: int = 0
    failed: int = 0
    recalls: int = 0
    scans: int = 0

    def __bool__(self) -> bool:
        return any(vars(self).values())


def build(asked: Asked, chapter: Chapter) -> None:
    scope = asked.scope
    found = traced(scope)
    whole = Traced(*(sum(getattr(one, name) for one in found.values()) for name in vars(Traced())))
    if not whole:
        what = Text("追溯：地块、标签、批次", "Traceability: plots, labels, batches")
        why = Text("登记簿中本年没有记录", "the register has no record of the year")
        chapter.missing.append(Missing(what, why))
        return
    land, lots = scope.url("/office/land?state=verified"), scope.url("/office/batches")
    chapter.pieces.append(
        said(
            Text(
                "截至{until}，核实种植地块 {plots} 块、{mu} 亩；本年发放标签 {labels} 枚，登记批次 "
                "{batches} 个，合 "
                "{weight}；检测合格 {passed} 份、不合格 {failed} 份；发起召回 {recalls} 次；标签被扫 "
                "{scans} 次。",
                "By {until} {plots} [plots:plot|plots] with {mu} mu [plots:was|were] verified. In the year "
                "{labels} [labels:label was|labels were] issued and "
                "{batches} [batches:batch|batches] recorded, {weight} in all; {passed} "
                "[passed:test was|tests were] passed and {failed} failed; "
                "{recalls} [recalls:recall was|recalls were] begun; labels were scanned {scans} "
                "[scans:time|times].",
            ),
            until=day(scope.until),
            plots=number(whole.plots, land),
            mu=_mu(whole.square_metres, land),
            labels=number(whole.labels, scope.url(f"/office/labels/accounts?year={scope.year}")),
            batches=number(whole.batches, lots),
            weight=_weight(whole.grams, lots),
            passed=number(whole.passed, lots),
            failed=number(whole.failed, lots),
            recalls=number(whole.recalls, lots),
            scans=number(whole.scans, scope.url("/office/scans")),
        )
    )
    shown = [one for one in scope.indications if found.get(one.id)]
    chapter.pieces += _tables(scope, shown, found)
    without = [one for one in scope.indications if not found.get(one.id)]
    if without:
        names = Text("、".join(one.name_zh for one in without), ", ".join(one.name_en for one in without))
        what = Text(f"追溯：{names.zh}", f"Traceability: {names.en}")
        chapter.missing.append(Missing(what, Text("本年没有记录", "no record of the year")))


def _mu(square_metres: int, url: str) -> Cell:
    return number(round(square_metres / SQUARE_METRES_PER_MU), url)


def _weight(grams: int, url: str) -> Cell:
    return Cell(Text(tonnes_text(grams, "zh"), tonnes_text(grams, "en")), grams, url, True)


def _tables(scope: Scope, shown: list[Indication], found: dict[int, Traced]) -> list[Table]:
    labels, batches = [], []
    for indication in shown:
        one = found[indication.id]
        balance = scope.url(f"/gi/{indication.slug}/balance?year={scope.year}")
        lots = scope.url(f"/office/batches?gi={indication.slug}")
        name = words(Text(indication.name_zh, indication.name_en), scope.url(f"/gi/{indication.slug}"))
        counted = [one.plots, one.labels, one.scans]
        plots, issued, scans = (number(value, balance) for value in counted)
        labels.append([name, plots, _mu(one.square_metres, balance), issued, scans])
        tests = [number(value, lots) for value in (one.passed, one.failed, one.recalls)]
        batches.append([name, number(one.batches, lots), _weight(one.grams, lots), *tests])
    note = Text("扫码次数按地理标志统计，不分地区。", "Scans are counted by GI, not by place.")
    weight = Text("CSV 中重量单位为克。", "Weight in the CSV is in grams.")
    return [
        Table("traceability", Text("地块、标签与扫码", "Plots, labels, scans"), LABEL_COLUMNS, labels, note),
        Table("batches", Text("批次、检测与召回", "Batches, tests, recalls"), BATCH_COLUMNS, batches, weight),
    ]


def traced(scope: Scope) -> dict[int, Traced]:
    """One statement for each kind of record, and one a GI for its scans, which are kept as sums."""
    end = end_of_day(scope.until)
    begin = end_of_day(scope.first.replace(year=scope.year - 1, month=12, day=31))
    plots = verified_on(scope.until, scope.ids, scope.place)
    labels = _labels(scope, begin, end)
    batches, tests, recalls = _batches(scope), _tests(scope), _recalls(scope, begin, end)
    scans = {key: (scan_sums(key, scope.year).scans,) for key in scope.ids}
    parts = (plots, labels, batches, tests[Result.PASSED], tests[Result.FAILED], recalls, scans)
    lengths = (2, 1, 2, 1, 1, 1, 1)
    return {
        number: Traced(
            *(n for part, long in zip(parts, lengths, strict=True) for n in part.get(number, (0,) * long))
        )
        for number in scope.ids
    }


def _labels(scope: Scope, begin: datetime, end: datetime) -> Sums:
    query = (
        select(LabelSet.indication_id, func.sum(LabelSet.count))
        .join(LabelAccount, LabelAccount.id == LabelSet.account_id)
        .where(LabelSet.issued_at > begin, LabelSet.issued_at <= end)
    )
    return _sums(query, scope, LabelSet.indication_id, LabelAccount.adcode)


def _batches(scope: Scope) -> Sums:
    query = select(Batch.indication_id, func.count(), func.sum(Batch.grams)).where(
        Batch.made_on.between(scope.first, scope.until)
    )
    return _sums(query, scope, Batch.indication_id, Batch.adcode)


def _tests(scope: Scope) -> dict[Result, Sums]:
    query = (
        select(Batch.indication_id, func.count())
        .join(BatchTest, BatchTest.batch_id == Batch.id)
        .where(BatchTest.tested_on.between(scope.first, scope.until), BatchTest.removed_on.is_(None))
    )
    return {
        result: _sums(query.where(BatchTest.result == result.value), scope, Batch.indication_id, Batch.adcode)
        for result in Result
    }


def _recalls(scope: Scope, begin: datetime, end: datetime) -> Sums:
    query = (
        select(Batch.indication_id, func.count(func.distinct(BatchRecall.id)))
        .join(BatchRecall, BatchRecall.code == Batch.code)
        .where(BatchRecall.at > begin, BatchRecall.at <= end)
    )
    return _sums(query, scope, Batch.indication_id, Batch.adcode)


def _sums(query: Select, scope: Scope, key: object, place: object) -> Sums:
    query = query.where(key.in_(scope.ids))
    if scope.place:
        query = query.where(within(place, scope.place))
    rows = db.session.execute(query.group_by(key))
    return {row[0]: tuple(int(value or 0) for value in row[1:]) for row in rows}


add_section("traceability", 110, Text("产品追溯", "Traceability"), build)
