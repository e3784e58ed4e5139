"""Leads and requests between regions in the year: what went out, what came in, how they ended."""

from collections import Counter

from sqlalchemy import func, select

from portal.db import db
from portal.lib.clock import end_of_day
from portal.lib.text import Text
from portal.producers.queries import within
from portal.reports.pieces import Chapter, Column, Missing, Table, number, said, words
from portal.reports.scope import Scope
from portal.reports.sections import Asked, add_section
from portal.transfers.models import Transfer
from portal.transfers.rules import Kind, State

COLUMNS = [
    Column(Text("种类", "Kind"), width=4),
    Column(Text("状态", "State"), width=4),
    Column(Text("移出", "Sent out"), True, 2),
    Column(Text("移入", "Came in"), True, 2),
]
Counts = Counter[tuple[str, str]]


def build(asked: Asked, chapter: Chapter) -> None:
    scope = asked.scope
    what = Text("跨区域协作", "Work across regions")
    if not scope.place:
        why = Text("移送按地区统计，不按地理标志统计", "transfers are counted by region, not by GI")
        chapter.missing.append(Missing(what, why))
        return
    desk = scope.url("/office/transfers?state=all")
    out, came = counts_of(scope, Transfer.from_adcode), counts_of(scope, Transfer.to_adcode)
    chapter.pieces.append(
        said(
            Text(
                "本年向其他地区移出线索和协助请求 {out} 件，收到 {came} 件。线索内容只有双方可见。",
                "{out} [out:lead or request|leads and requests] went to other regions in the year and {came} "
                "came in. What they say is seen by both sides only.",
            ),
            out=number(sum(out.values()), desk + "&side=out"),
            came=number(sum(came.values()), desk + "&side=in"),
        )
    )
    rows = [
        [words(kind.text), words(state.text), *(number(side[kind, state], page) for side in (out, came))]
        for kind in Kind
        for state in State
        for page in [scope.url(f"/office/transfers?state={state}&kind={kind}")]
        if out[kind, state] or came[kind, state]
    ]
    if rows:
        chapter.pieces.append(Table("transfers", what, COLUMNS, rows))
    else:
        why = Text("登记簿中本年没有移送", "the register has no transfer in the year")
        chapter.missing.append(Missing(what, why))


def counts_of(scope: Scope, side: object) -> Counts:
    begin = end_of_day(scope.first.replace(year=scope.year - 1, month=12, day=31))
    query = (
        select(Transfer.kind, Transfer.state, func.count())
        .where(
            within(side, scope.place), Transfer.sent_at > begin, Transfer.sent_at <= end_of_day(scope.until)
        )
        .group_by(Transfer.kind, Transfer.state)
    )
    return Counter({(kind, state): count for kind, state, count in db.session.execute(query)})


add_section("transfers", 90, Text("跨区域协作", "Work across regions"), build)
