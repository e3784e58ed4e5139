"""Who is told: the people of a producer, of a holder, the officials of a place."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, or_, select

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


def people_of_protection(protection_id: int, day: date) -> list[Account]:
    ids = select(HolderAccount.account_id).where(
        HolderAccount.protection_id == protection_id, standing_on(day, HolderAccount)
    )
    return _active(Account.id.in_(ids), Account.role == Role.HOLDER)


def officials_of(role: Role, adcodes: Iterable[str]) -> list[Account]:
    return _active(Account.role == role, Account.region.in_(list(adcodes)))


def _active(*conditions: ColumnElement[bool]) -> list[Account]:
    return list(db.session.scalars(select(Account).where(Account.ended_on.is_(None), *conditions)))
