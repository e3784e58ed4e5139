"""Complaints and tips of the year as figures (投诉举报办法 art. 34 asks for statistics). Nobody is named."""

from portal.accounts.rules import NATION
from portal.lib.text import Text
from portal.reports.pieces import Chapter, Column, Missing, Table, number, percent, said, words
from portal.reports.sections import Asked, add_section
from portal.tips.queries import figures_of
from portal.tips.rules import Kind, State

COLUMNS = [Column(Text("结果", "Outcome"), width=6), Column(Text("件数", "Number"), True, 2)]


def build(asked: Asked, chapter: Chapter) -> None:
    scope = asked.scope
    ids = None if scope.every_gi else scope.ids
    found = figures_of(scope.place or NATION, scope.year, ids)
    desk, due = scope.url("/office/tips?state=all"), scope.url("/office/tips/due")
    received, clocks = sum(found.received.values()), found.in_time + found.late
    chapter.pieces.append(
        said(
            Text(
                "本年收到投诉 {complaints} 件、举报 {tips} 件；已办的法定时限 {clocks} 个，按时 {in_time} 个"
                "（{share}）。举报人的身份依法保密。",
                "{complaints} [complaints:complaint|complaints] and {tips} [tips:tip|tips] came in the year. "
                "Of {clocks} legal [clocks:term|terms] that ended, {in_time} "
                "[in_time:was|were] kept ({share}). Who reported is kept secret.",
            ),
            complaints=number(found.received.get(Kind.COMPLAINT, 0), desk + "&kind=complaint"),
            tips=number(found.received.get(Kind.TIP, 0), desk + "&kind=tip"),
            clocks=number(clocks, due),
            in_time=number(found.in_time, due),
            share=percent((found.in_time, clocks), due),
        )
    )
    rows = [
        [words(state.text), number(found.ended[state], scope.url(f"/office/tips?state={state}"))]
        for state in State
        if found.ended.get(state)
    ]
    if rows:
        chapter.pieces.append(Table("tips", Text("办理结果", "How they ended"), COLUMNS, rows))
    open_ = received - sum(found.ended.values())
    if open_:
        what = Text("投诉举报的结果", "Outcome of complaints and tips")
        chapter.missing.append(
            Missing(what, Text("{n} 件还在办理", "{n} [n:is|are] still under way").format(n=open_))
        )
    if not received:
        what = Text(f"{scope.year} 年投诉举报", f"Complaints and tips of {scope.year}")
        chapter.missing.append(Missing(what, Text("登记簿中没有收到", "the register received none")))


add_section("tips", 80, Text("投诉与举报", "Complaints and tips"), build)
