"""The first page of a day asks no more when thirty things wait than when one does."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.accounts.rules import Role
from portal.checks.models import Check, CheckPlan, Commitment
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.risk.models import RiskFinding
from tests.ledger_rows import an_account, enter
from tests.report_rows import HERE, Ledgers, a_case, a_check, a_plan, a_tip, a_transfer, at
from tests.services.statements import count_statements


def what_waits(ledgers: Ledgers, place: int) -> None:
    """One more of everything that lies on the desks of a county or of a producer."""
    a_tip(HERE, ledgers.gi, "tip", "checking")
    a_case(HERE, ledgers.gi, "tip")
    a_transfer("lead", "sent", "150207", HERE)
    plan = a_plan(ledgers.gi, HERE, at(5))
    plan.state, plan.drawn_at, plan.reveal_by = "committed", None, today() + timedelta(2)
    for half, account in enumerate((ledgers.county, ledgers.province), 1):
        db.session.add(
            Commitment(
                plan_id=plan.id,
                round=1,
                place=half,
                account_id=account.id,
                who="局",
                digest=f"{plan.id}{half}".rjust(64, "0"),
                committed_at=now(),
            )
        )
    a_check(ledgers.plan, ledgers.firms[0], place, found="ordered")
    db.session.add(
        RiskFinding(
            kind="near_name",
            key=f"near_name:{place}",
            adcode=HERE,
            severity=2,
            title={"zh": "相近", "en": "close"},
            reasoning=[],
            digest="",
            first_at=now(),
            last_at=now(),
        )
    )


def counted(client: FlaskClient, address: str) -> int:
    client.get(address)
    return count_statements(client, address)


def test_thirty_things_that_wait_cost_no_more_statements_than_one(client: FlaskClient, app: Flask):
    with transaction():
        ledgers = Ledgers()
        maker = an_account(Role.PRODUCER, producer=ledgers.firms[0])
        what_waits(ledgers, 10)
        _let_corrections_be_late()
    office, workbench = enter(client, ledgers.county), enter(app.test_client(), maker)
    few = counted(office, "/office/"), counted(workbench, "/workbench/")
    assert "请揭示您的数" in office.get("/office/?lang=zh").text
    assert "责令改正" in workbench.get("/workbench/?lang=zh").text
    with transaction():
        for place in range(11, 41):
            what_waits(ledgers, place)
        _let_corrections_be_late()
    assert db.session.scalar(select(CheckPlan.id).order_by(CheckPlan.id.desc()).limit(1)) > 30
    assert (counted(office, "/office/"), counted(workbench, "/workbench/")) == few


def _let_corrections_be_late() -> None:
    db.session.flush()
    late = {"state": "correcting", "due_on": today() - timedelta(3), "publish_by": today()}
    db.session.execute(update(Check).where(Check.result == "ordered", Check.final.is_(None)).values(late))
