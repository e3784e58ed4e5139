"""Who sees which requests, sets and parts of labels; what lies outside a viewer's reach is not there.

One label by its number is found by `lookup.py`; what is counted, by `sums.py`."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.accounts.models import Account
from portal.accounts.rules import Role, is_adcode
from portal.authorisation.models import Licence
from portal.authorisation.queries import acts_for, member_ids, own_producer_ids
from portal.catalogue.models import Indication
from portal.db import db
from portal.labels.amounts import Wanted
from portal.labels.models import (
    LabelAccount,
    LabelHandover,
    LabelPaper,
    LabelPart,
    LabelRequest,
    LabelSet,
    LabelSheets,
)
from portal.labels.rules import (
    OPEN,
    READERS,
    HandoverState,
    PartState,
    RequestState,
    SheetsState,
)
from portal.labels.sums import unconfirmed
from portal.lib.problems import NotAllowed, NotFound
from portal.lib.text import Text
from portal.producers.models import Producer
from portal.producers.queries import within
from portal.regions.rules import covers

# ---- what one producer has


def _of_account(account: Account, day: date) -> Select[tuple[int]]:
    return own_producer_ids(account, day).union(member_ids(account, day))


def accounts_of(account: Account, day: date) -> list[LabelAccount]:
    query = (
        select(LabelAccount)
        .join(LabelAccount.indication)
        .join(LabelAccount.producer)
        .options(contains_eager(LabelAccount.indication), contains_eager(LabelAccount.producer))
        .where(LabelAccount.producer_id.in_(_of_account(account, day)))
        .order_by(LabelAccount.year.desc(), LabelAccount.id)
    )
    return list(db.session.scalars(query))


def find_account(indication_id: int, producer_id: int, year: int) -> LabelAccount | None:
    query = select(LabelAccount).where(
        LabelAccount.indication_id == indication_id,
        LabelAccount.producer_id == producer_id,
        LabelAccount.year == year,
    )
    return db.session.scalar(query.execution_options(populate_existing=True))


def _requests() -> Select[tuple[LabelRequest]]:
    return (
        select(LabelRequest)
        .join(LabelRequest.producer)
        .join(LabelRequest.indication)
        .options(
            contains_eager(LabelRequest.producer),
            contains_eager(LabelRequest.indication),
            joinedload(LabelRequest.licence).selectinload(Licence.spells),
        )
    )


def requests_of(account: Account, day: date) -> Select[tuple[LabelRequest]]:
    mine = LabelRequest.producer_id.in_(_of_account(account, day))
    return _requests().where(mine).order_by(LabelRequest.id.desc())


def parts_held_by(account: Account, day: date) -> Select[tuple[LabelPart]]:
    """Every part whose labels this account must still answer for, oldest set first."""
    return (
        _parts()
        .where(
            LabelPart.holder_id.in_(_of_account(account, day)),
            LabelPart.state.in_([state.value for state in OPEN]),
        )
        .order_by(LabelSet.year, LabelPart.set_id, LabelPart.first)
    )


def _parts() -> Select[tuple[LabelPart]]:
    return (
        select(LabelPart)
        .join(LabelPart.set)
        .join(LabelPart.holder)
        .options(
            contains_eager(LabelPart.set).joinedload(LabelSet.indication),
            contains_eager(LabelPart.set).joinedload(LabelSet.producer),
            contains_eager(LabelPart.holder),
        )
    )


def parts_of_set(set_id: int) -> list[LabelPart]:
    query = _parts().where(LabelPart.set_id == set_id).order_by(LabelPart.first)
    return list(db.session.scalars(query))


def _sees(viewer: Account, adcode: str, producer_ids: Iterable[int], day: date) -> bool:
    if viewer.role is Role.PRODUCER:
        return any(acts_for(viewer, producer_id, day) for producer_id in producer_ids)
    return viewer.role in READERS and is_adcode(viewer.region) and covers(viewer.region, adcode)


def get_request_for(viewer: Account, number: str, day: date) -> LabelRequest:
    request = db.session.scalar(_requests().where(LabelRequest.number == number))
    if request is None or not _sees(viewer, request.adcode, (request.producer_id,), day):
        raise NotFound(Text("没有这份标签申领", "There is no such request for labels"))
    return request


def get_set_for(viewer: Account, number: int, day: date) -> LabelSet:
    """A set that the viewer's producer was issued or holds a part of, or of the official's region."""
    query = (
        select(LabelSet)
        .where(LabelSet.id == number)
        .options(
            joinedload(LabelSet.producer),
            joinedload(LabelSet.indication),
            joinedload(LabelSet.account),
            joinedload(LabelSet.licence).selectinload(Licence.spells),
        )
    )
    label_set = db.session.scalar(query)
    if label_set is not None:
        holders = {part.holder_id for part in parts_of_set(number)} | {label_set.producer_id}
        if _sees(viewer, label_set.account.adcode, holders, day):
            return label_set
    raise NotFound(Text("没有这组标签", "There is no such set of labels"))


def get_part_for(viewer: Account, number: int, day: date) -> LabelPart:
    """A part held by a producer the viewer acts for, or of the official's region."""
    query = _parts().options(contains_eager(LabelPart.set).joinedload(LabelSet.account))
    part = db.session.scalar(query.where(LabelPart.id == number))
    if part is None or not _sees(viewer, part.set.account.adcode, (part.holder_id,), day):
        raise NotFound(Text("没有这些标签", "There are no such labels"))
    return part


