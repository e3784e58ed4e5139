"""Everything that reads producers and rosters. What an official asks for is looked for in their region
only; what lies outside is not there."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.accounts.models import Account
from portal.accounts.rules import NATION, Role, is_adcode
from portal.catalogue.models import AreaUnit, Indication, IndicationRegion
from portal.db import db
from portal.lib.folding import folded
from portal.lib.problems import NotAllowed, NotFound
from portal.lib.text import Text
from portal.producers.models import Membership, Producer, ProducerAccount, RosterEntry
from portal.producers.rules import ProducerKind, Reason, may_keep_rosters, may_read_rosters
from portal.producers.standing import is_authorised
from portal.regions.rules import covers, line_of, scope_prefix
from portal.register.models import Entry, SealedDetail

# ---- who sees what


def scope_of(viewer: Account) -> str:
    """The region whose rosters a person may see."""
    if not may_read_rosters(viewer.role) or not is_adcode(viewer.region):
        raise NotAllowed(
            Text("名录只对官员和审计员开放", "Rosters are open to officials and auditors only"),
        )
    return viewer.region


def ensure_keeper(viewer: Account) -> None:
    if not may_keep_rosters(viewer.role):
        raise NotAllowed(
            Text("名录由县、市、省级官员维护；您可以查看", "Officials keep rosters; you may look at them")
        )


def within(column: ColumnElement[str], scope: str) -> ColumnElement[bool]:
    """The SQL form of regions.rules.covers."""
    return column.startswith(scope_prefix(scope)) if scope != NATION else column.is_not(None)


def keeps_producer(viewer: Account, producer: Producer) -> bool:
    """Whether a producer's own data, its telephone among them, belong to this official's region."""
    return covers(viewer.region, producer.adcode)


# ---- time


def stands_on(day: date) -> ColumnElement[bool]:
    """The SQL form of rules.stands_on."""
    return and_(RosterEntry.from_on <= day, or_(RosterEntry.ended_on.is_(None), RosterEntry.ended_on > day))


# ---- the rosters of a region


def _in_reach(scope: str) -> ColumnElement[bool]:
    """GIs of the region or of a region it lies in: a county keeps its part of its city's GIs."""
    owned = select(IndicationRegion.indication_id).where(
        or_(within(IndicationRegion.adcode, scope), IndicationRegion.adcode.in_(line_of(scope)))
    )
    named = select(AreaUnit.indication_id).where(
        or_(within(AreaUnit.code, scope), AreaUnit.code.in_(line_of(scope)))
    )
    return or_(Indication.id.in_(owned), Indication.id.in_(named))


def indications_with_roster(scope: str) -> list[Indication]:
    query = select(Indication).where(_in_reach(scope), Indication.withdrawn_on.is_(None))
    return list(db.session.scalars(query.order_by(Indication.pinyin)))


def get_roster_for(viewer: Account, slug: str) -> Indication:
    """A GI whose roster this official keeps a part of; any other is not there."""
    scope = scope_of(viewer)
    indication = db.session.scalar(select(Indication).where(Indication.slug == slug, _in_reach(scope)))
    if indication is None:
        raise NotFound(Text("您的地区没有这份名录", "Your region has no such roster"))
    return indication


def indication_of(number: int | None) -> Indication | None:
    return db.session.get(Indication, number) if number is not None else None


@dataclass
class RosterCount:
    total: int = 0
    authorised: int | None = None
    by_kind: dict[str, int] | None = None
    by_reason: dict[str, int] | None = None

    @property
    def unauthorised(self) -> int | None:
        return None if self.authorised is None else self.total - self.authorised


def roster_counts(
    scope: str, day: date, indication_ids: Iterable[int] | None = None
) -> dict[int, RosterCount]:
    """For each GI how many stand on the roster within a region on a day, in one query."""
    authorised = is_authorised(day)
    flag = case((authorised, 1), else_=0) if authorised is not None else literal(0)
    columns = (RosterEntry.indication_id, Producer.kind, RosterEntry.unauthorised_reason, flag.label("flag"))
    inner = (
        select(*columns)
        .join(Producer, Producer.id == RosterEntry.producer_id)
        .where(within(RosterEntry.adcode, scope), stands_on(day))
    )
    if indication_ids is not None:
        inner = inner.where(RosterEntry.indication_id.in_(list(indication_ids)))
    rows = inner.subquery()
    query = select(*rows.c, func.count()).group_by(*rows.c)
    counts: dict[int, RosterCount] = {}
    for indication_id, kind, reason, flagged, number in db.session.execute(query):
        count = counts.setdefault(indication_id, _empty_count())
        count.total += number
        count.by_kind[kind] = count.by_kind.get(kind, 0) + number
        if authorised is not None:
            count.authorised += number if flagged else 0
        if not flagged:
            count.by_reason[reason] = count.by_reason.get(reason, 0) + number
    return counts


