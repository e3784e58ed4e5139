"""What became of labels, counted: by account, and by GI and year for everyone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from portal.db import db
from portal.labels.models import (
    LabelPart,
    LabelSet,
)
from portal.labels.rules import (
    OPEN,
    TO_CONFIRM,
    Balance,
    PartState,
    balance_of,
)
from portal.land.queries import land_sums


def balances_of(account_ids: Iterable[int]) -> Mapping[int, Balance]:
    """What became of the labels of each account, whoever holds them now."""
    ids = set(account_ids)
    query = (
        select(
            LabelSet.account_id,
            LabelPart.state,
            func.sum(LabelPart.last - LabelPart.first + 1),
        )
        .join(LabelPart.set)
        .where(LabelSet.account_id.in_(ids))
        .group_by(LabelSet.account_id, LabelPart.state)
    )
    counts: dict[int, dict[PartState, int]] = {}
    for account_id, state, count in db.session.execute(query):
        counts.setdefault(account_id, {})[PartState(state)] = int(count)
    waiting = dict(
        db.session.execute(
            select(LabelSet.account_id, func.sum(LabelPart.last - LabelPart.first + 1))
            .join(LabelPart.set)
            .where(LabelSet.account_id.in_(ids), unconfirmed())
            .group_by(LabelSet.account_id)
        ).all()
    )
    return {one: balance_of(counts.get(one, {}), int(waiting.get(one, 0))) for one in ids}


def unconfirmed() -> object:
    """Said to be given back or destroyed, and no official has seen to it."""
    return LabelPart.state.in_([state.value for state in TO_CONFIRM]) & LabelPart.confirmed_at.is_(None)


def open_from_before(producer_id: int, indication_id: int, year: int) -> int:
    """How many labels of earlier years this producer still has to answer for: they block the next issue."""
    held = select(func.coalesce(func.sum(LabelPart.last - LabelPart.first + 1), 0)).join(LabelPart.set)
    held = held.where(
        LabelPart.holder_id == producer_id,
        LabelSet.indication_id == indication_id,
        LabelSet.year < year,
        or_(LabelPart.state.in_([state.value for state in OPEN]), unconfirmed()),
    )
    return int(db.session.scalar(held))


def producers_with_labels(indication_id: int, year: int) -> int:
    query = select(func.count(LabelSet.producer_id.distinct()))
    return db.session.scalar(query.where(LabelSet.indication_id == indication_id, LabelSet.year == year)) or 0


@dataclass(frozen=True)
class LabelSums:
    """Labels of a GI and year as anyone may know them: sums over all producers, never one of them."""

    land_m2: int
    ceiling_g: int | None
    producers: int
    balance: Balance
    issued_g: int
    used_g: int


def label_sums(indication_id: int, year: int) -> LabelSums:
    land = land_sums(indication_id, year)
    query = (
        select(
            LabelPart.state,
            func.sum(LabelPart.last - LabelPart.first + 1),
            func.sum((LabelPart.last - LabelPart.first + 1) * LabelSet.grams_each),
        )
        .join(LabelPart.set)
        .where(LabelSet.indication_id == indication_id, LabelSet.year == year)
        .group_by(LabelPart.state)
    )
    rows = [(PartState(state), int(count), int(grams)) for state, count, grams in db.session.execute(query)]
    return LabelSums(
        land_m2=land.square_metres,
        ceiling_g=land.ceiling_g,
        producers=land.producers,
        balance=balance_of({state: count for state, count, _ in rows}),
        issued_g=sum(grams for _, _, grams in rows),
        used_g=sum(grams for state, _, grams in rows if state is PartState.USED),
    )


def years_of(indication_id: int) -> list[int]:
    query = select(LabelSet.year).where(LabelSet.indication_id == indication_id).distinct()
    return list(db.session.scalars(query.order_by(LabelSet.year.desc())))


def used_grams(indication_id: int, year: int) -> Mapping[int, int]:
    """Grams that each producer labelled and put in use: to be set against what it returned."""
    query = (
        select(LabelSet.producer_id, func.sum((LabelPart.last - LabelPart.first + 1) * LabelSet.grams_each))
        .join(LabelPart.set)
        .where(
            LabelSet.indication_id == indication_id,
            LabelSet.year == year,
            LabelPart.state == PartState.USED.value,
        )
        .group_by(LabelSet.producer_id)
    )
    return {producer: int(grams) for producer, grams in db.session.execute(query)}


def used_grams_of(indication_id: int, producer_id: int, year: int) -> int:
    """The same for one producer."""
    grams = func.sum((LabelPart.last - LabelPart.first + 1) * LabelSet.grams_each)
    query = select(grams).join(LabelPart.set)
    query = query.where(
        LabelSet.indication_id == indication_id,
        LabelSet.producer_id == producer_id,
        LabelSet.year == year,
        LabelPart.state == PartState.USED.value,
    )
    return int(db.session.scalar(query) or 0)
