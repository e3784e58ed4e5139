"""Two portals that really run, each with its own data, are killed without warning in the middle of transfers:
nothing is lost and nothing comes twice."""

import os
import shutil
import signal
import socket
import sqlite3
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.app import create_app
from portal.db import db, transaction
from portal.lib.clock import now
from portal.register.signing import create_key_file
from portal.register.verify import verify_log
from portal.transfers.actions import Handing, send
from portal.transfers.blueprint_views import counting, own_signer
from portal.transfers.models import Peer
from portal.transfers.outbox import deliver_waiting
from portal.transfers.peer_actions import trust_peer
from portal.transfers.rules import Kind
from tests.browser.conftest import served_portal
from tests.conftest import settings_for
from tests.ledger_rows import an_account
from tests.services.started import Started, flask
from tests.services.waiting import until

HERE, THERE = "640521", "150821"
SENT = 30
SECRET = "only-for-the-tests-0123456789"


class Side:
    """One portal: its folder, its process, and rows read past it from its file."""

    def __init__(self, folder: Path, template: Path, region: str) -> None:
        folder.mkdir()
        shutil.copy(template, folder / "portal.db")
        create_key_file(folder / "signing-key.pem")
        self.folder, self.region = folder, region
        self.served = served_portal(folder, setup="no", often=True, SECRET_KEY=SECRET)
        self.app: Flask = create_app(settings_for(folder, f"sqlite:///{folder / 'portal.db'}"))
        with self.app.app_context(), transaction():
            self.county = an_account(Role.COUNTY, region).id
            self.admin = an_account(Role.ADMIN, region[:2] + "0000").id
        with self.app.app_context():
            self.key = own_signer().public_hex

    def trusts(self, other: "Side") -> None:
        with self.app.app_context(), transaction():
            admin, place = db.session.get(Account, self.admin), other.region[:2] + "0000"
            trust_peer(admin, "对方门户", other.served.address, other.key, place, self.key, now())

    def kill(self) -> None:
        os.killpg(self.served.server.pid, signal.SIGKILL)
        self.served.server.wait()

    def delivers(self) -> None:
        with self.app.app_context():
            deliver_waiting(now() + timedelta(hours=2))

    def worker(self) -> Started:
        """A process of its own that delivers what waits, as after every transfer."""
        command = ("--app", "wsgi", "jobs", "run", "--once")
        environment = self.served.environment | {"FLASK_RUN_FROM_CLI": "true"}
        return Started(flask, *command, output=self.folder / "jobs.log", environment=environment)

    def count(self, query: str) -> int:
        with sqlite3.connect(f"file:{self.folder / 'portal.db'}?mode=ro", uri=True, timeout=20) as rows:
            return rows.execute(query).fetchone()[0]

    def close(self) -> None:
        if self.region == THERE and self.served.server.poll() is None:
            self.kill()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


ARRIVED = "SELECT count(*) FROM transfer"
SIGNED_FOR = "SELECT count(*) FROM transfer_outgoing WHERE received_at IS NOT NULL"


@pytest.fixture
def sides(tmp_path, sqlite_template) -> Iterator[tuple[Side, Side]]:
    here, there = (
        Side(tmp_path / "here", sqlite_template, HERE),
        Side(tmp_path / "there", sqlite_template, THERE),
    )
    here.trusts(there)
    there.trusts(here)
    there.served.start()
    yield here, there
    for side in (there, here):
        side.close()


def half_a_bundle(side: Side, size: int) -> None:
    """A sender whose line breaks: the head promises more than ever comes."""
    where = urlsplit(side.served.address)
    with socket.create_connection((where.hostname, where.port)) as line:
        head = f"POST /transfers/inbox HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Length: {size}\r\n\r\n"
        line.sendall(head.encode() + b"{" * (size // 2))


def test_two_portals_killed_in_mid_transfer_lose_nothing_and_double_nothing(sides):
    here, there = sides
    with here.app.app_context(), transaction():
        peer = db.session.scalars(select(Peer)).one()
        me = db.session.get(Account, here.county)
        for n in range(SENT):
            words = {"title": f"线索 {n}", "facts": "市场东门有标称中宁枸杞的散货，请查来源"}
            send(me, Handing(Kind.LEAD, HERE, THERE, **words, peer=peer), own_signer(), counting(), now())
    half_a_bundle(there, here.count("SELECT length(body) FROM transfer_outgoing LIMIT 1"))
    worker = here.worker()
    until(lambda: there.count(ARRIVED) > 2, 30)
    # The sender dies between sending and noting the receipt: the same receipt is given again.
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    assert here.count(SIGNED_FOR) < SENT
    before, delivering = there.count(ARRIVED), threading.Thread(target=here.delivers)
    delivering.start()
    until(lambda: there.count(ARRIVED) > before + 2, 30)
    # The receiver dies while it is taking in: what it had not signed for is sent again.
    there.kill()
    delivering.join(60)
    assert here.count(SIGNED_FOR) < SENT
    there.served.start()
    here.delivers()
    assert here.count(SIGNED_FOR) == there.count(ARRIVED) == SENT
    assert there.count("SELECT count(DISTINCT key) FROM transfer") == SENT
    assert there.count("SELECT count(*) FROM transfer_incoming") == SENT
    assert here.count("SELECT count(*) FROM transfer WHERE state = 'received'") == SENT
    for side in sides:
        with side.app.app_context():
            assert verify_log().sound
