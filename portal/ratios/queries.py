"""Everything that reads published shares, and which GIs an official keeps."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager

from portal.accounts.models import Account
from portal.accounts.rules import NATION, Role, is_adcode, scope_covers
from portal.catalogue.models import Indication, IndicationRegion
from portal.db import db
from portal.lib.clock import end_of_day
from portal.lib.folding import folded
from portal.lib.problems import NotAllowed
from portal.lib.text import Text
from portal.producers.models import Producer
from portal.producers.queries import get_roster_for, within
from portal.ratios.heads import Head, heads_in
from portal.ratios.models import PublishedRatio
from portal.ratios.rules import Outcome
from portal.regions.rules import scope_prefix
from portal.register.queries import kind_version
from portal.returns.rules import READERS

PUBLISHERS = frozenset({Role.CITY, Role.PROVINCE})


@dataclass(frozen=True)
class RatioFilter:
    year: int | None = None
    region: str = ""
    outcome: Outcome | None = None
    text: str = ""
    zone: str = ""
    on: date | None = None
    sort: str = "name"


SORTS = {
    "name": Indication.pinyin,
    "year": PublishedRatio.year,
    "outcome": PublishedRatio.outcome,
    "producers": PublishedRatio.users_d,
    "users": PublishedRatio.users_n * 1.0 / func.nullif(PublishedRatio.users_d, 0),
    "output": PublishedRatio.output_n * 1.0 / func.nullif(PublishedRatio.output_d, 0),
}


def newest_on(day: date | None) -> ColumnElement[bool]:
    """The edition that stood at the end of a day; without a day the newest."""
    later = aliased(PublishedRatio)
    same = and_(
        later.indication_id == PublishedRatio.indication_id,
        later.zone == PublishedRatio.zone,
        later.year == PublishedRatio.year,
        later.edition > PublishedRatio.edition,
    )
    if day is None:
        return ~exists().where(same)
    end = end_of_day(day)
    return and_(PublishedRatio.published_at <= end, ~exists().where(same, later.published_at <= end))


def belongs_to(region: str) -> ColumnElement[bool]:
    """GIs of a region or of one inside it."""
    if region in ("", NATION):
        return Indication.id.is_not(None)
    return exists().where(
        IndicationRegion.indication_id == Indication.id, within(IndicationRegion.adcode, region)
    )


def published(asked: RatioFilter) -> Select[tuple[PublishedRatio]]:
    query = (
        select(PublishedRatio)
        .join(PublishedRatio.indication)
        .options(contains_eager(PublishedRatio.indication))
        .where(newest_on(asked.on), PublishedRatio.zone == asked.zone, belongs_to(asked.region))
    )
    if asked.year:
        query = query.where(PublishedRatio.year == asked.year)
    if asked.outcome:
        query = query.where(PublishedRatio.outcome == asked.outcome)
    if folded(asked.text):
        query = query.where(Indication.search_text.contains(folded(asked.text), autoescape=True))
    column = SORTS.get(asked.sort.removeprefix("-"), Indication.pinyin)
    down = asked.sort.startswith("-")
    return query.order_by(column.desc() if down else column.asc(), Indication.pinyin, PublishedRatio.id)


def outcome_counts(asked: RatioFilter) -> dict[Outcome, int]:
    """How many of the published GIs have each outcome, whatever outcome is asked for."""
    plain = RatioFilter(asked.year, asked.region, None, asked.text, asked.zone, asked.on)
    rows = published(plain).order_by(None).with_only_columns(PublishedRatio.outcome, func.count())
    return {Outcome(name): n for name, n in db.session.execute(rows.group_by(PublishedRatio.outcome))}


DIGITS_OF_LEVELS = (2, 4, 6)


def published_by_place(asked: RatioFilter) -> dict[str, dict[Outcome, int]]:
    """The published GIs of a year by the divisions one level below the region asked for, each with how many
    have which outcome: one statement. Nothing below a county."""
    inside = scope_prefix(asked.region) if asked.region not in ("", NATION) else ""
    digits = next((one for one in DIGITS_OF_LEVELS if one > len(inside)), None)
    if digits is None:
        return {}
    code = func.substr(IndicationRegion.adcode, 1, digits)
    rows = (
        select(code, PublishedRatio.outcome, func.count(PublishedRatio.id.distinct()))
        .join(IndicationRegion, IndicationRegion.indication_id == PublishedRatio.indication_id)
        .where(newest_on(asked.on), PublishedRatio.zone == asked.zone, PublishedRatio.year == asked.year)
        .where(IndicationRegion.adcode.startswith(inside))
        .group_by(code, PublishedRatio.outcome)
        .order_by(code)
    )
    found: dict[str, dict[Outcome, int]] = {}
    for prefix, outcome, number in db.session.execute(rows):
        found.setdefault(prefix.ljust(6, "0"), {})[Outcome(outcome)] = number
    return found


def holds_demo(year: int) -> bool:
    """Whether any share of a year is of the demonstration; whoever shows their number says so."""
    return bool(db.session.scalar(select(exists().where(PublishedRatio.year == year, PublishedRatio.demo))))


def years_published() -> list[int]:
    query = select(PublishedRatio.year).distinct().order_by(PublishedRatio.year.desc())
    return list(db.session.scalars(query))


# Written once: every page of a GI asks for it.
_OF_ONE = (
    select(PublishedRatio)
    .where(PublishedRatio.indication_id == bindparam("id"), PublishedRatio.zone == bindparam("zone"))
    .order_by(PublishedRatio.year, PublishedRatio.edition)
)


def published_of(indication_id: int, zone: str = "", on: date | None = None) -> list[PublishedRatio]:
    """What stands for each year of one GI, oldest first: of each year the newest edition of that day."""
    end = end_of_day(on) if on else None
    every = db.session.scalars(_OF_ONE, {"id": indication_id, "zone": zone})
    stands = {one.year: one for one in every if end is None or one.published_at <= end}
    return list(stands.values())


def editions_of(indication_id: int, year: int, zone: str = "") -> list[PublishedRatio]:
    query = select(PublishedRatio).where(
        PublishedRatio.indication_id == indication_id,
        PublishedRatio.year == year,
        PublishedRatio.zone == zone,
    )
    return list(db.session.scalars(query.order_by(PublishedRatio.edition.desc())))


def newest_editions(indications: Collection[int], year: int) -> dict[int, PublishedRatio]:
    """What stands for a year of each of these GIs, for the whole area."""
    query = select(PublishedRatio).where(
        PublishedRatio.indication_id.in_(indications),
        PublishedRatio.year == year,
        PublishedRatio.zone == "",
        newest_on(None),
    )
    return {one.indication_id: one for one in db.session.scalars(query)}


def published_in_one_go(by: Account, year: int, at: datetime) -> list[PublishedRatio]:
    """What an official published with one confirmation, in the order of the list."""
    query = (
        select(PublishedRatio)
        .join(PublishedRatio.indication)
        .options(
            contains_eager(PublishedRatio.indication).load_only(
                Indication.slug, Indication.name_zh, Indication.name_en
            )
        )
        .where(PublishedRatio.published_by == by.id, PublishedRatio.published_at == at)
        .where(PublishedRatio.year == year, PublishedRatio.zone == "")
        .order_by(Indication.pinyin, PublishedRatio.id)
    )
    return list(db.session.scalars(query))


def last_go(by: Account, year: int) -> datetime | None:
    """When an official last published anything of a year."""
    query = select(func.max(PublishedRatio.published_at))
    return db.session.scalar(query.where(PublishedRatio.published_by == by.id, PublishedRatio.year == year))


def zones_published(indication_id: int) -> list[str]:
    query = select(PublishedRatio.zone).where(
        PublishedRatio.indication_id == indication_id, PublishedRatio.zone != ""
    )
    return list(db.session.scalars(query.distinct().order_by(PublishedRatio.zone)))


def shares_by_indication(
    years: Iterable[int], only: Iterable[int] | None = None
) -> dict[int, dict[int, PublishedRatio]]:
    """The published shares of several years, of all or some GIs, for the small lines of a list: one query."""
    query = select(PublishedRatio).where(
        PublishedRatio.year.in_(list(years)), PublishedRatio.zone == "", newest_on(None)
    )
    if only is not None:
        query = query.where(PublishedRatio.indication_id.in_(list(only)))
    found: dict[int, dict[int, PublishedRatio]] = {}
    for one in db.session.scalars(query):
        found.setdefault(one.indication_id, {})[one.year] = one
    return found


# ---- for the catalogue


def newest_shares(indications: Iterable[int], on: date | None = None) -> dict[int, PublishedRatio]:
    """The shares of the newest published year of each GI: one query."""
    query = select(PublishedRatio).where(
        PublishedRatio.indication_id.in_(list(indications)), PublishedRatio.zone == "", newest_on(on)
    )
    found = db.session.scalars(query.order_by(PublishedRatio.year))
    return {one.indication_id: one for one in found}


def ratio_version() -> int:
    return kind_version("ratio")


def outcomes_by_indication() -> dict[int, frozenset[str]]:
    """The newest published outcome of every GI."""
    newest: dict[int, tuple[int, str]] = {}
    query = select(PublishedRatio.indication_id, PublishedRatio.year, PublishedRatio.outcome).where(
        PublishedRatio.zone == "", newest_on(None)
    )
    for indication_id, year, outcome in db.session.execute(query):
        newest[indication_id] = max(newest.get(indication_id, (0, "")), (year, outcome))
    return {key: frozenset({outcome}) for key, (_, outcome) in newest.items()}


# ---- what an official keeps


def scope_of(viewer: Account) -> str:
    if viewer.role not in READERS or not is_adcode(viewer.region):
        raise NotAllowed(
            Text("实时数据只对官员和审计员开放", "Live figures are open to officials and auditors only")
        )
    return viewer.region


def indications_for(viewer: Account) -> list[Head]:
    return heads_in(scope_of(viewer))


def get_indication_for(viewer: Account, slug: str) -> Indication:
    scope_of(viewer)
    return get_roster_for(viewer, slug)


def regions_of(indication_ids: Iterable[int]) -> dict[int, list[str]]:
    wanted = list(indication_ids)
    query = select(IndicationRegion.indication_id, IndicationRegion.adcode)
    # A list as long as the whole register is read in full rather than named one by one.
    if len(wanted) <= 500:
        query = query.where(or_(IndicationRegion.indication_id.in_(wanted)))
    found: dict[int, list[str]] = {}
    for indication_id, adcode in db.session.execute(query.order_by(IndicationRegion.adcode)):
        found.setdefault(indication_id, []).append(adcode)
    return found


def may_publish(viewer: Account, indication: Indication, zone: str = "") -> bool:
    return publishes(viewer, [zone] if zone else regions_of([indication.id]).get(indication.id, []))


def publishes(viewer: Account, codes: Collection[str]) -> bool:
    """The city or province in which all of the GI lies or, for a part, all of that part."""
    return (
        viewer.role in PUBLISHERS and bool(codes) and all(scope_covers(viewer.region, code) for code in codes)
    )


def contacts_of(producer_ids: Iterable[int]) -> dict[int, str]:
    """Whom to call, for officials of the producers' own region."""
    query = select(Producer.id, Producer.contact, Producer.phone).where(Producer.id.in_(list(producer_ids)))
    said = {
        number: " ".join(filter(None, (contact, phone)))
        for number, contact, phone in db.session.execute(query)
    }
    return {number: text for number, text in said.items() if text}
