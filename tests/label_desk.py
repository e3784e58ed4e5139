"""A GI with one licensed producer that has verified land: what tests of labels need; never the act itself."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.accounts.secrets import hash_password
from portal.authorisation.models import Licence
from portal.catalogue.models import Indication
from portal.db import db, transaction
from portal.labels.actions import ask_for_labels, grant_request
from portal.labels.models import LabelPart, LabelSet
from portal.labels.queries import parts_of_set
from portal.land.models import GiYield, Plot
from portal.lib.clock import day_of
from portal.producers.models import Producer, ProducerAccount
from tests.ledger_rows import LONG_AGO, a_gi, a_producer, licence, on_roster

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
TODAY = day_of(NOW)
YEAR = TODAY.year
MU_M2 = 10_000 // 15


@dataclass
class Desk:
    """Ids only, so that nothing stale is held across transactions."""

    gi_id: int
    producer_id: int
    other_id: int
    licence_id: int
    accounts: dict[str, int]

    def __getattr__(self, name: str) -> Account:
        return db.session.get_one(Account, self.accounts[name])

    @property
    def gi(self) -> Indication:
        return db.session.get_one(Indication, self.gi_id)

    @property
    def producer(self) -> Producer:
        return db.session.get_one(Producer, self.producer_id)

    @property
    def other(self) -> Producer:
        return db.session.get_one(Producer, self.other_id)

    @property
    def licence(self) -> Licence:
        query = select(Licence).where(Licence.id == self.licence_id).options(selectinload(Licence.spells))
        return db.session.scalars(query.execution_options(populate_existing=True)).one()


PEOPLE = {
    "wang": (Role.PRODUCER, "640521"),
    "packer": (Role.PRODUCER, "640521"),
    "county": (Role.COUNTY, "640521"),
    "other_county": (Role.COUNTY, "640522"),
    "inspector": (Role.INSPECTOR, "640521"),
}


def prepare(hectares: int = 2, kilograms_a_mu: int = 100) -> Desk:
    """2 hectares at 100 kg a mu: three tonnes can carry the name."""
    with transaction():
        gi, producer, other = a_gi(), a_producer(), a_producer()
        on_roster(gi, producer)
        on_roster(gi, other)
        granted = licence(gi, producer)
        accounts = {name: _account(name, *place) for name, place in PEOPLE.items()}
        link(producer.id, accounts["wang"])
        link(other.id, accounts["packer"])
        a_plot(gi.id, producer.id, hectares * 10_000)
        for year in (YEAR - 1, YEAR):
            a_yield(gi.id, year, kilograms_a_mu * 1000)
        return Desk(gi.id, producer.id, other.id, granted.id, accounts)


def _account(name: str, role: Role, region: str) -> int:
    one = Account(
        email=f"{name}@labels",
        name=name,
        role=role,
        region=region,
        password_hash=hash_password("a long password of tests"),
        created_at=NOW,
    )
    db.session.add(one)
    db.session.flush()
    return one.id


def link(producer_id: int, account_id: int) -> None:
    db.session.add(ProducerAccount(producer_id=producer_id, account_id=account_id, since=LONG_AGO))
    db.session.flush()


def a_plot(gi_id: int, producer_id: int, area_m2: int, adcode: str = "640521", **more: object) -> Plot:
    values = {"name": "一号地", "lie": "inside", "basis": "code", "inside_m2": area_m2, "state": "verified"}
    number = f"T{db.session.query(Plot).count() + 1:06d}"
    one = Plot(
        number=number,
        indication_id=gi_id,
        producer_id=producer_id,
        adcode=adcode,
        area_m2=area_m2,
        from_on=date(2025, 1, 1),
        created_at=NOW,
        **(values | more),
    )
    db.session.add(one)
    db.session.flush()
    return one


def a_yield(gi_id: int, year: int, grams_per_mu: int, place: str = "") -> GiYield:
    one = GiYield(
        indication_id=gi_id,
        year=year,
        place=place,
        grams_per_mu=grams_per_mu,
        issuer="县农业农村局",
        document="关于单产的通知",
        document_on=date(2025, 3, 1),
        set_at=NOW,
    )
    db.session.add(one)
    db.session.flush()
    return one


def issued(
    desk: Desk, count: int = 1000, grams_each: int = 1000, year: int = YEAR, on: date = TODAY
) -> LabelSet:
    with transaction():
        request = ask_for_labels(desk.wang, desk.licence, year, count, grams_each, "", "", on, NOW)
        sets = grant_request(desk.county, request, request.version, on, NOW)
        number = sets[0].id
    return get_set(number)


def get_set(number: int) -> LabelSet:
    everything = (joinedload(LabelSet.indication), joinedload(LabelSet.producer))
    query = select(LabelSet).where(LabelSet.id == number).options(*everything)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def the_part(set_id: int) -> LabelPart:
    (part,) = parts_of_set(set_id)
    return part
