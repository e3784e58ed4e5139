"""The two 60 % shares as they were published, with their four numbers; what is not published is said."""

from portal.catalogue.models import Indication
from portal.lib.text import Text
from portal.ratios.models import PublishedRatio
from portal.ratios.queries import shares_by_indication
from portal.ratios.rules import DEFINITION, TARGET_PERCENT, Assessment, Outcome
from portal.reports.pieces import (
    Cell,
    Chapter,
    Chart,
    Column,
    Missing,
    Table,
    money,
    note,
    number,
    percent,
    said,
    words,
)
from portal.reports.scope import Scope
from portal.reports.sections import Asked, add_section

YEARS_SHOWN = 5


def build(asked: Asked, chapter: Chapter) -> None:
    scope = asked.scope
    if not scope.indications:
        return
    years = range(scope.year - YEARS_SHOWN + 1, scope.year + 1)
    shares = shares_by_indication(years, None if scope.every_gi else scope.ids)
    published = {one.id: shares.get(one.id, {}).get(scope.year) for one in scope.indications}
    shown = [(one, published[one.id]) for one in scope.indications if published[one.id]]
    chapter.pieces.append(_sentence(scope, [ratio for _, ratio in shown]))
    if shown:
        chapter.pieces += [_users_table(scope, shown), _output_table(scope, shown)]
    if chart := _trend(scope, years, shares):
        chapter.pieces.append(chart)
    chapter.pieces.append(
        note(
            Text(
                "口径 {definition}：{target}% 以上包括 {target}%；四个数字说的是计数日在名录上的同一批生产"
                "者；占比"
                "只舍不入。整体达到要两项都达到。算法见 {method}。",
                "Definition {definition}: {target}% or more includes {target}%; all four numbers speak of "
                "the "
                "producers on the roster on the day of counting; shares are rounded down. Both must be met. "
                "See {method}.",
            ),
            definition=DEFINITION,
            target=TARGET_PERCENT,
            method=words(Text("怎样计算", "how it is computed"), scope.url("/about/method")),
        )
    )
    _say_missing(scope, published, chapter)


def _sentence(scope: Scope, ratios: list[PublishedRatio]) -> object:
    outcomes = [ratio.judged for ratio in ratios]
    page = scope.url(f"/ratios/?year={scope.year}{scope.ask_region}")
    return said(
        Text(
            "{year} 年已公布两项占比的地理标志 {n} 件，其中两项都达到 {target}% 的 {met} 件，未达到的 "
            "{not_met} 件，"
            "尚不能定或算不出的 {open} 件。",
            "Both shares of {year} are published for {n} [n:GI|GIs]: {met} [met:reaches|reach] {target}% in "
            "both, {not_met} [not_met:does|do] not, and "
            "{open} [open:is|are] undetermined or cannot be computed.",
        ),
        year=scope.year,
        n=number(len(outcomes), page),
        target=TARGET_PERCENT,
        met=number(outcomes.count(Outcome.MET), page + "&outcome=met"),
        not_met=number(outcomes.count(Outcome.NOT_MET), page + "&outcome=not_met"),
        open=number(sum(one not in (Outcome.MET, Outcome.NOT_MET) for one in outcomes), page),
    )


def _page(scope: Scope, one: Indication) -> str:
    return scope.url(f"/ratios/{one.slug}?year={scope.year}")


def _share(judged: Assessment, url: str) -> Cell:
    """One number, or the band it may lie in."""
    if not judged.is_band:
        return percent(judged.share, url)
    low, high = percent(judged.low).text.zh, percent(judged.high).text.zh
    return Cell(Text(f"{low}–{high}", f"{low}–{high}"), f"{low}-{high}", url, True)


def _users_table(scope: Scope, shown: list[tuple[Indication, PublishedRatio]]) -> Table:
    columns = [
        Column(Text("地理标志", "GI"), width=4),
        Column(Text("用标户数", "Users"), True, 2),
        Column(Text("生产者总数", "All producers"), True, 2),
        Column(Text("用标率", "Users share"), True, 2),
        Column(Text("结论", "Outcome"), width=2),
    ]
    rows = [
        [
            words(Text(one.name_zh, one.name_en), _page(scope, one)),
            number(ratio.users_n, _page(scope, one) + "#counted"),
            number(ratio.users_d, _page(scope, one) + "#counted"),
            _share(ratio.users, _page(scope, one)),
            words(Outcome(ratio.users_outcome).text),
        ]
        for one, ratio in shown
    ]
    title = Text("用标率（用标户数占生产者总数）", "Users share (users of all producers)")
    return Table("share-users", title, columns, rows)


