"""A county with firms, households and officers, and the steps of a check by lot; never the act itself."""

import html
import io
import subprocess
import sys
import zipfile
from datetime import date, timedelta

from sqlalchemy import select

from portal.accounts.rules import Role
from portal.checks.draw import commitment_of
from portal.checks.models import (
    Check,
    CheckPlan,
    Officer,
)
from portal.db import db, transaction
from portal.lib.clock import today
from tests.ledger_rows import a_gi, a_producer, an_account, enter, licence, on_roster

SECRETS = ("the first secret of sixteen", "the second secret of sixteen")


class World:
    """Twelve authorised firms and three households on the roster, four officers, two who hold the seed."""

    def __init__(self) -> None:
        with transaction():
            self.gi = a_gi("hongguo")
            self.makers = [a_producer(f"红果公司{n}") for n in range(12)]
            for one in self.makers:
                on_roster(self.gi, one)
                licence(self.gi, one)
            self.homes = [a_producer(f"张某{n}", "household") for n in range(3)]
            for one in self.homes:
                on_roster(self.gi, one)
            self.county = an_account(Role.COUNTY, "640521")
            self.colleague = an_account(Role.COUNTY, "640521")
            self.inspector = an_account(Role.INSPECTOR, "640521")
            self.far = an_account(Role.COUNTY, "150821")
            self.auditor = an_account(Role.AUDITOR, "640000")
            self.wang = an_account(Role.PRODUCER, producer=self.makers[0])
            for n, account in enumerate((self.county, self.colleague, self.inspector, None)):
                db.session.add(
                    Officer(
                        licence=f"OFF-{n}",
                        name=f"检查员{n}",
                        unit="中宁县局",
                        adcode="640521",
                        account_id=account.id if account else None,
                        since=date(2020, 1, 1),
                    )
                )


def text_of(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


PLAN = {
    "title": "红果用标抽查",
    "basis": "中市监〔2026〕1号",
    "scope": "640521",
    "gi": "hongguo",
    "wanted-authorised": "5",
    "wanted-roster": "1",
    "officers_each": "2",
    "seed_kind": "commit",
    "fallback": "揭示期限之后第一次开奖的双色球号码",
    "weight-A": "1",
    "weight-B": "2",
    "weight-C": "4",
    "weight-D": "8",
    "weight-none": "2",
}


def draft(client, world: World, **more: str) -> str:
    sent = PLAN | {"check_by": (today() + timedelta(40)).isoformat()} | more
    answer = enter(client, world.county).post("/office/checks/new", data=sent)
    assert answer.status_code == 303, text_of(answer)
    return answer.headers["Location"].rsplit("/", 1)[1]


def plan_of(number: str) -> CheckPlan:
    db.session.rollback()
    return db.session.scalars(select(CheckPlan).where(CheckPlan.number == number)).one()


def press(client, number: str, step: str, **fields: str):
    sent = {"version": plan_of(number).version} | fields
    return client.post(f"/office/checks/{number}/{step}", data=sent)


def frozen(client, world: World, **more: str) -> str:
    number = draft(client, world, **more)
    answer = press(client, number, "freeze")
    assert answer.status_code == 303, text_of(answer)
    return number


def commitment(number: str, place: int) -> str:
    return commitment_of(number, plan_of(number).round, SECRETS[place])


def commit(client, number: str, place: int):
    return press(client, number, "commit", digest=commitment(number, place))


def drawn(client, app, world: World) -> str:
    number, other = frozen(client, world), enter(app.test_client(), world.colleague)
    assert commit(client, number, 0).status_code == commit(other, number, 1).status_code == 303
    assert press(client, number, "reveal", secret=SECRETS[0]).status_code == 303
    assert press(other, number, "reveal", secret=SECRETS[1]).status_code == 303
    return number


def run_program(folder, pack: bytes) -> subprocess.CompletedProcess:
    """As a citizen would: unpack what was downloaded and run it."""
    with zipfile.ZipFile(io.BytesIO(pack)) as file:
        file.extractall(folder)
    command = [sys.executable, "-I", "draw_check.py", "proof.json"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def checks(number: str) -> list[Check]:
    plan = plan_of(number)
    query = select(Check).where(Check.plan_id == plan.id, Check.round == plan.round)
    return list(db.session.scalars(query.order_by(Check.place)))
