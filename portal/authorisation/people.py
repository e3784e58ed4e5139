"""Who is told: the people of a producer, of a holder, the officials of a place."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, union

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.authorisation.queries import standing_on
from portal.db import db
from portal.producers.models import HolderAccount, Membership, ProducerAccount


def people_of_producer(producer_id: int, day: date) -> list[Account]:
    """Who hears about a producer's applications: those who act for it or for its co-operative."""
    cooperatives = select(Membership.cooperative_id).where(
        Membership.member_id == producer_id, Membership.from_on <= day, standing_on(day, Membership)
    )
    ids = select(ProducerAccount.account_id).where(
        or_(ProducerAccount.producer_id == producer_id, ProducerAccount.producer_id.in_(cooperatives)),
        ProducerAccount.since <= day,
        standing_on(day, ProducerAccount),
    )
    return _active(Account.id.in_(ids))


AT_ONCE = 5_000


def accounts_by_producer(producer_ids: Iterable[int], day: date) -> dict[int, set[int]]:
    """The same people for many producers, as numbers of accounts, those no longer active among them."""
    wanted, found = list(producer_ids), defaultdict(set)
    for start in range(0, len(wanted), AT_ONCE):
        query = union(*_accounts_and(wanted[start : start + AT_ONCE], day))
        for producer_id, account_id in db.session.execute(query):
            found[producer_id].add(account_id)
    return found


def _accounts_and(producer_ids: list[int], day: date) -> tuple[Select, Select]:
    """Each producer with the accounts of its own, and each member with those of its co-operative."""
    acting = and_(ProducerAccount.since <= day, standing_on(day, ProducerAccount))
    own = select(ProducerAccount.producer_id, ProducerAccount.account_id)
    through = select(Membership.member_id, ProducerAccount.account_id).join(
        ProducerAccount, ProducerAccount.producer_id == Membership.cooperative_id
    )
    member = and_(Membership.from_on <= day, standing_on(day, Membership))
    return (
        own.where(ProducerAccount.producer_id.in_(producer_ids), acting),
        through.where(Membership.member_id.in_(producer_ids), member, acting),
    )


def somebody_acts_for(producer_id: ColumnElement[int], day: date) -> ColumnElement[bool]:
    acting = and_(ProducerAccount.since <= day, standing_on(day, ProducerAccount))
    own = exists().where(ProducerAccount.producer_id == producer_id, acting)
    through = exists().where(
        Membership.member_id == producer_id,
        Membership.from_on <= day,
        standing_on(day, Membership),
        ProducerAccount.producer_id == Membership.cooperative_id,
        acting,
    )
    return or_(own, through)


def people_of_protection(protection_id: int, day: date) -> list[Account]:
    ids = select(HolderAccount.account_id).where(
        HolderAccount.protection_id == protection_id, standing_on(day, HolderAccount)
    )
    return _active(Account.id.in_(ids), Account.role == Role.HOLDER)


def officials_of(role: Role, adcodes: Iterable[str]) -> list[Account]:
    return _active(Account.role == role, Account.region.in_(list(adcodes)))


def _active(*conditions: ColumnElement[bool]) -> list[Account]:
    return list(db.session.scalars(select(Account).where(Account.ended_on.is_(None), *conditions)))