def _output_table(scope: Scope, shown: list[tuple[Indication, PublishedRatio]]) -> Table:
    columns = [
        Column(Text("地理标志", "GI"), width=4),
        Column(Text("用标企业产值", "Output of users"), True, 3),
        Column(Text("产业产值", "Output of the industry"), True, 3),
        Column(Text("产值来源", "Source"), width=2),
        Column(Text("产值占比", "Output share"), True, 3),
        Column(Text("缺申报", "Returns missing"), True, 2),
        Column(Text("结论", "Outcome"), width=2),
        Column(Text("两项", "Both"), width=2),
    ]
    official, returns = Text("官方数据", "official"), Text("申报之和", "returns")
    rows = [
        [
            words(Text(one.name_zh, one.name_en), _page(scope, one)),
            money(ratio.output_n, _page(scope, one) + "#counted"),
            money(ratio.output_d, _page(scope, one) + "#counted"),
            words((official if ratio.basis == "official" else returns) if ratio.basis else None),
            _share(ratio.output, _page(scope, one)),
            number(ratio.missing, _page(scope, one)),
            words(Outcome(ratio.output_outcome).text),
            words(ratio.judged.text),
        ]
        for one, ratio in shown
    ]
    title = Text("产值占比（用标企业产值占产业产值）", "Output share (output of users of the industry's)")
    about = Text(
        "产值为当年直接产值；产业产值有官方数据时用官方数据，否则用已接受申报之和。CSV 中金额单位为分。",
        "Output is that of the year; the industry's is the official figure where there is one, else the "
        "sum of "
        "accepted returns. Money in the CSV is in fen.",
    )
    return Table("share-output", title, columns, rows, about)


def _trend(scope: Scope, years: range, shares: dict[int, dict[int, PublishedRatio]]) -> Chart | None:
    """Of one GI both shares over the years; of several how many met both."""
    labels = [Text(str(year), str(year)) for year in years]
    if len(scope.indications) == 1:
        ratios = [shares.get(scope.ids[0], {}).get(year) for year in years]
        if not any(ratios):
            return None
        series = [
            (Text("用标率", "users share"), [_tenths(one.users) if one else None for one in ratios]),
            (Text("产值占比", "output share"), [_tenths(one.output) if one else None for one in ratios]),
        ]
        title = Text("历年两项占比", "Both shares over the years")
        return Chart("shares-by-year", title, "lines", labels, series, Text("%", "%"), TARGET_PERCENT)
    known = [[shares.get(key, {}).get(year) for key in scope.ids] for year in years]
    if not any(any(one) for one in known):
        return None
    met = [sum(r.judged is Outcome.MET for r in one if r) if any(one) else None for one in known]
    others = [sum(r.judged is not Outcome.MET for r in one if r) if any(one) else None for one in known]
    series = [(Text("两项都达到", "both met"), met), (Text("其他已公布的", "other published ones"), others)]
    title = Text("历年已公布的地理标志按结论", "Published GIs by outcome over the years")
    return Chart("shares-by-year", title, "bars", labels, series, Text("件", "GIs"))


def _tenths(judged: Assessment) -> float | None:
    return judged.share[0] * 1000 // judged.share[1] / 10 if judged.share else None


def _say_missing(scope: Scope, published: dict[int, PublishedRatio | None], chapter: Chapter) -> None:
    without = [one for one in scope.indications if published[one.id] is None]
    if without:
        names = Text("、".join(one.name_zh for one in without), ", ".join(one.name_en for one in without))
        what = Text(f"{scope.year} 年两项占比：{names.zh}", f"The shares of {scope.year}: {names.en}")
        why = (
            Text("年度结束后才能公布", "a year is published when it is over")
            if scope.running
            else Text("还没有公布", "not yet published")
        )
        chapter.missing.append(Missing(what, why, scope.url(f"/ratios/?year={scope.year}")))
    for one in scope.indications:
        ratio = published[one.id]
        if ratio and ratio.missing:
            what = Text(f"{one.name_zh}的年度申报", f"Returns of {one.name_en}")
            why = Text("缺 {n} 份", "{n} [n:is|are] missing").format(n=ratio.missing)
            chapter.missing.append(Missing(what, why, _page(scope, one)))


add_section("shares", 40, Text("用标率与产值占比", "The 60 % shares"), build)
