"""Two portals side by side, each with its own database and key: one is stopped in mid-transfer, and
nothing is lost, doubled or believed without its signature."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.serving import make_server

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.app import create_app
from portal.db import db, transaction
from portal.lib.clock import now
from portal.lib.problems import NotAllowed, RuleBroken
from portal.register.signing import create_key_file, read_signer
from portal.transfers.actions import Handing, accept_receipt, send, take_in, take_step, trust_peer
from portal.transfers.blueprint_views import own_signer
from portal.transfers.bundles import read
from portal.transfers.models import OutgoingBundle, Peer, Transfer, TransferStep
from portal.transfers.outbox import deliver_waiting
from portal.transfers.queries import get_transfer_for
from portal.transfers.rules import Kind, State, Step
from tests.conftest import settings_for
from tests.ledger_rows import an_account

HERE, THERE = "640521", "150821"
LATER = timedelta(hours=2)
LEAD = {"title": "来源不明的枸杞", "facts": "市场东门有标称中宁枸杞的散货，请查来源"}


class Portal:
    """One portal: its application, its people, and what it does when the other one calls."""

    def __init__(self, app: Flask, region: str) -> None:
        self.app, self.region, self.server = app, region, None
        with app.app_context():
            with transaction():
                self.county = an_account(Role.COUNTY, region).id
                self.admin = an_account(Role.ADMIN, region[:2] + "0000").id
            self.key = read_signer(app.config["SETTINGS"].signing_key_file).public_hex
            db.session.remove()

    def trusts(self, other: "Portal", address: str) -> None:
        with self.app.app_context(), transaction():
            place = other.region[:2] + "0000"
            trust_peer(db.session.get(Account, self.admin), "对方门户", address, other.key, place, now())

    def sends(self, to: str) -> str:
        with self.app.app_context(), transaction():
            peer = db.session.scalars(select(Peer)).one()
            handing = Handing(Kind.LEAD, self.region, to, **LEAD, peer=peer)
            return send(db.session.get(Account, self.county), handing, own_signer(), now()).key

    def steps(self, key: str, step: Step, said: str = "") -> None:
        with self.app.app_context(), transaction():
            me = db.session.get(Account, self.county)
            transfer = get_transfer_for(me, key)
            take_step(me, transfer, step, said, transfer.version, own_signer(), now())

    def delivers(self) -> int:
        with self.app.app_context():
            return deliver_waiting(now() + LATER)

    def state(self, key: str) -> str | None:
        with self.app.app_context():
            return db.session.scalar(select(Transfer.state).where(Transfer.key == key))

    def count(self, model: type) -> int:
        with self.app.app_context():
            return db.session.scalar(select(func.count()).select_from(model))

    def starts(self, port: int = 0) -> int:
        self.server = make_server("127.0.0.1", port, self.app, threaded=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self.server.server_port

    def stops(self) -> None:
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


@pytest.fixture
def here(app: Flask) -> Portal:
    return Portal(app, HERE)


@pytest.fixture
def there(tmp_path, sqlite_template) -> Iterator[Portal]:
    folder = tmp_path / "there"
    folder.mkdir()
    (folder / "portal.db").write_bytes(sqlite_template.read_bytes())
    create_key_file(folder / "signing-key.pem")
    app = create_app(settings_for(folder, f"sqlite:///{folder / 'portal.db'}"))
    portal = Portal(app, THERE)
    yield portal
    portal.stops()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def bundle_of(portal: Portal) -> bytes:
    with portal.app.app_context():
        return db.session.scalars(select(OutgoingBundle.body).order_by(OutgoingBundle.id)).first().encode()


def test_nothing_is_lost_or_doubled_when_the_other_portal_is_down(here, there):
    port = there.starts()
    there.stops()
    here.trusts(there, f"http://127.0.0.1:{port}")
    there.trusts(here, "")
    key = here.sends(THERE)
    assert here.delivers() == 0
    assert (here.state(key), there.state(key)) == (State.SENT, None)
    there.starts(port)
    assert here.delivers() == 1
    assert (here.state(key), there.state(key)) == (State.RECEIVED, State.RECEIVED)
    assert here.delivers() == 0
    assert there.count(Transfer) == 1


def test_a_receipt_lost_on_the_way_is_given_again_and_the_answer_comes_back(here, there):
    there.trusts(here, "")
    here.trusts(there, "")
    key = here.sends(THERE)
    raw = bundle_of(here)
    receipts = []
    for _ in range(2):
        with there.app.app_context(), transaction():
            receipts.append(take_in(read(raw), own_signer(), now()))
    assert receipts[0] == receipts[1] and there.count(Transfer) == 1
    for _ in range(2):
        with here.app.app_context(), transaction():
            accept_receipt(read(json.dumps(receipts[0]).encode()), now())
    assert here.count(TransferStep) == 2
    there.steps(key, Step.ACCEPT)
    answer = bundle_of(there)
    with here.app.app_context(), transaction():
        take_in(read(answer), own_signer(), now())
    assert here.state(key) == State.ACCEPTED


def test_a_changed_bundle_a_stranger_and_another_address_are_refused(here, there):
    here.trusts(there, "")
    key = here.sends(THERE)
    raw = bundle_of(here)
    with there.app.app_context(), pytest.raises(NotAllowed), transaction():
        take_in(read(raw), own_signer(), now())
    there.trusts(here, "")
    changed = json.loads(raw)
    changed["body"] = changed["body"].replace("东门", "西门")
    with there.app.app_context(), pytest.raises(RuleBroken), transaction():
        take_in(read(json.dumps(changed).encode()), own_signer(), now())
    with here.app.app_context(), pytest.raises(NotAllowed), transaction():
        take_in(read(raw), own_signer(), now())
    assert there.state(key) is None


def test_between_two_counties_of_one_portal_each_side_has_its_own_steps(here):
    with here.app.app_context():
        with transaction():
            other = an_account(Role.COUNTY, THERE)
            me = db.session.get(Account, here.county)
            key = send(me, Handing(Kind.LEAD, HERE, THERE, **LEAD), own_signer(), now()).key
        with pytest.raises(NotAllowed), transaction():
            me, one = db.session.get(Account, here.county), db.session.scalars(select(Transfer)).one()
            take_step(me, one, Step.RECEIVE, "", one.version, own_signer(), now())
        for step, said in ((Step.RECEIVE, ""), (Step.ACCEPT, ""), (Step.RESULT, "已查明来源并处理")):
            with transaction():
                one = get_transfer_for(other, key)
                take_step(other, one, step, said, one.version, own_signer(), now())
        with pytest.raises(NotAllowed), transaction():
            # No agreement binds Zhongning and Wuyuan: the result is known, not recognised.
            me = db.session.get(Account, here.county)
            one = get_transfer_for(me, key)
            take_step(me, one, Step.RECOGNISE, "", one.version, own_signer(), now())
