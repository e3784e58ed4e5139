"""The finders: each reads what rooms below know and answers what looks odd, with its reasoning.

A finder is registered once under a name; one that fails is named in the run and stops none of the others.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.authorisation.models import Licence, UsageRecord
from portal.authorisation.queries import authorised_pairs
from portal.authorisation.rules import LicenceState
from portal.catalogue.models import Indication
from portal.db import db
from portal.labels.sums import used_grams
from portal.land.queries import ceilings_of
from portal.lib.folding import folded
from portal.lib.text import Text
from portal.producers.models import Producer
from portal.returns.models import AnnualReturn
from portal.returns.queries import neighbours_of
from portal.returns.rules import State
from portal.risk.rules import (
    BEYOND_NEIGHBOURS,
    FindingKind,
    Raised,
    crowded,
    labels_exceed,
    likeness_in,
    yields_too_much,
)

YEARS_BACK = 2
Finder = Callable[[date], Iterable[Raised]]
_finders: dict[str, Finder] = {}


def add_finder(name: str, find: Finder) -> None:
    """Called once by whoever knows of something odd; `find` answers it all as of a day."""
    _finders[name] = find


def finders() -> dict[str, Finder]:
    return dict(_finders)


def tonnes(grams: int) -> str:
    return f"{grams / 1_000_000:,.2f}"


def mu(square_metres: int) -> str:
    return f"{square_metres * 3 / 2000:,.1f}"


def gi_name(indication: Indication) -> Text:
    return Text(indication.name_zh, indication.name_en)


def _returns(day: date) -> dict[tuple[int, int], list[AnnualReturn]]:
    """What was returned for the last years, by GI and year."""
    query = (
        select(AnnualReturn)
        .where(
            AnnualReturn.year >= day.year - YEARS_BACK,
            AnnualReturn.state.in_((State.ACCEPTED, State.SUBMITTED)),
        )
        .options(joinedload(AnnualReturn.indication), joinedload(AnnualReturn.producer))
    )
    found: dict[tuple[int, int], list[AnnualReturn]] = {}
    for one in db.session.scalars(query):
        found.setdefault((one.indication_id, one.year), []).append(one)
    return found


# ---- output beyond what the land yields


def output_beyond_land(day: date) -> Iterator[Raised]:
    """Against the verified land where it is known, else against the yield of the neighbours."""
    for (indication_id, year), rows in _returns(day).items():
        ceilings = ceilings_of(indication_id, year, [one.producer_id for one in rows])
        usual = neighbours_of(indication_id, year)
        for one in rows:
            most = ceilings.get(one.producer_id)
            if most is not None and one.quantity_g and one.quantity_g > most:
                yield _beyond(one, _against_land(one, most), 3)
            elif most is None and yields_too_much(one.quantity_g, one.area_m2, usual.grams_per_m2):
                yield _beyond(one, _against_neighbours(one, usual.count, usual.grams_per_m2), 2)


def _beyond(one: AnnualReturn, reasoning: tuple[Text, ...], severity: int) -> Raised:
    title = Text("{who}：{gi} {year} 年产量超过地里能产的", "{who}: {gi} {year}, more than the land yields")
    return Raised(
        FindingKind.OUTPUT_LAND,
        f"output_land:{one.indication_id}/{one.producer_id}/{one.year}",
        one.adcode,
        title.format(who=one.producer.name, gi=gi_name(one.indication), year=one.year),
        reasoning,
        severity,
        one.producer_id,
        one.indication_id,
    )


def _against_land(one: AnnualReturn, most: int) -> tuple[Text, ...]:
    over = one.quantity_g - most
    return (
        Text(f"申报产量 {tonnes(one.quantity_g)} 吨", f"Returned output: {tonnes(one.quantity_g)} t"),
        Text(
            f"经核实的地块按公布的亩产最多可产 {tonnes(most)} 吨",
            f"Verified plots at the published yield give at most {tonnes(most)} t",
        ),
        Text(f"超出 {tonnes(over)} 吨", f"Beyond it by {tonnes(over)} t"),
    )


def _against_neighbours(one: AnnualReturn, count: int, usual: int) -> tuple[Text, ...]:
    own = one.quantity_g // one.area_m2
    return (
        Text(
            f"申报产量 {tonnes(one.quantity_g)} 吨、面积 {mu(one.area_m2)} 亩，每平方米 {own} 克",
            f"Returned {tonnes(one.quantity_g)} t from {mu(one.area_m2)} mu: {own} g a square metre",
        ),
        Text(
            "同产地 {n} 家的中位数是每平方米 {usual} 克",
            "The median of {n} [n:neighbour|neighbours] is {usual} g",
        ).format(n=count, usual=usual),
        Text(f"超过中位数 {BEYOND_NEIGHBOURS} 倍以上", f"More than {BEYOND_NEIGHBOURS} times the median"),
    )


# ---- labels beyond output


def labels_beyond_output(day: date) -> Iterator[Raised]:
    for (indication_id, year), rows in _returns(day).items():
        used = used_grams(indication_id, year)
        for one in rows:
            grams = used.get(one.producer_id)
            if not labels_exceed(1, grams, one.quantity_g):
                continue
            title = Text("{who}：{gi} {year} 年标签多于产量", "{who}: {gi} {year}, more labels than output")
            yield Raised(
                FindingKind.LABELS_OUTPUT,
                f"labels_output:{indication_id}/{one.producer_id}/{year}",
                one.adcode,
                title.format(who=one.producer.name, gi=gi_name(one.indication), year=year),
                (
                    Text(
                        f"已启用的标签合 {tonnes(grams)} 吨", f"Labels put in use stand for {tonnes(grams)} t"
                    ),
                    Text(
                        f"申报产量 {tonnes(one.quantity_g)} 吨",
                        f"Returned output: {tonnes(one.quantity_g)} t",
                    ),
                    Text("超过 5% 的损耗余量", "More than the 5 % left for spoilt ones"),
                ),
                3,
                one.producer_id,
                indication_id,
            )


# ---- mark used without a licence in force


def mark_without_licence(day: date) -> Iterator[Raised]:
    yield from _used_after_end()
    yield from _sold_without(day)


def _used_after_end() -> Iterator[Raised]:
    """A use seen or reported on a day on which the licence was not in force."""
    query = select(UsageRecord, Licence).join(Licence, Licence.id == UsageRecord.licence_id)
    shown = (
        joinedload(Licence.producer),
        joinedload(Licence.indication),
        selectinload(Licence.spells),
    )
    for use, licence in db.session.execute(query.options(*shown)):
        state = licence.state_on(use.on)
        if state is LicenceState.IN_FORCE:
            continue
        title = Text(
            "{who}：授权 {number} 不在有效状态时用标", "{who}: used while licence {number} was not in force"
        )
        yield Raised(
            FindingKind.MARK_EXPIRED,
            f"mark_expired:use/{use.id}",
            licence.adcode,
            title.format(who=licence.producer.name, number=licence.number),
            (
                Text(
                    f"{use.on} 记录到用标：{use.note[:120]}", f"Use on record for {use.on}: {use.note[:120]}"
                ),
                Text(
                    f"当天授权 {licence.number} 不在有效状态",
                    f"Licence {licence.number} was not in force that day",
                ),
            ),
            3,
            licence.producer_id,
            licence.indication_id,
        )


def _sold_without(day: date) -> Iterator[Raised]:
    """Sales under the mark returned for a year in which no licence was in force on any quarter’s last day."""
    for year in range(day.year - YEARS_BACK, day.year):
        quarters = [date(year, 3, 31), date(year, 6, 30), date(year, 9, 30), date(year, 12, 31)]
        pairs = {tuple(row) for one in quarters for row in db.session.execute(authorised_pairs(one))}
        query = (
            select(AnnualReturn)
            .where(
                AnnualReturn.year == year,
                AnnualReturn.state == State.ACCEPTED,
                AnnualReturn.mark_value_fen > 0,
            )
            .options(joinedload(AnnualReturn.indication), joinedload(AnnualReturn.producer))
        )
        for one in db.session.scalars(query):
            if (one.indication_id, one.producer_id) in pairs:
                continue
            title = Text(
                "{who}：{gi} {year} 年没有授权却申报了用标销售额",
                "{who}: {gi} {year}, sales under the mark without a licence",
            )
            yield Raised(
                FindingKind.MARK_EXPIRED,
                f"mark_expired:sales/{one.indication_id}/{one.producer_id}/{year}",
                one.adcode,
                title.format(who=one.producer.name, gi=gi_name(one.indication), year=year),
                (
                    Text(
                        f"申报使用标志销售额 {one.mark_value_fen / 1_000_000:,.2f} 万元",
                        f"Returned sales under the mark: {one.mark_value_fen / 100:,.0f} yuan",
                    ),
                    Text(
                        f"{year} 年四个季度末都没有有效授权",
                        f"No licence in force at the end of any quarter of {year}",
                    ),
                ),
                2,
                one.producer_id,
                one.indication_id,
            )


# ---- several producers at one address


def one_address(_day: date) -> Iterator[Raised]:
    query = select(Producer).where(Producer.ended_on.is_(None)).order_by(Producer.id)
    by_address: dict[tuple, list[Producer]] = {}
    for one in db.session.scalars(query):
        if one.address and len(folded(one.address)) >= 6:
            by_address.setdefault(("address", folded(one.address)), []).append(one)
        elif one.lon is not None and one.lat is not None:
            by_address.setdefault(("point", one.lon, one.lat), []).append(one)
    for key, found in by_address.items():
        if not crowded(len(found)):
            continue
        first = found[0]
        where = first.address if key[0] == "address" else "{:.5f}, {:.5f}".format(*first.point)
        names = [one.name for one in found[:8]]
        title = Text("{n} 家生产者同在“{where}”", "{n} [n:producer|producers] at “{where}”").format(
            n=len(found), where=where
        )
        yield Raised(
            FindingKind.ONE_ADDRESS,
            f"one_address:{'/'.join(map(str, key))}"[:160],
            first.adcode,
            title,
            (
                Text("同一地址：" + "、".join(names), "At the same address: " + ", ".join(names)),
                Text(
                    "可能是合作社社员、园区，也可能是为多领标签而拆分的户头",
                    "Members of a co-operative or a shared site, or one producer split up to get more labels",
                ),
            ),
            1,
        )


# ---- names close to a GI


def near_names(day: date) -> Iterator[Raised]:
    """Names of firms against names of GIs; who may use the GI is left out."""
    gis = list(db.session.scalars(select(Indication).where(Indication.withdrawn_on.is_(None))))
    names = [one.name_zh for one in gis]
    pairs = {tuple(row) for row in db.session.execute(authorised_pairs(day))}
    firms = db.session.scalars(
        select(Producer).where(Producer.ended_on.is_(None), Producer.name_public).order_by(Producer.id)
    ).all()
    sounds = readings({character for one in firms for character in one.name} | set("".join(names)))
    for firm in firms:
        for gi in gis:
            if (gi.id, firm.id) in pairs:
                continue
            found = likeness_in(firm.name, gi.name_zh, sounds, [one for one in names if one != gi.name_zh])
            if found is None:
                continue
            how, part = found
            yield Raised(
                FindingKind.NEAR_NAME,
                f"near_name:{gi.id}/{firm.id}",
                firm.adcode,
                Text("“{part}”与“{gi}”相近", "“{part}” is close to “{gi}”").format(part=part, gi=gi.name_zh),
                (
                    Text(f"名称：{firm.name}", f"Name: {firm.name}"),
                    Text(
                        f"其中“{part}”与地理标志“{gi.name_zh}”{how.text.zh}",
                        f"In it “{part}” against the GI “{gi.name_zh}”: {how.text.en}",
                    ),
                    Text(
                        "登记簿里没有它使用该地理标志的有效授权",
                        "The register has no licence in force for it",
                    ),
                ),
                2,
                firm.id,
                gi.id,
            )


def readings(characters: Iterable[str]) -> dict[str, frozenset[str]]:
    """Every reading of every character, without tones."""
    from pypinyin import Style, pinyin

    return {
        one: frozenset(pinyin(one, style=Style.NORMAL, heteronym=True, errors="ignore")[0])
        for one in characters
        if "一" <= one <= "鿿"
    }


add_finder("output_land", output_beyond_land)
add_finder("labels_output", labels_beyond_output)
add_finder("mark_expired", mark_without_licence)
add_finder("one_address", one_address)
add_finder("near_name", near_names)
