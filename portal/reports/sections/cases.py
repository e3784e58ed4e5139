"""Cases of the year as figures. No party is named: a decision is taken down when its time is over, and this
report is not."""

from urllib.parse import quote

from portal.accounts.rules import NATION
from portal.cases.queries import CaseFigures, figures_of
from portal.cases.rules import Origin, Outcome
from portal.lib.text import Text
from portal.reports.pieces import Chapter, Chart, Column, Missing, Table, money, number, said, words
from portal.reports.scope import Scope
from portal.reports.sections import Asked, add_section

COLUMNS = [Column(Text("项目", "What"), width=6), Column(Text("件数", "Cases"), True, 2)]


def build(asked: Asked, chapter: Chapter) -> None:
    scope = asked.scope
    desk = scope.url("/office/cases?state=all")
    ids = None if scope.every_gi else scope.ids
    found = figures_of(scope.place or NATION, scope.year, ids)
    chapter.pieces.append(
        said(
            Text(
                "本年立案 {opened} 件，作出决定 {decided} 件，罚没款合计 {fine}；依法公示 {published} 件。"
                "公示期满的决定"
                "按规定撤下，本报告只列数字，不列当事人。",
                "{opened} [opened:case was|cases were] opened in the year and {decided} decided, with fines "
                "of {fine}; {published} [published:was|were] "
                "published as the law asks. Decisions are taken down when their time is over, so no party "
                "is named "
                "here.",
            ),
            opened=number(found.opened, desk),
            decided=number(found.decided, desk),
            fine=money(found.fine_fen, desk),
            published=number(found.published, scope.url("/cases/")),
        )
    )
    _add_what_is_apart(found, chapter, scope)
    if found.decided:
        chapter.pieces.append(_outcomes(found, desk))
    if sum(1 for count in found.outcomes.values() if count) > 1:
        chapter.pieces.append(_chart(found))
    if found.opened:
        chapter.pieces.append(_origins(found, desk))
    if found.campaigns:
        rows = [
            [words(name), number(count, f"{desk}&campaign={quote(name)}")]
            for name, count in found.campaigns.items()
        ]
        chapter.pieces.append(Table("campaigns", Text("专项行动", "Campaigns"), COLUMNS, rows))
    if not (found.opened or found.decided or found.overturned):
        what = Text(f"{scope.year} 年案件", f"Cases of {scope.year}")
        why = Text("登记簿中没有立案或决定", "the register has none opened or decided")
        chapter.missing.append(Missing(what, why))


def _add_what_is_apart(found: CaseFigures, chapter: Chapter, scope: Scope) -> None:
    """Neither a decision that was overturned nor a case with the police is among the decided ones."""
    if found.overturned:
        text = Text(
            "另有 {n} 件决定作出后被撤销，不计入以上件数和罚没款，公示已撤回。",
            "Another {n} [n:was|were] decided and then overturned, and [n:counts|count] "
            "neither above nor in the fines, and "
            "what was published is withdrawn.",
        )
        chapter.pieces.append(
            said(text, n=number(found.overturned, scope.url("/office/cases?state=overturned")))
        )
    if found.to_police:
        text = Text("另有 {n} 件移送公安机关。", "{n} more [n:was|were] handed to the police.")
        chapter.pieces.append(said(text, n=number(found.to_police, scope.url("/office/cases?state=police"))))


def _outcomes(found: CaseFigures, desk: str) -> Table:
    rows = [
        [words(one.text), number(found.outcomes[one], desk)] for one in Outcome if found.outcomes.get(one)
    ]
    note = Text("一件案件可以有几种处理，各计一次。", "One case may have several outcomes; each counts.")
    return Table("case-outcomes", Text("处理结果", "Outcomes"), COLUMNS, rows, note)


def _chart(found: CaseFigures) -> Chart:
    shown = [one for one in Outcome if found.outcomes.get(one)]
    return Chart(
        "cases-by-outcome",
        Text("案件按处理结果", "Cases by outcome"),
        "bars",
        [one.text for one in shown],
        [(Text("件数", "cases"), [found.outcomes[one] for one in shown])],
        Text("件", "cases"),
    )


def _origins(found: CaseFigures, desk: str) -> Table:
    rows = [
        [words(one.text), number(found.origins[one], f"{desk}&origin={one}")]
        for one in Origin
        if found.origins.get(one)
    ]
    return Table("case-origins", Text("案件来源", "Where the cases came from"), COLUMNS, rows)


add_section("cases", 70, Text("案件办理", "Cases"), build)
