"""The standards the register knows for each GI, and what officials did about standards."""

from portal.catalogue.present import documents_cited
from portal.catalogue.queries import documents_by_id
from portal.lib.text import Text
from portal.reports.pieces import Cell, Chapter, Column, Missing, Table, day, number, said, words
from portal.reports.sections import Asked, add_section

COLUMNS = [
    Column(Text("地理标志", "GI"), width=3),
    Column(Text("标准号", "Number"), width=3),
    Column(Text("名称", "Title"), width=4),
    Column(Text("说明", "Relation"), width=5),
]


def build(asked: Asked, chapter: Chapter) -> None:
    scope, rows, without = asked.scope, [], []
    for one in scope.indications:
        standards = one.facts.get("standards") or []
        if not standards:
            without.append(one)
        for place, standard in enumerate(standards):
            name = words(Text(one.name_zh, one.name_en), scope.url(f"/gi/{one.slug}#quality"))
            head = name if place == 0 else Cell(Text("", ""), one.name_zh)
            rows.append(
                [head, words(standard.get("number")), _words(standard, "title"), _words(standard, "relation")]
            )
    gis = scope.url(f"/gi/?{scope.ask_region.lstrip('&')}")
    covered = len(scope.indications) - len(without)
    chapter.pieces.append(
        said(
            Text(
                "登记簿载有标准 {n} 项，涉及地理标志 {covered} 件（共 {all} 件）。",
                "The register names {n} [n:standard|standards] for {covered} of {all} [all:GI|GIs].",
            ),
            n=number(len(rows), gis),
            covered=number(covered, gis),
            all=number(len(scope.indications), gis),
        )
    )
    if rows:
        chapter.pieces.append(Table("standards", Text("标准", "Standards"), COLUMNS, rows))
    chapter.pieces += asked.written("standards")
    if without:
        names = Text("、".join(one.name_zh for one in without), ", ".join(one.name_en for one in without))
        what = Text(f"标准：{names.zh}", f"Standards: {names.en}")
        chapter.missing.append(Missing(what, Text("登记簿没有查到", "none was found by the register")))


def _words(standard: dict, field: str) -> Cell:
    said_of = standard.get(field)
    return words(Text(said_of["zh"], said_of["en"])) if said_of else Cell(Text("—", "—"))


def build_sources(asked: Asked, chapter: Chapter) -> None:
    """Every document that the facts of these GIs rest on."""
    scope = asked.scope
    cited = {key for one in scope.indications for key in documents_cited(one.facts)}
    documents = documents_by_id(cited)
    columns = [
        Column(Text("文件", "Document"), width=8),
        Column(Text("发布者", "Issuer"), width=4),
        Column(Text("日期", "Date"), width=4),
    ]
    rows = []
    for key, document in documents.items():
        facts = document.facts
        title, issuer = facts.get("title"), facts.get("issuer")
        rows.append(
            [
                words(Text(title["zh"], title["en"]) if title else key, scope.url(f"/about/sources#{key}")),
                words(Text(issuer["zh"], issuer["en"]) if isinstance(issuer, dict) else issuer),
                day(facts["date"]) if facts.get("date") else Cell(Text("—", "—")),
            ]
        )
    chapter.pieces.append(
        said(
            Text(
                "本报告的数字取自登记簿（至第 {n} 条），点击数字可查台账；登记事实依据下列 {count} 份文件。",
                "The numbers are taken from the register (up to entry {n}); each leads to its ledger. The "
                "facts rest "
                "on [count:this {count} document|these {count} documents].",
            ),
            n=words(str(asked.version), scope.url("/log/")),
            count=number(len(rows), scope.url("/about/sources")),
        )
    )
    if rows:
        chapter.pieces.append(Table("sources", Text("资料来源", "Sources"), columns, rows))


add_section("standards", 120, Text("标准与质量要求", "Standards"), build)
add_section("sources", 90, Text("资料来源", "Sources"), build_sources, annex=True)