def papers_of(part_ids: Iterable[int]) -> Mapping[int, list[LabelPaper]]:
    query = select(LabelPaper).where(LabelPaper.part_id.in_(list(part_ids))).order_by(LabelPaper.id)
    found: dict[int, list[LabelPaper]] = {}
    for paper in db.session.scalars(query):
        found.setdefault(paper.part_id, []).append(paper)
    return found


def get_paper_for(viewer: Account, number: int, day: date) -> LabelPaper:
    """Seen by whoever sees the labels it speaks of."""
    paper = db.session.get(LabelPaper, number)
    if paper is None:
        raise NotFound(Text("没有这份材料", "There is no such document"))
    get_part_for(viewer, paper.part_id, day)
    return paper


def get_sheets_for(viewer: Account, number: int, day: date) -> LabelSheets:
    """Sheets are seen by whoever sees the labels on them."""
    sheets = db.session.get(LabelSheets, number)
    if sheets is None:
        raise NotFound(Text("没有这份打印页", "There are no such sheets"))
    get_part_for(viewer, sheets.part_id, day)
    return sheets


def sheets_of(part_id: int) -> list[LabelSheets]:
    """What was asked for of these labels and is still there, newest first."""
    query = select(LabelSheets).where(LabelSheets.part_id == part_id)
    return list(
        db.session.scalars(
            query.where(LabelSheets.state != SheetsState.GONE.value).order_by(LabelSheets.id.desc()).limit(20)
        )
    )


PRESSED_TWICE = timedelta(minutes=1)


def find_request_of_just_now(
    account: Account, licence: Licence, year: int, wanted: Wanted, now: datetime
) -> LabelRequest | None:
    """The very same one, still undecided: the button was pressed twice."""
    same = {
        "licence_id": licence.id,
        "asked_by": account.id,
        "state": RequestState.ASKED.value,
        "year": year,
        "count": wanted.count,
        "grams_each": wanted.grams_each,
        "goods": wanted.goods.strip() or licence.goods[:120],
        "gtin": wanted.gtin or None,
    }
    query = select(LabelRequest).filter_by(**same).where(LabelRequest.asked_at > now - PRESSED_TWICE)
    return db.session.scalars(query.order_by(LabelRequest.id)).first()


