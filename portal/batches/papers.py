"""Test reports of a batch: judged by their content, kept under their digest."""

from datetime import date, datetime
from pathlib import Path

from portal.accounts.models import Account
from portal.authorisation.queries import acts_for
from portal.batches.actions import NOT_YOURS, Taken, Wanted, store_event
from portal.batches.models import Batch, BatchTest
from portal.batches.rules import Kind, Result
from portal.lib.clock import CHINA
from portal.lib.problems import DAY_AHEAD, NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.papers.files import Paper
from portal.papers.keeping import file_paper
from portal.register.actions import record
from portal.register.rules import changed

LABORATORY_LONGEST, SUBJECT_LONGEST = 120, 200


def attach_test(
    account: Account,
    batch: Batch,
    paper: Paper,
    said: dict[str, object],
    folder: Path,
    today: date,
    now: datetime,
) -> BatchTest:
    """Keep a report with what it says; that it was tested is an event of the batch."""
    if not acts_for(account, batch.producer_id, today):
        raise NotAllowed(NOT_YOURS)
    check_report(said, today)
    on: date = said["tested_on"]
    test = file_paper(
        BatchTest,
        paper,
        folder,
        now,
        batch_id=batch.id,
        tested_on=on,
        laboratory=said["laboratory"],
        subject=said["subject"],
        result=said["result"].value,
        public=bool(said.get("public")),
        by_account=account.id,
    )
    at = min(datetime(on.year, on.month, on.day, 12, tzinfo=CHINA), now)
    details = {"laboratory": test.laboratory, "result": test.result, "digest": test.digest}
    wanted = Wanted(Kind.TEST, at, inputs=(Taken(batch.code),), note=test.subject, details=details)
    store_event(account.as_actor(), batch.producer, wanted, now, account.id)
    opened = changed({}, {"result": test.result, "digest": test.digest})
    sealed = {"name": test.name}
    record(account.as_actor(), "tested", batch.subject, opened, public=False, sealed=sealed)
    return test


def remove_test(account: Account, batch: Batch, test: BatchTest, today: date) -> None:
    """A report put there by mistake is no longer shown; that it was there stays in the log."""
    if not acts_for(account, batch.producer_id, today) or test.batch_id != batch.id:
        raise NotAllowed(NOT_YOURS)
    if test.removed_on is None:
        test.removed_on = today
        opened = changed({"digest": test.digest}, {})
        record(account.as_actor(), "test_removed", batch.subject, opened, public=False)


def check_report(said: dict[str, object], today: date) -> None:
    faults = {}
    if said.get("tested_on") is None:
        faults["tested_on"] = Text("请填报告日期", "Enter the day of the report")
    elif said["tested_on"] > today:
        faults["tested_on"] = DAY_AHEAD
    for name, most in (("laboratory", LABORATORY_LONGEST), ("subject", SUBJECT_LONGEST)):
        if not said.get(name):
            faults[name] = Text("请填写", "Please fill this in")
        elif len(said[name]) > most:
            faults[name] = Text("最多 {n} 个字", "At most {n} characters").format(n=most)
    if not isinstance(said.get("result"), Result):
        faults["result"] = Text("请选结论", "Choose the result")
    if faults:
        raise RuleBroken(Text("报告没有收下", "The report was not taken"), faults)
