"""The demonstration removed and loaded again is as rich as at first: counted table by table."""

import pytest
from sqlalchemy import func, select

from portal.cli.demo import PARTS, load_demonstration
from portal.cli.loading import load_register
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.risk.models import RiskFinding
from portal.risk.rules import FindingState

# There is one of each, which is opened again, or was published and never taken back.
OPENED_AGAIN = {
    "account", "annual_report", "annual_report_text", "authorisation_serial", "campaign", "check_officer",
    "criteria_version", "holder_account", "label_account", "label_key", "membership", "producer",
    "producer_account", "published_ratio", "scan_total", "zone_summary",
}  # fmt: skip
# Partly so: what is found again of the same producers, and who is told of what changed.
SOME_OPENED_AGAIN = {"account_notice", "outgoing_mail", "risk_finding"}


def rows() -> dict[str, int]:
    """Of every table but those of the log, which tells of all that happened."""
    names = [one for one in db.metadata.sorted_tables if not one.name.startswith("register_")]
    return {one.name: db.session.scalar(select(func.count()).select_from(one)) for one in names}


def made(act) -> dict[str, int]:
    before = rows()
    act()
    return {name: n - before[name] for name, n in rows().items() if n != before[name]}


def remove() -> None:
    for part in reversed(PARTS):
        with transaction():
            part.remove(today(), now())


def open_findings() -> int:
    query = select(func.count()).select_from(RiskFinding).where(RiskFinding.state == FindingState.OPEN)
    return db.session.scalar(query)


@pytest.mark.usefixtures("app")
def test_what_was_removed_comes_back_table_by_table():
    load_register()
    first, findings = made(load_demonstration), open_findings()
    assert made(load_demonstration) == {}
    remove()
    assert open_findings() == 0
    again = made(load_demonstration)
    assert open_findings() >= findings
    some = SOME_OPENED_AGAIN & set(first)
    assert all(again.pop(name) for name in some)
    assert again == {name: n for name, n in first.items() if name not in OPENED_AGAIN | some}
    assert made(load_demonstration) == {}
