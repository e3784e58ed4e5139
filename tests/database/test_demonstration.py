"""What somebody who tries the portal finds in it: something to do in every room."""

import pytest
from sqlalchemy import func, select

from portal.batches.models import Batch
from portal.cases.models import Case, CaseStep
from portal.checks.models import CheckPlan
from portal.credit.models import CreditRequest
from portal.db import db
from portal.labels.models import LabelSet
from portal.lib.clock import now
from portal.reports.models import AnnualReport
from portal.risk.models import RiskFinding
from portal.tips.models import Tip, TipStep
from portal.transfers.models import Transfer, TransferStep
from tests.demonstration import show_demonstration

ROOMS = (Batch, Case, CheckPlan, CreditRequest, RiskFinding, LabelSet, AnnualReport, Tip, Transfer)


@pytest.mark.usefixtures("app")
def test_every_room_brings_something_to_the_demonstration():
    show_demonstration()
    empty = [one.__name__ for one in ROOMS if not db.session.scalar(select(func.count()).select_from(one))]
    assert empty == []
    steps = (CaseStep, TipStep, TransferStep)
    assert [one.__name__ for one in steps if db.session.scalar(select(func.max(one.at))) > now()] == []