def _empty_count() -> RosterCount:
    known = is_authorised(date.min) is not None
    return RosterCount(0, 0 if known else None, {}, {})


def count_of(counts: dict[int, RosterCount], indication_id: int) -> RosterCount:
    return counts.get(indication_id) or _empty_count()


# ---- one roster


@dataclass(frozen=True)
class RosterFilter:
    text: str = ""
    place: str = ""
    kind: ProducerKind | None = None
    reason: Reason | None = None
    authorised: bool | None = None
    sort: str = "name"


SORTS = {
    "name": Producer.search_text,
    "kind": Producer.kind,
    "place": RosterEntry.adcode,
    "from": RosterEntry.from_on,
    "reason": RosterEntry.unauthorised_reason,
}


def roster_rows(scope: str, indication_id: int, asked: RosterFilter, day: date) -> Select:
    """Roster entries with their producers and whether each is authorised (None: not known)."""
    authorised = is_authorised(day)
    flag = authorised if authorised is not None else literal(None)
    query = (
        select(RosterEntry, flag.label("authorised"))
        .join(RosterEntry.producer)
        .options(contains_eager(RosterEntry.producer))
        .where(RosterEntry.indication_id == indication_id, within(RosterEntry.adcode, scope), stands_on(day))
    )
    for condition in _conditions(asked, authorised):
        query = query.where(condition)
    return query.order_by(*_order(asked.sort))


def _conditions(asked: RosterFilter, authorised: ColumnElement[bool] | None) -> Iterable[ColumnElement[bool]]:
    if asked.place:
        yield within(RosterEntry.adcode, asked.place)
    if asked.kind:
        yield Producer.kind == asked.kind
    if asked.reason:
        yield RosterEntry.unauthorised_reason == asked.reason
        if authorised is not None:
            yield ~authorised
    if asked.authorised is not None and authorised is not None:
        yield authorised if asked.authorised else ~authorised
    if folded(asked.text):
        yield Producer.search_text.contains(folded(asked.text), autoescape=True)


def _order(sort: str) -> tuple[ColumnElement, ...]:
    column = SORTS.get(sort.removeprefix("-"), Producer.search_text)
    return (column.desc() if sort.startswith("-") else column.asc(), RosterEntry.id)


def places_on_roster(scope: str, indication_id: int, day: date) -> list[tuple[str, int]]:
    """The counties and townships that the roster names, with their numbers."""
    query = (
        select(RosterEntry.adcode, func.count())
        .where(RosterEntry.indication_id == indication_id, within(RosterEntry.adcode, scope), stands_on(day))
        .group_by(RosterEntry.adcode)
        .order_by(RosterEntry.adcode)
    )
    return [(code, count) for code, count in db.session.execute(query)]


def get_entry_for(viewer: Account, slug: str, number: int) -> RosterEntry:
    """A line of a roster within the official's region; any other is not there."""
    entry = db.session.scalar(
        select(RosterEntry)
        .join(RosterEntry.indication)
        .options(contains_eager(RosterEntry.indication), joinedload(RosterEntry.producer))
        .where(
            RosterEntry.id == number, Indication.slug == slug, within(RosterEntry.adcode, scope_of(viewer))
        )
    )
    if entry is None:
        raise NotFound(Text("名录中没有这一条", "The roster has no such line"))
    return entry


def reasons_on(subjects: Sequence[str], day_end: str) -> dict[str, str]:
    """The reason each roster line bore at an instant, from the sealed details of the log; one query."""
    query = (
        select(Entry.subject, SealedDetail.details)
        .join(SealedDetail, SealedDetail.n == Entry.n)
        .where(Entry.subject.in_(list(subjects)), Entry.time <= day_end)
        .order_by(Entry.n)
    )
    found: dict[str, str] = {}
    for subject, details in db.session.execute(query):
        change = json.loads(details).get("unauthorised_reason")
        if change:
            found[subject] = change["to"]
    return found


# ---- one producer


def _visible_to(scope: str) -> ColumnElement[bool]:
    on_roster = exists().where(RosterEntry.producer_id == Producer.id, within(RosterEntry.adcode, scope))
    return or_(within(Producer.adcode, scope), on_roster)


def producers_for(viewer: Account, text: str) -> Select[tuple[Producer]]:
    """Producers of the region or on one of its rosters, by name, pinyin or code."""
    query = select(Producer).where(_visible_to(scope_of(viewer)))
    if folded(text):
        query = query.where(Producer.search_text.contains(folded(text), autoescape=True))
    return query.order_by(Producer.search_text, Producer.id)


