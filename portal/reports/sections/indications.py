"""The GIs of the report: which there are, what protects them, where they grow."""

from collections import Counter

from flask import current_app

from portal.catalogue.made_map import find_map
from portal.catalogue.map_marks import Mark, indication_marks
from portal.catalogue.map_pictures import draw_area, draw_areas, draw_members
from portal.catalogue.models import Indication
from portal.catalogue.rules import Kind, Status, kinds_counted
from portal.catalogue.vocabulary import vocabulary
from portal.lib.text import Text
from portal.regions.queries import regions_by_code
from portal.regions.rules import NATION, covers
from portal.reports.pieces import Cell, Chapter, Chart, Column, Map, Missing, Table, day, number, said, words
from portal.reports.rules import About
from portal.reports.scope import Scope
from portal.reports.sections import Asked, add_section

COLUMNS = [
    Column(Text("名称", "Name"), width=7),
    Column(Text("产品类别", "Class"), width=7),
    Column(Text("保护形式", "Protection"), width=8),
    Column(Text("编号", "Number"), width=7),
    Column(Text("日期", "Date"), width=9),
    Column(Text("权利人或申请人", "Holder"), width=8),
    Column(Text("状态", "State"), width=6),
]


def build(asked: Asked, chapter: Chapter) -> None:
    scope = asked.scope
    if not scope.indications:
        chapter.pieces.append(
            said(
                Text(
                    "登记簿中没有属于本报告范围的地理标志。",
                    "The register has no GI in the scope of this report.",
                )
            )
        )
        what = Text("地理标志名录", "The list of GIs")
        chapter.missing.append(Missing(what, Text("范围内没有登记", "None is registered here")))
        return
    counts = _by_kind(scope.indications)
    chapter.pieces += [
        _sentence(scope, counts),
        *_by_place(scope),
        _table(scope),
        *_chart(counts),
        *_map(scope),
    ]
    _say_unknown(scope, chapter)


def _by_kind(indications: list[Indication]) -> Counter[Kind]:
    counts: Counter[Kind] = Counter()
    for one in indications:
        in_force = [
            {"kind": p.kind, "status": p.status} for p in one.protections if p.status == Status.IN_FORCE
        ]
        counts.update(Kind(kind) for kind in kinds_counted(in_force))
    return counts


def _sentence(scope: Scope, counts: Counter[Kind]) -> object:
    place = scope.ask_region
    total = number(len(scope.indications), scope.url(f"/gi/?{place.lstrip('&')}"))
    cells = {
        kind.value: number(counts[kind], scope.url(f"/gi/?kind={kind}&status=in_force{place}"))
        for kind in Kind
    }
    return said(
        Text(
            "截至{until}，共登记地理标志 {total} 件。有效保护中，地理标志产品 {gi_product} 件、证明商标 "
            "{certification_mark} 件、集体商标 {collective_mark} 件、农产品地理标志 {agri_gi} 件；已转换的"
            "只按转换后的形式计一次，一件可以有几种保护。",
            "By {until} the register held {total} [total:GI|GIs]. In force were {gi_product} "
            "[gi_product:GI product|GI products], {certification_mark} "
            "[certification_mark:certification mark|certification marks], {collective_mark} "
            "[collective_mark:collective mark|collective marks] and {agri_gi} "
            "[agri_gi:agricultural GI|agricultural GIs]; what was converted counts once, as what it became, "
            "and one GI may have several.",
        ),
        until=day(scope.until),
        total=total,
        **cells,
    )