def parts_ended_by(account: Account, day: date) -> Select[tuple[LabelPart]]:
    """What was stated of labels this account held, newest first."""
    states = [state.value for state in PartState if state not in OPEN]
    mine = LabelPart.holder_id.in_(_of_account(account, day))
    return _parts().where(mine, LabelPart.state.in_(states)).order_by(LabelPart.since.desc(), LabelPart.id)


def handovers_of(account: Account, day: date) -> Select[tuple[LabelHandover]]:
    """Open ones first, then those that ended, newest first; both sides see them."""
    mine = _of_account(account, day)
    return (
        _handovers()
        .where(or_(LabelHandover.from_producer_id.in_(mine), LabelHandover.to_producer_id.in_(mine)))
        .order_by(LabelHandover.state != HandoverState.OFFERED.value, LabelHandover.id.desc())
    )


def _handovers() -> Select[tuple[LabelHandover]]:
    return select(LabelHandover).options(
        joinedload(LabelHandover.part).joinedload(LabelPart.set).joinedload(LabelSet.indication),
        joinedload(LabelHandover.giver),
        joinedload(LabelHandover.taker),
    )


def get_handover_for(viewer: Account, number: int, day: date) -> LabelHandover:
    one = db.session.scalar(_handovers().where(LabelHandover.id == number))
    sides = (one.from_producer_id, one.to_producer_id) if one else ()
    if one is None or viewer.role is not Role.PRODUCER or not _sees(viewer, "", sides, day):
        raise NotFound(Text("没有这次转交", "There is no such handover"))
    return one


# ---- officials


def scope_of(viewer: Account) -> str:
    if viewer.role not in READERS or not is_adcode(viewer.region):
        raise NotAllowed(Text("标签账只对官员和审计员开放", "Label accounts are open to officials"))
    return viewer.region


def requests_in(viewer: Account, state: str = "", gi: str = "") -> Select[tuple[LabelRequest]]:
    query = _requests().where(within(LabelRequest.adcode, scope_of(viewer)))
    if state:
        query = query.where(LabelRequest.state == state)
    if gi:
        query = query.where(Indication.slug == gi)
    return query.order_by(LabelRequest.state != RequestState.ASKED.value, LabelRequest.id.desc())


def accounts_in(viewer: Account, year: int, gi: str = "") -> Select[tuple[LabelAccount]]:
    query = (
        select(LabelAccount)
        .join(LabelAccount.indication)
        .join(LabelAccount.producer)
        .options(contains_eager(LabelAccount.indication), contains_eager(LabelAccount.producer))
        .where(within(LabelAccount.adcode, scope_of(viewer)), LabelAccount.year == year)
    )
    if gi:
        query = query.where(Indication.slug == gi)
    return query.order_by(Indication.pinyin, Producer.name)


def get_account_for(viewer: Account, number: int) -> LabelAccount:
    query = (
        select(LabelAccount)
        .where(LabelAccount.id == number, within(LabelAccount.adcode, scope_of(viewer)))
        .options(joinedload(LabelAccount.indication), joinedload(LabelAccount.producer))
    )
    ledger = db.session.scalar(query)
    if ledger is None:
        raise NotFound(Text("没有这本标签账", "There is no such account"))
    return ledger


def sets_of_account(number: int) -> list[LabelSet]:
    query = select(LabelSet).where(LabelSet.account_id == number).order_by(LabelSet.id.desc())
    return list(db.session.scalars(query))


def parts_to_confirm(viewer: Account) -> Select[tuple[LabelPart]]:
    """Labels said to be given back or destroyed that no official has seen to."""
    query = _parts().join(LabelSet.account).options(contains_eager(LabelPart.set, LabelSet.account))
    inside = within(LabelAccount.adcode, scope_of(viewer))
    return query.where(inside, unconfirmed()).order_by(LabelPart.since)


def years_with_accounts() -> list[int]:
    return list(db.session.scalars(select(LabelAccount.year).distinct().order_by(LabelAccount.year.desc())))
