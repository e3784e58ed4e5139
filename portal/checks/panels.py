"""What checks put on desks, on a producer's page and into credit."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import select

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.checks import words as _words  # noqa: F401 - gives the entries of checks their words
from portal.checks.models import Check, CheckPlan, Commitment
from portal.checks.queries import (
    commitments_by_plan,
    get_check_for,
    get_own_check,
    my_checks,
    overdue_corrections,
    own_checks,
    papers_of,
    sheets_of,
    to_publish,
    to_reveal,
)
from portal.checks.rules import KEEPERS, CheckState, PlanState, Result, SeedKind, stands_in
from portal.credit.criteria import add_facts
from portal.credit.rules import Fact
from portal.db import db
from portal.lib.clock import day_of, today
from portal.lib.text import Text, day_text
from portal.office.desk import Item, Tray, add_tray
from portal.paging import page_of
from portal.papers.binders import Binder, add_binder, number_in
from portal.papers.binders import sheets_of as as_sheets

SHOWN = 5


def mine_tray(account: Account) -> Tray | None:
    if account.role not in KEEPERS | {Role.INSPECTOR}:
        return None
    checks = my_checks(account)
    items = [
        Item(
            Text(one.producer.name, one.producer.name),
            f"/office/checks/made/{one.id}",
            Text("{state} · {number}", "{state} · {number}").format(
                state=one.stands.text, number=one.plan.number
            ),
            one.recheck_by or one.due_on or one.plan.check_by,
        )
        for one in checks[:SHOWN]
    ]
    return Tray(Text("抽到我检查的", "Drawn for me to check"), len(checks), items, "/office/checks/mine")


def seed_tray(account: Account) -> Tray | None:
    """Plans whose seed waits for this person: a second commitment, a reveal, a value whose day has come."""
    if account.role not in KEEPERS | {Role.INSPECTOR}:
        return None
    items, waiting = [], to_reveal(account)
    known = commitments_by_plan(waiting)
    for plan in waiting:
        asked = _asked_of(account, plan, known[plan.id])
        if asked is not None:
            title = Text(plan.title, plan.title)
            items.append(Item(title, f"/office/checks/{plan.number}", asked, plan.reveal_by))
    return Tray(
        Text("抽查等待种子", "Draws waiting for their seed"), len(items), items[:SHOWN], "/office/checks"
    )


def _asked_of(account: Account, plan: CheckPlan, known: list[Commitment]) -> Text | None:
    if plan.seeded_by is SeedKind.LATER:
        due = account.role in KEEPERS and today() >= plan.later_on
        return Text("公开数值已可录入", "The public value can be entered") if due else None
    if stands_in(plan.stands, plan.reveal_by, plan.later_source, today()):
        late = Text("有人逾期未揭示，请录入公开数值", "Somebody is late; enter the public value")
        return late if account.role in KEEPERS else None
    mine = next((one for one in known if one.account_id == account.id), None)
    if plan.stands is PlanState.FROZEN:
        return None if mine else Text("需要一名承诺人", "Somebody has to commit")
    if mine is not None and mine.secret is None:
        return Text("请揭示您的数", "Reveal your secret")
    return None


def corrections_tray(account: Account) -> Tray | None:
    if account.role not in KEEPERS:
        return None
    found = page_of(overdue_corrections(account, today()), 1, SHOWN)
    items = [
        Item(
            Text(one.producer.name, one.producer.name),
            f"/office/checks/made/{one.id}",
            one.stands.text,
            one.recheck_by or one.due_on,
        )
        for one in found.items
    ]
    title = Text("逾期未改正和待复查", "Overdue corrections and re-checks")
    return Tray(title, found.total, items, "/office/checks")


def publish_tray(account: Account) -> Tray | None:
    if account.role not in KEEPERS:
        return None
    found = page_of(to_publish(account), 1, SHOWN)
    items = [
        Item(
            Text(one.producer.name, one.producer.name),
            f"/office/checks/{one.plan.number}",
            one.found.text,
            one.publish_by,
        )
        for one in found.items
    ]
    return Tray(Text("待公示的抽查结果", "Results to make public"), found.total, items, "/office/checks")


def own_tray(account: Account) -> Tray | None:
    """A producer that has to put something right."""
    if account.role is not Role.PRODUCER:
        return None
    waiting = [one for one in own_checks(account, today()) if one.stands is CheckState.CORRECTING]
    items = [
        Item(
            Text("{who}：改正检查发现的问题", "{who}: put right what the check found").format(
                who=one.producer.name
            ),
            f"/workbench/checks/{one.id}",
            None,
            one.due_on,
        )
        for one in waiting[:SHOWN]
    ]
    return Tray(Text("责令改正", "To be put right"), len(waiting), items, "/workbench/checks")


# ---- credit

CREDIT_KEYS = {
    Result.PASSED: "check_passed",
    Result.ON_THE_SPOT: "check_on_the_spot",
    Result.ORDERED: "check_ordered",
    Result.NOT_FOUND: "check_not_found",
    Result.REFUSED: "check_refused",
}


def credit_facts(producer_ids: Sequence[int], day: date) -> Iterator[Fact]:
    """What a check found, and whether it was put right in time; a case that came of it counts as a case."""
    query = (
        select(Check, CheckPlan.number)
        .join(CheckPlan, CheckPlan.id == Check.plan_id)
        .where(Check.producer_id.in_(producer_ids), Check.result.is_not(None), Check.state != CheckState.VOID)
    )
    for one, number in db.session.execute(query):
        ref = f"check:{number}/{one.round}.{one.place}"
        words = Text(f"双随机抽查 {number}：", f"Check by lot {number}: ")
        said = Text(words.zh + one.found.text.zh, words.en + one.found.text.en)
        key = CREDIT_KEYS.get(one.found)
        if key:
            yield Fact(one.producer_id, key, ref, one.visited_on, said, f"/checks/{number}")
        if one.found is Result.ORDERED:
            yield from _correction(one, ref, words, number, day)


def _correction(one: Check, ref: str, words: Text, number: str, day: date) -> Iterator[Fact]:
    url, ref = f"/checks/{number}", f"{ref}/correction"
    in_time = one.reported_at is not None and day_of(one.reported_at) <= one.due_on
    if one.ended_as is Result.PASSED and in_time:
        said = Text(words.zh + "按期改正，复查合格", words.en + "put right in time, found in order")
        yield Fact(one.producer_id, "correction_in_time", ref, one.closed_on, said, url)
    elif one.ended_as is not None or (one.reported_at is None and day > one.due_on):
        due = day_text(one.due_on)
        if one.ended_as is Result.PASSED:
            said = Text(words.zh + "逾期改正", words.en + "put right late")
        else:
            said = Text(words.zh + f"{due.zh}前未改正或复查不合格", words.en + f"not put right by {due.en}")
        yield Fact(one.producer_id, "correction_late", ref, one.due_on + timedelta(1), said, url)


def photographs_binder(viewer: Account, key: str) -> Binder:
    """A producer sees what it handed in itself, an official the photographs of the sheets too."""
    number = number_in(key)
    if viewer.role is Role.PRODUCER:
        check, url = get_own_check(viewer, number, today()), f"/workbench/checks/{number}"
        photos = papers_of(check)
    else:
        check, url = get_check_for(viewer, number), f"/office/checks/made/{number}"
        photos = [photo for sheet in sheets_of(check) for photo in sheet.photos] + papers_of(check)
    title = Text("{number} 的检查：{who}", "Check of {number}: {who}")
    title = title.format(number=check.plan.number, who=check.producer.name)
    return Binder(title, url, as_sheets(photos, "/check-photos/{}"))


add_tray("check-mine", 15, mine_tray)
add_tray("check-seeds", 16, seed_tray)
add_tray("check-corrections", 17, corrections_tray)
add_tray("check-results", 46, publish_tray)
add_tray("check-own", 10, own_tray)
add_facts("checks", credit_facts)
add_binder("check", photographs_binder)
