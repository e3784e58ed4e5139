"""A reporter is planted, the matter goes all its ways, and every answer is searched for them."""

import html
import re
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.cases.models import Case
from portal.db import db, transaction
from portal.lib.clock import today
from portal.producers.models import Producer
from portal.register.models import Entry, SealedDetail
from portal.tips import views as tip_views
from portal.tips.models import Tip
from portal.transfers.models import Transfer
from tests.ledger_rows import a_gi, a_producer, an_account, enter

NAME, PHONE, HOME = "赵植名甲", "13912345678", "密封路七十一号"
PLANTED = (NAME, PHONE, HOME, "SecretPhone")
TYPED = {"kind": "tip", "matter": "no_licence", "place_name": "中宁县", "place": ""}
TYPED |= {"facts": "市场东门第三家店的箱子上印着名称，没有授权", "respondent": "某店"}
TYPED |= {"name": NAME, "phone": PHONE, "address": HOME, "request": "退款"}
OTHERS = (Role.CITY, Role.PROVINCE, Role.INSPECTOR, Role.AUDITOR, Role.ADMIN, Role.PRODUCER, Role.HOLDER)
# Where the matter, or the notice of it, could be read by those who are not its handling official.
NEAR = re.compile(r"/(office/(tips|cases|transfers|$)|log|workbench/(cases|$))")

# What a page says does not depend on the database; every answer is asked for once.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def photograph() -> bytes:
    kept, exif = BytesIO(), Image.Exif()
    exif[0x010F] = "SecretPhone"
    Image.new("RGB", (30, 20), "red").save(kept, "JPEG", exif=exif)
    return kept.getvalue()


class Matter:
    """A tip that became a case, was handed on and published; and a complaint beside it."""

    def __init__(self, client: FlaskClient) -> None:
        with transaction():
            a_gi("hongguo")
            self.county = an_account(Role.COUNTY, "640521")
            self.far = an_account(Role.COUNTY, "150821")
            firm = a_producer("红果公司")
            self.others = [self._one(role, firm if role is Role.PRODUCER else None) for role in OTHERS]
        for kind in ("tip", "complaint"):
            opened = re.search(r'name="opened" value="([^"]+)"', client.get("/tips/new").text).group(1)
            sent = TYPED | {"kind": kind, "opened": opened}
            sent["photographs"] = (BytesIO(photograph()), f"{NAME}.jpg")
            assert client.post("/tips/new", data=sent, content_type="multipart/form-data").status_code == 303
        self._handle(client)

    @staticmethod
    def _one(role: Role, firm: Producer | None) -> Account:
        return an_account(role, "640500" if role is Role.CITY else "640000", firm)

    def _handle(self, client: FlaskClient) -> None:
        enter(client, self.county)
        tip = db.session.scalars(select(Tip).where(Tip.kind == "tip")).one()
        self.tip, address = tip.number, f"/office/tips/{tip.number}"
        client.post(f"{address}/step", data={"step": "begin_check", "version": tip.version})
        version = db.session.scalars(select(Tip.version).where(Tip.number == self.tip)).one()
        typed = {"tip": self.tip, "title": "冒用标志", "party": "某店", "facts": TYPED["facts"]}
        answer = client.post("/office/cases/new", data=typed | {"version": version})
        assert answer.status_code == 303
        with transaction():
            case = db.session.scalars(select(Case)).one()
            case.state, case.published, case.published_on = "published", "某店冒用标志，罚款一元。", today()
            case.decision_number, case.decided_on, case.shown_until = "罚决1号", today(), today()
            case.typical_title, case.typical = "进货先查", "某店没有查验编号，教训深刻"
            case.typical_on = today()
        self.case = db.session.scalars(select(Case.number)).one()
        typed = {"case": self.case, "kind": "assistance", "to_name": "五原县", "title": "请协助"}
        assert client.post("/office/transfers/new", data=typed | {"facts": TYPED["facts"]}).status_code == 303
        self.transfer = db.session.scalars(select(Transfer.key)).one()

    def address_of(self, app: Flask, rule: Rule) -> str:
        room = rule.endpoint.split(".")[0]
        number = self.case if room.startswith("cases") else self.tip
        known = {"number": number, "key": self.transfer, "subject": f"tip:{self.tip}"}
        values = {
            name: _fitting(rule._converters[name], known.get(name, self.tip)) for name in rule.arguments
        }
        return app.url_map.bind("127.0.0.1").build(rule.endpoint, values, method=next(iter(rule.methods)))


def _fitting(converter: BaseConverter, value: str) -> object:
    if isinstance(converter, IntegerConverter):
        return 1
    return sorted(converter.items)[0] if isinstance(converter, AnyConverter) else value


@pytest.fixture
def matter(client, monkeypatch) -> Matter:
    monkeypatch.setattr(tip_views, "QUICKEST_SECONDS", 0)
    made = Matter(client)
    with client.session_transaction() as session:
        session.clear()
    return made


def test_no_page_feed_log_or_error_reveals_who_told(app, client, matter, capsys):
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    reads = [matter.address_of(app, rule) for rule in rules if "GET" in rule.methods]
    writes = [
        matter.address_of(app, rule)
        for rule in rules
        if "POST" in rule.methods and rule.endpoint.startswith(("tips", "cases", "transfers"))
    ]
    assert len(reads) > 300 and len(writes) > 20
    for who in (None, matter.county, matter.far, *matter.others):
        if who:
            enter(client, who)
        whole = who in (None, matter.county)
        for address in reads:
            if whole or NEAR.match(address):
                look(client, address, who)
        look(client, f"/office/tips?state=all&q={NAME[:2]}", who)
        for address in writes if whole else ():
            nobody_in(client.post(address, data={"version": "0"}), address, who)
    said = db.session.scalars(select(Entry.changes)).all()
    said += db.session.scalars(select(SealedDetail.details)).all()
    assert not [one for one in said if any(word in one for word in PLANTED)]
    tables = (db.session.execute(table.select()) for table in db.metadata.sorted_tables)
    assert not [row for rows in tables for row in rows if any(word in str(row) for word in PLANTED)]
    logged = "".join(capsys.readouterr())
    assert self_evident(logged) and not any(word in logged for word in PLANTED)


def self_evident(logged: str) -> bool:
    """That the log was looked at at all."""
    return '"event": "request"' in logged


def look(client: FlaskClient, address: str, who: object) -> None:
    nobody_in(client.get(address), address, who)


def nobody_in(answer, address: str, who: object) -> None:
    text = html.unescape(answer.get_data().decode("utf-8", "replace"))
    answer.close()
    assert answer.status_code != 500, (who, address)
    assert not [word for word in PLANTED if word in text], (who, address)
