"""The served portal is killed without warning in the middle of writing, again and again."""

import os
import random
import re
import signal
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException
from http.cookiejar import CookieJar

import pytest
from sqlalchemy import func, select

from portal.accounts.demo import DEMO_PASSWORD, load_demo_accounts
from portal.accounts.models import Account
from portal.db import db, transaction
from portal.lib.clock import now
from portal.register.models import Entry
from portal.register.verify import verify_log
from tests.browser.conftest import served_portal

KILLS = 20
ACCOUNTS = ("county@demo", "city@demo", "producer@demo")

pytestmark = pytest.mark.own_database


class Visitor(threading.Thread):
    """Someone who changes the language of their letters to and fro, as fast as the portal answers."""

    def __init__(self, email: str):
        super().__init__(daemon=True)
        self.email, self.acknowledged, self.ended = email, 0, False
        self.address = ""
        self.wanted = "zh"
        self.token = ""
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        self.browser = urllib.request.build_opener(jar, _StayHere())

    def sign_in(self, address: str) -> None:
        self.address = address
        page = self.browser.open(f"{address}/account/sign-in").read().decode()
        found = {"csrf_token": _token_of(page), "email": self.email, "password": DEMO_PASSWORD}
        self._post("/account/sign-in", found)
        self.token = _token_of(self.browser.open(f"{address}/account/").read().decode())

    def run(self) -> None:
        while not self.ended:
            try:
                self._change()
            except (OSError, HTTPException):
                # The portal is down: what was asked may or may not have been stored; ask again later.
                time.sleep(0.02)

    def _change(self) -> None:
        other = "en" if self.wanted == "zh" else "zh"
        if self._post("/account/language", {"csrf_token": self.token, "language": other}) == 302:
            # Only a change that was told to have happened counts.
            self.acknowledged += 1
        self.wanted = other

    def _post(self, path: str, fields: dict[str, str]) -> int:
        body = urllib.parse.urlencode(fields).encode()
        try:
            with self.browser.open(f"{self.address}{path}", body, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as answer:
            return answer.code


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def _token_of(page: str) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)


def test_a_server_killed_twenty_times_in_mid_write_loses_nothing_it_acknowledged(
    app, database_url, signing_key, tmp_path
):
    with transaction():
        load_demo_accounts(now())
    db.session.remove()
    visitors = [Visitor(email) for email in ACCOUNTS]
    # The address stays the same, so that those who write go on as soon as the portal is back.
    where = {"DATABASE_URL": database_url, "SIGNING_KEY_FILE": str(signing_key)}
    portal = served_portal(tmp_path, setup="no", often=True, **where)
    for kill in range(KILLS):
        portal.start()
        for visitor in visitors if kill == 0 else ():
            visitor.sign_in(portal.address)
            visitor.start()
        before = sum(visitor.acknowledged for visitor in visitors)
        until = time.monotonic() + 20
        while sum(visitor.acknowledged for visitor in visitors) < before + 3 and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(random.uniform(0, 0.05))
        os.killpg(portal.server.pid, signal.SIGKILL)
        portal.server.wait()
    for visitor in visitors:
        visitor.ended = True
        visitor.join(40)
    for visitor in visitors:
        account = db.session.scalar(select(Account).where(Account.email == visitor.email))
        subject = select(func.count()).where(Entry.subject == account.subject, Entry.verb == "amended")
        stored = db.session.scalar(subject)
        assert visitor.acknowledged >= KILLS
        # At most the one request under way at each kill may have been stored without being acknowledged.
        assert visitor.acknowledged <= stored <= visitor.acknowledged + KILLS
    assert verify_log().sound
