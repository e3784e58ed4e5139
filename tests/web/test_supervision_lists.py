"""Lists of tips, cases and transfers, and the board of what is due, ask as often for many as for one."""

import pytest
from flask import Flask

from portal.accounts.rules import Role
from portal.cases.actions import Opening, Party, open_case
from portal.cases.rules import Origin
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.tips.receiving import Told, receive
from portal.transfers.actions import Handing, send
from portal.transfers.blueprint_views import counting, own_signer
from portal.transfers.rules import Kind
from tests.ledger_rows import a_gi, a_producer, an_account, enter
from tests.services.statements import count_statements
from tests.tip_desk import CALENDAR, KEY, TIP

PAGES = (
    "/office/tips",
    "/office/tips?state=all",
    "/office/tips/due",
    "/office/cases",
    "/office/cases?state=all&q=商行",
    "/office/transfers",
    "/cases/",
    "/cases/?typical=1",
)


def add(county, folder, gi_id: int, producer_id: int, count: int) -> None:
    """So many of each: tips, complaints, open cases, published ones, transfers there and here."""
    for _ in range(count):
        for kind in ("tip", "complaint"):
            values = TIP | {"kind": kind, "name": "某人", "phone": "13900000000", "request": "退款"}
            receive(Told(values, "640521", gi_id, producer_id), CALENDAR, KEY, folder, now())
        for published in (False, True):
            others = (Party("另一商行"),)
            opening = Opening(
                "冒用标志", "某商行", TIP["facts"], "", False, "", gi_id, producer_id, others=others
            )
            case = open_case(county, Origin.OWN, None, "640521", opening, now())
            if published:
                case.state, case.published, case.published_on = "published", "某商行，罚款一元。", today()
                case.typical_title, case.typical, case.typical_on = "先查编号", "没有查验", today()
                case.shown_until = today()
        words = ("来源不明", "市场东门有散货，请查来源")
        send(county, Handing(Kind.LEAD, "640521", "150821", *words), own_signer(), counting(), now())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_lists_ask_as_many_questions_for_many_as_for_one(client, app: Flask, tmp_path):
    with transaction():
        county = an_account(Role.COUNTY, "640521")
        ids = a_gi("hongguo").id, a_producer("红果公司").id
        add(county, tmp_path, *ids, 1)
    enter(client, county)
    few = {}
    for address in PAGES:
        client.get(address)
        few[address] = count_statements(client, address)
    with transaction():
        add(db.session.merge(county), tmp_path, *ids, 15)
    assert {address: count_statements(client, address) for address in PAGES} == few
