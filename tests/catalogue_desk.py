"""The desk of the catalogue tests: two counties' records, and the same officials everywhere."""

from gi_data.fact_writing import as_plain
from gi_data.facts import read_facts
from portal.accounts.actions import add_account
from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.catalogue.actions import state_document, state_indication
from portal.catalogue.queries import find_indication
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.register.actions import PORTAL
from tests.services.kept_states import once

PASSWORD = "red berries in the sun"
GOJI, SUNFLOWER = "zhongning-gouqi", "wuyuan-xiangrikui"

PEOPLE = {
    "registrar": (Role.COUNTY, "640521", "中宁县知识产权局"),
    "colleague": (Role.COUNTY, "640521", "中宁县知识产权局"),
    "city": (Role.CITY, "640500", "中卫市知识产权局"),
    "province": (Role.PROVINCE, "640000", "宁夏知识产权局"),
    "stranger": (Role.COUNTY, "150821", "五原县知识产权局"),
    "bayannur": (Role.CITY, "150800", "巴彦淖尔市知识产权局"),
    "inspector": (Role.INSPECTOR, "640521", "中宁县市场监管局"),
    "auditor": (Role.AUDITOR, "640000", "宁夏审计"),
    "producer": (Role.PRODUCER, "640521", "合作社"),
}


def open_desk() -> dict[str, Account]:
    """Documents, the goji of Zhongning and the sunflower of Wuyuan, and everybody who works with them."""
    return {name: db.session.get_one(Account, number) for name, number in once(_open_desk).items()}


def _open_desk() -> dict[str, int]:
    facts = read_facts()
    with transaction():
        for number, document in facts.documents.items():
            state_document(PORTAL, number, as_plain(document), verb="loaded")
        for slug in (GOJI, SUNFLOWER):
            plain = {name: one for name, one in as_plain(facts.gis[slug]).items() if name != "slug"}
            state_indication(PORTAL, slug, plain, today(), verb="loaded")
        accounts = {name: _add(name, *rest) for name, rest in PEOPLE.items()}
    return {name: account.id for name, account in accounts.items()}


def _add(name: str, role: Role, region: str, organisation: str) -> Account:
    return add_account(
        PORTAL,
        email=f"{name}@example.test",
        name=name,
        role=role,
        region=region,
        organisation=organisation,
        password=PASSWORD,
        now=now(),
    )


def facts_of(slug: str) -> dict[str, object]:
    """What is stored, read back."""
    return dict(find_indication(slug).facts)


def figure(value: str = "210.5", **more: object) -> dict[str, object]:
    return {
        "metric": "brand_value",
        "value": value,
        "unit": "亿元",
        "comparator": "=",
        "date": "2026-03-01",
        "sources": ["goji-article-2025"],
        "support": "secondary_page",
    } | more
