"""A co-operative files for its households: once for all, house by house, on paper, and handed in together."""

import html
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Account
from portal.authorisation.models import Application
from portal.authorisation.rules import State
from portal.catalogue.queries import find_indication
from portal.db import db, transaction
from portal.lib.clock import today
from portal.producers.actions import ProducerData, RosterData, add_line, create_producer
from portal.producers.membership_actions import join
from portal.producers.rules import ProducerKind
from portal.register.actions import PORTAL
from tests.ledger_rows import enter
from tests.setting_authorisation import PDF, SLUG, TOWN, Setting, prepare

MARK = {"gi": SLUG, "key": "product"}
SHARED = {
    "goods": "枸杞（干果）", "standard": "GB/T 18672", "process": "自种、自采、晾晒", "contact": "王芳",
    "phone": "13900000000",
}  # fmt: skip
ADDRESS = "/workbench/members"


@pytest.fixture
def setting(app: Flask) -> Setting:
    """The co-operative of the setting has one household; here it gets a second one, with its address."""
    found = prepare()
    with transaction():
        cooperative = found.producer("cooperative")
        second = create_producer(
            PORTAL, ProducerData("赵六", ProducerKind.HOUSEHOLD, TOWN, address="二村"), today(), demo=True
        )
        add_line(PORTAL, find_indication(SLUG), second, RosterData(TOWN, today()))
        join(PORTAL, cooperative, second, today())
        found.producers["second"] = second.number
    return found


def shown(client: FlaskClient, account: Account, address: str = ADDRESS + "/") -> str:
    answer = enter(client, account).get(address, query_string=MARK)
    assert answer.status_code == 200
    return html.unescape(answer.get_data(as_text=True))


def applications() -> dict[str, Application]:
    db.session.rollback()
    found = db.session.scalars(select(Application).options(joinedload(Application.producer)))
    return {one.producer.name: one for one in found}


def begin(client: FlaskClient, account: Account) -> None:
    answer = enter(client, account).post(f"{ADDRESS}/begin", data=MARK | SHARED)
    assert answer.status_code == 303


def give_papers(client: FlaskClient, account: Account) -> None:
    for kind in ("test_report", "origin_proof"):
        form = MARK | {"kind": kind, "file": (BytesIO(PDF), f"{kind}.pdf")}
        answer = enter(client, account).post(
            f"{ADDRESS}/papers", data=form, content_type="multipart/form-data"
        )
        assert answer.status_code == 303


def test_what_is_the_same_is_given_once_and_never_written_over(client, setting):
    assert "2 户没有交" in shown(client, setting.wang)
    begin(client, setting.wang)
    first = applications()
    assert set(first) == {"李四", "赵六"}
    assert all(one.answers["goods"] == SHARED["goods"] for one in first.values())
    other = MARK | {"goods": "别的", "brand": "x"}
    changed = enter(client, setting.wang).post(f"{ADDRESS}/begin", data=other)
    assert changed.status_code == 303
    assert applications()["李四"].answers["goods"] == SHARED["goods"] and len(applications()) == 2


def test_the_complete_ones_are_handed_in_and_the_others_stay(client, setting):
    begin(client, setting.wang)
    give_papers(client, setting.wang)
    page = shown(client, setting.wang)
    assert "可以交了" in page and "详细地址" in page
    houses = [setting.producers["household"], setting.producers["second"]]
    send = MARK | {"house": houses}
    unsigned = enter(client, setting.wang).post(f"{ADDRESS}/hand-in", data=send)
    assert unsigned.status_code == 400 and applications()["赵六"].stands is State.DRAFT
    signed = send | {"signed": "y"}
    assert enter(client, setting.wang).post(f"{ADDRESS}/hand-in", data=signed).status_code == 303
    states = {name: one.stands for name, one in applications().items()}
    assert states == {"李四": State.DRAFT, "赵六": State.SUBMITTED}
    page = shown(client, setting.wang)
    assert "已提交 1 户" in page and setting.producers["household"] in page
    again = enter(client, setting.wang).post(f"{ADDRESS}/hand-in", data=signed)
    assert again.status_code == 303 and applications()["赵六"].stands is State.SUBMITTED


def test_every_house_has_a_page_to_sign(client, setting):
    begin(client, setting.wang)
    page = shown(client, setting.wang, f"{ADDRESS}/forms")
    assert page.count('class="form-page"') == 2 and "按手印" in page and "二村" in page


def test_nobody_else_sees_the_households(client, setting):
    begin(client, setting.wang)
    assert "李四" not in shown(client, setting.li) and "还没有社员" in shown(client, setting.li)
    refused = enter(client, setting.li).post(
        f"{ADDRESS}/hand-in", data=MARK | {"house": setting.producers["second"], "signed": "y"}
    )
    assert refused.status_code == 303 and applications()["赵六"].stands is State.DRAFT
    for other in (setting.county, setting.holder):
        assert enter(client, other).get(f"{ADDRESS}/").status_code == 403


def test_large_type_stays_on_until_it_is_turned_off(client, setting):
    wang = enter(client, setting.wang)
    assert 'class="large"' not in wang.get("/workbench/apply").get_data(as_text=True)
    sent = wang.post(f"{ADDRESS}/large-type", data={"on": "y", "back": "/workbench/apply"})
    assert sent.headers["Location"].endswith("/workbench/apply")
    assert 'class="large"' in wang.get("/workbench/apply").get_data(as_text=True)
    out = wang.post(f"{ADDRESS}/large-type", data={"back": "//evil.example/workbench/"})
    assert "evil" not in out.headers["Location"]
    assert 'class="large"' not in wang.get("/workbench/apply").get_data(as_text=True)