def get_producer_for(viewer: Account, number: str) -> Producer:
    query = select(Producer).where(Producer.number == number, _visible_to(scope_of(viewer)))
    producer = db.session.scalar(query)
    if producer is None:
        raise NotFound(NO_PRODUCER)
    return producer


NO_PRODUCER = Text("没有这个生产者", "There is no such producer")


def get_public_producer(number: str) -> Producer:
    """By its number or its code; one whose name is not public is not there."""
    query = select(Producer).where(
        or_(Producer.number == number, Producer.uscc == number), Producer.name_public
    )
    producer = db.session.scalar(query)
    if producer is None:
        raise NotFound(NO_PRODUCER, next_step=Text(
            "农户等个人只在书面同意后公开；请核对代码",
            "Households and other persons are shown only with their consent; check the code",
        ))  # fmt: skip
    return producer


def find_producer_by_code(uscc: str) -> Producer | None:
    return db.session.scalar(select(Producer).where(Producer.uscc == uscc))


def find_producer_by_number(number: str) -> Producer | None:
    """By the number somebody gave: whoever knows it has it from the producer itself."""
    return db.session.scalar(select(Producer).where(Producer.number == number, Producer.ended_on.is_(None)))


def may_be_named_to(viewer: Account, producer: Producer) -> bool:
    """Whether an official may learn what a producer is called: its name is public or in their region."""
    if producer.name_public:
        return True
    query = select(Producer.id).where(Producer.id == producer.id, _visible_to(scope_of(viewer)))
    return db.session.scalar(query) is not None


def rosters_of(producer: Producer, scope: str | None = None) -> list[RosterEntry]:
    """Every line of a producer, the newest first; within a region if one is given."""
    query = (
        select(RosterEntry)
        .where(RosterEntry.producer_id == producer.id)
        .options(joinedload(RosterEntry.indication))
        .order_by(RosterEntry.from_on.desc(), RosterEntry.id)
    )
    if scope is not None:
        query = query.where(within(RosterEntry.adcode, scope))
    return list(db.session.scalars(query))


def members_of(cooperative: Producer) -> list[Membership]:
    query = (
        select(Membership)
        .where(Membership.cooperative_id == cooperative.id)
        .options(joinedload(Membership.member))
        .order_by(Membership.ended_on.is_not(None), Membership.from_on, Membership.id)
    )
    return list(db.session.scalars(query))


def cooperatives_of(member: Producer) -> list[Membership]:
    query = (
        select(Membership)
        .where(Membership.member_id == member.id)
        .options(joinedload(Membership.cooperative))
        .order_by(Membership.ended_on.is_not(None), Membership.from_on, Membership.id)
    )
    return list(db.session.scalars(query))


def accounts_of(producer: Producer) -> list[tuple[ProducerAccount, Account]]:
    query = (
        select(ProducerAccount, Account)
        .join(Account, Account.id == ProducerAccount.account_id)
        .where(ProducerAccount.producer_id == producer.id, ProducerAccount.ended_on.is_(None))
        .order_by(ProducerAccount.id)
    )
    return [(link, account) for link, account in db.session.execute(query)]


def accounts_without_producer(viewer: Account) -> Select[tuple[Account]]:
    """Producers’ accounts of the viewer’s region that act for nobody: the newest first."""
    acts = exists().where(ProducerAccount.account_id == Account.id, ProducerAccount.ended_on.is_(None))
    here = Account.region.startswith(scope_prefix(viewer.region), autoescape=True)
    waits = (Account.role == Role.PRODUCER, Account.ended_on.is_(None), here, ~acts)
    return select(Account).where(*waits).order_by(Account.id.desc())


def entries_about(subject: str, limit: int = 60) -> list[tuple[Entry, str | None]]:
    """The newest entries about an object with what is sealed beside each: for officials only."""
    query = (
        select(Entry, SealedDetail.details)
        .join(SealedDetail, SealedDetail.n == Entry.n, isouter=True)
        .where(Entry.subject == subject)
        .order_by(Entry.n.desc())
        .limit(limit)
    )
    return [(entry, details) for entry, details in db.session.execute(query)]


# ---- producing areas


def divisions_of_area(indication_id: int) -> tuple[set[str], set[str]]:
    """The divisions that the producing area names by code, and those the GI belongs to."""
    units = db.session.scalars(select(AreaUnit.code).where(AreaUnit.indication_id == indication_id))
    regions = db.session.scalars(
        select(IndicationRegion.adcode).where(IndicationRegion.indication_id == indication_id)
    )
    return set(units), set(regions)


def standing_of(entry: RosterEntry, day: date) -> bool | None:
    """Whether the producer of a line is authorised for its GI on a day; None as long as nobody can say."""
    condition = is_authorised(day)
    if condition is None:
        return None
    return bool(
        db.session.scalar(select(condition).select_from(RosterEntry).where(RosterEntry.id == entry.id))
    )