def _by_place(scope: Scope) -> list[Table]:
    """How many lie in each county, for the report of a division: the first table of the white paper. Of the
    whole register the cities."""
    if not scope.every_gi:
        return []
    cities = scope.subject.about is About.YEAR
    inside: dict[str, list[Indication]] = {}
    for one in scope.indications:
        for region in one.regions:
            if covers(scope.place or NATION, region.adcode):
                place = f"{region.adcode[:4]}00" if cities else region.adcode[:6]
                held = inside.setdefault(place, [])
                if one not in held:
                    held.append(one)
    names = regions_by_code(inside)
    rows = []
    for code in sorted(inside):
        counts = _by_kind(inside[code])
        name = Text(names[code].name_zh, names[code].name_en) if code in names else Text(code, code)
        here = scope.url(f"/gi/?region={code}")
        row: list[Cell] = [words(name, here), number(len(inside[code]), here)]
        of_kind = {kind: f"{here}&kind={kind}&status=in_force" for kind in Kind}
        rows.append([*row, *(number(counts[kind], of_kind[kind]) for kind in Kind)])
    columns = [
        Column(Text("所在地", "Place"), width=3),
        Column(Text("件数", "GIs"), True, 1),
        *(Column(kind.text, True, 2) for kind in Kind),
    ]
    note = Text("跨几个地方的，在每个地方各计一次。", "One that lies in several places counts in each.")
    return [Table("gis-by-place", Text("各地地理标志数量", "GIs by place"), columns, rows, note)]


def _table(scope: Scope) -> Table:
    rows = []
    for one in scope.indications:
        category = vocabulary().categories.get(one.category)
        name = words(Text(one.name_zh, one.name_en), scope.url(f"/gi/{one.slug}"))
        for n, p in enumerate(p for p in one.protections if p.withdrawn_on is None):
            kind, status = Kind(p.kind), Status.words().get(p.status, Text(p.status, p.status))
            head = name if n == 0 else Cell(Text("", ""), one.name_zh)
            group = words(category) if n == 0 else Cell(Text("", ""), category.zh if category else None)
            rows.append(
                [head, group, words(Kind(kind).text), words(p.number or p.announcement), day(p.date_text),
                 words(p.holder), words(status)]
            )  # fmt: skip
    return Table("gis", Text("地理标志名录", "List of the GIs"), COLUMNS, rows)


def _chart(counts: Counter[Kind]) -> list[Chart]:
    if sum(counts.values()) < 2:
        return []
    return [
        Chart(
            "gis-by-kind",
            Text("有效保护按形式", "Protections in force by kind"),
            "bars",
            [kind.text for kind in Kind],
            [(Text("件数", "number"), [counts[kind] for kind in Kind])],
            Text("件", "GIs"),
        )
    ]


def _map(scope: Scope) -> list[Map]:
    """Drawn where the map has been built; a portal without boundaries has a report without a map."""
    made = find_map()
    if made is None:
        return []
    marks = {mark.number: mark for mark in indication_marks()}
    shown: list[Mark] = [marks[one.id] for one in scope.indications if one.id in marks]
    if not shown:
        return []
    one, year = scope.is_gi, scope.subject.about is About.YEAR
    title = (
        Text(f"{scope.subject.name.zh}的产地", f"The producing area of {scope.subject.name.en}")
        if one
        else Text(f"{scope.subject.name.zh}的地理标志", f"The GIs of {scope.subject.name.en}")
    )

    def drawn(language: str) -> str:
        if one:
            return draw_area(made, shown[0], title, language)
        if year:
            return draw_areas(made, shown, title, language, close=True)
        return draw_members(made, [scope.subject.adcode], shown, title, language)

    approval = current_app.config["SETTINGS"].map_approval_number
    return [Map("map", title, Text(drawn("zh"), drawn("en")), approval)]


def _say_unknown(scope: Scope, chapter: Chapter) -> None:
    for one in scope.indications:
        standing = [p for p in one.protections if p.status == Status.IN_FORCE and p.withdrawn_on is None]
        gaps = []
        if not standing:
            gaps.append(Text("没有查到有效的保护", "no protection in force was found"))
        if any(not (p.number or p.announcement) for p in standing):
            gaps.append(Text("编号或公告未查到", "a number or announcement was not found"))
        if any(not p.holder for p in standing):
            gaps.append(Text("权利人未查到", "the holder was not found"))
        if gaps:
            why = Text("；".join(gap.zh for gap in gaps), "; ".join(gap.en for gap in gaps))
            what = Text(f"{one.name_zh}的登记", f"The record of {one.name_en}")
            chapter.missing.append(Missing(what, why, scope.url(f"/gi/{one.slug}")))


add_section("indications", 20, Text("地理标志名录", "The GIs"), build)
