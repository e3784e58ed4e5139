"""The people, the GI and the papers that tests of applications and licences need; never the act itself."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image
from sqlalchemy import select

from gi_data.fact_writing import as_plain
from gi_data.facts import read_facts
from gi_data.office_tables import read_special_days
from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.accounts.secrets import hash_password
from portal.authorisation.actions import Given, take_step
from portal.authorisation.calendar import load_special_days
from portal.authorisation.draft_actions import add_file, open_application, save_answers
from portal.authorisation.licence_actions import Terms
from portal.authorisation.models import Application
from portal.authorisation.queries import get_application_for
from portal.authorisation.rules import Paper, Purpose, Step
from portal.authorisation.visit_actions import Visit, record_visit
from portal.catalogue.actions import state_indication
from portal.catalogue.models import Indication, Protection
from portal.db import db, transaction
from portal.lib.clock import day_of
from portal.lib.uscc import complete_uscc
from portal.papers.files import read_paper
from portal.producers.actions import ProducerData, RosterData, add_line, create_producer
from portal.producers.membership_actions import join, link_account
from portal.producers.models import HolderAccount, Producer
from portal.producers.rules import ProducerKind
from portal.register.actions import PORTAL
from tests.services.kept_states import once

SLUG = "zhongning-gouqi"
TOWN = "640521100"
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
TODAY = day_of(NOW)
ANSWERS = {
    "goods": "枸杞（干果）",
    "place": TOWN,
    "address": "宁安镇一村",
    "lon": "105.67",
    "lat": "37.48",
    "standard": "GB/T 18672",
    "process": "自种、自采、晾晒、分级、包装",
    "contact": "王芳",
    "phone": "13900000000",
    "statement": "y",
}
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\nxref\n0 1\n0000000000 65535 f \n"
    b"trailer<</Root 1 0 R>>\nstartxref\n40\n%%EOF\n"
)


@lru_cache(maxsize=1)
def gi_facts(slug: str = SLUG) -> dict[str, object]:
    return as_plain(read_facts().gis[slug])


def picture(colour: str = "red", kind: str = "JPEG") -> bytes:
    kept = BytesIO()
    Image.new("RGB", (8, 8), colour).save(kept, kind)
    return kept.getvalue()


@dataclass
class Setting:
    """Everybody by name; ids only, so that nothing stale is held across transactions."""

    accounts: dict[str, int]
    producers: dict[str, str]

    def __getattr__(self, name: str) -> Account:
        return db.session.get_one(Account, self.accounts[name])

    def producer(self, name: str) -> Producer:
        return db.session.scalars(select(Producer).where(Producer.number == self.producers[name])).one()


PEOPLE = {
    "wang": (Role.PRODUCER, "640521"),
    "li": (Role.PRODUCER, "640521"),
    "holder": (Role.HOLDER, "640521"),
    "county": (Role.COUNTY, "640521"),
    "colleague": (Role.COUNTY, "640521"),
    "inspector": (Role.INSPECTOR, "640521"),
    "city": (Role.CITY, "640500"),
    "province": (Role.PROVINCE, "640000"),
    "auditor": (Role.AUDITOR, "640000"),
    "other_county": (Role.COUNTY, "640522"),
    "other_city": (Role.CITY, "640400"),
    "other_province": (Role.PROVINCE, "150000"),
}


def prepare() -> Setting:
    """One GI, one firm and one household of its co-operative, and everybody who has to do with them."""
    return Setting(*once(_prepare))


def _prepare() -> tuple[dict[str, int], dict[str, str]]:
    with transaction():
        load_special_days(read_special_days())
        state_indication(PORTAL, SLUG, gi_facts(), TODAY)
        accounts = {name: _account(name, *place) for name, place in PEOPLE.items()}
        producers = {
            "firm": _producer("中宁一号枸杞公司（演示）", ProducerKind.COMPANY, "DEM00001"),
            "stranger": _producer("中宁二号枸杞公司（演示）", ProducerKind.COMPANY, "DEM00002"),
            "cooperative": _producer("中宁枸杞合作社（演示）", ProducerKind.COOPERATIVE, "DEM00003"),
            "household": _producer("李四", ProducerKind.HOUSEHOLD, None),
        }
        indication = db.session.scalars(select(Indication).where(Indication.slug == SLUG)).one()
        since = date(2024, 1, 1)
        for one in producers.values():
            add_line(PORTAL, indication, one, RosterData(TOWN, since))
        for name in ("firm", "cooperative"):
            link_account(PORTAL, producers[name], db.session.get_one(Account, accounts["wang"]), since)
        link_account(PORTAL, producers["stranger"], db.session.get_one(Account, accounts["li"]), since)
        join(PORTAL, producers["cooperative"], producers["household"], since)
        mark = protection("mark")
        db.session.add(HolderAccount(protection_id=mark.id, account_id=accounts["holder"], since=since))
        numbers = {name: one.number for name, one in producers.items()}
    return accounts, numbers


PASSWORD = "red berries in the sun"


@lru_cache(maxsize=1)
def password_hash() -> str:
    """One for everybody: making it is slow on purpose."""
    return hash_password(PASSWORD)


def _account(name: str, role: Role, region: str) -> int:
    account = Account(
        email=f"{name}@test",
        name=name,
        role=role,
        region=region,
        organisation=f"{name} office",
        created_at=NOW,
        password_hash=password_hash(),
    )
    db.session.add(account)
    db.session.flush()
    return account.id


def _producer(name: str, kind: ProducerKind, organisation: str | None) -> Producer:
    uscc = complete_uscc("91640521", organisation) if organisation else None
    return create_producer(PORTAL, ProducerData(name, kind, TOWN, uscc=uscc), TODAY, demo=True)


def protection(key: str) -> Protection:
    query = (
        select(Protection).join(Protection.indication).where(Indication.slug == SLUG, Protection.key == key)
    )
    return db.session.scalars(query).one()


def draft(setting: Setting, key: str = "product", producer: str = "firm", now: datetime = NOW) -> str:
    """A complete draft with its papers; its number."""
    folder = data_folder()
    with transaction():
        application = open_application(
            setting.wang, setting.producer(producer), protection(key), Purpose.NEW, now
        )
        save_answers(setting.wang, application, ANSWERS, application.version, now)
        for kind in (Paper.TEST_REPORT, Paper.ORIGIN_PROOF):
            add_file(setting.wang, application, kind, read_paper(f"{kind}.pdf", PDF), folder, now)
        return application.number


def data_folder() -> Path:
    from flask import current_app

    return current_app.config["SETTINGS"].data_dir


def step(who: Account, number: str, taken: Step, given: Given | None = None, now: datetime = NOW) -> None:
    with transaction():
        application = get_application_for(who, number, day_of(now))
        take_step(who, application, taken, application.version, given or Given(), now)


def visit(who: Account, number: str, lon: str = "105.67", lat: str = "37.48", now: datetime = NOW) -> None:
    with transaction():
        application = get_application_for(who, number, day_of(now))
        went = Visit(day_of(now), ("王检查", "李检查"), lon, lat, "树龄、面积与申请一致", True)
        record_visit(
            who, application, went, [read_paper("p.jpg", picture())], data_folder(), application.version, now
        )


def walk_to_licence(setting: Setting, number: str, now: datetime = NOW) -> Application:
    """The whole way of the special mark in Ningxia: county, city, province, national office, announced."""
    step(setting.wang, number, Step.SUBMIT, now=now)
    step(setting.county, number, Step.ACCEPT, now=now)
    visit(setting.county, number, now=now)
    step(setting.county, number, Step.AGREE, now=now)
    step(setting.city, number, Step.AGREE, now=now)
    step(setting.province, number, Step.FORWARD, now=now)
    step(setting.province, number, Step.APPROVE, Given(decision_number="演示核准〔2026〕1号"), now)
    terms = Terms(goods="枸杞（干果）", valid_from=day_of(now), announcement="演示公告〔2026〕1号")
    step(setting.province, number, Step.ANNOUNCE, Given(terms=terms), now)
    return get_application_for(setting.wang, number, day_of(now))
