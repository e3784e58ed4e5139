"""What cases put on desks and boards, and the job that ends publications."""

from datetime import date

from sqlalchemy import select

from portal.accounts.models import Account
from portal.cases import outcomes  # noqa: F401 - what whoever told is told of it
from portal.cases.models import Case
from portal.cases.publishing_actions import take_down_what_is_over
from portal.cases.queries import CaseFilter, cases_about, cases_in, due_by, evidence_of, get_case_for, over_on
from portal.cases.rules import KEEPERS
from portal.db import db, transaction
from portal.jobs import add_work
from portal.lib.clock import now, today
from portal.lib.text import Text
from portal.office.desk import Item, Tray, add_tray
from portal.office.due import DueLine, add_due
from portal.paging import page_of
from portal.papers.binders import Binder, Sheet, add_binder

SHOWN = 5


def open_cases(account: Account) -> Tray | None:
    if account.role not in KEEPERS:
        return None
    found = page_of(cases_in(account, CaseFilter(), today()), 1, SHOWN)
    items = [
        Item(Text(one.title, one.title), f"/office/cases/{one.number}", one.standing_on(today()), _day(one))
        for one in found.items
    ]
    return Tray(Text("办理中的案件", "Open cases"), found.total, items, "/office/cases")


def own_cases(account: Account) -> Tray | None:
    """What was decided of the producers somebody acts for."""
    mine = cases_about(account, today())
    if not mine:
        return None
    items = [
        Item(Text(one.title, one.title), "/workbench/cases", one.standing_on(today())) for one in mine[:SHOWN]
    ]
    return Tray(
        Text("涉及您的处罚决定", "Decisions about you"), len(mine), items, "/workbench/cases", quiet=True
    )


def _day(case: Case) -> date | None:
    return case.next_clock.due_on if case.next_clock else None


def due_cases(viewer: Account, last: date) -> list[DueLine]:
    return [
        DueLine(
            clock.due_on,
            clock.what.text,
            Text(f"案件 {case.number}", f"Case {case.number}"),
            f"/office/cases/{case.number}",
            clock.estimated,
            clock.what.basis,
        )
        for clock, case in due_by(viewer, last, today())
    ]


def end_publications() -> int:
    """Decisions whose three months or three years are over leave the public page by themselves."""
    if db.session.scalar(select(Case.id).where(over_on(today())).limit(1)) is None:
        return 0
    with transaction():
        return take_down_what_is_over(today(), now())


def evidence_binder(viewer: Account, number: str) -> Binder:
    case = get_case_for(viewer, number)
    url = f"/office/cases/{case.number}"
    sheets = [
        Sheet(
            one.n,
            one.name,
            one.media_type,
            one.size,
            one.digest,
            f"{url}/evidence/{one.n}",
            one.at,
            one.by_account,
            one.what,
        )
        for one in evidence_of(case)
        if one.digest
    ]
    return Binder(Text(f"案件 {case.number}", f"Case {case.number}"), url, sheets)


add_tray("cases", 62, open_cases)
add_tray("cases-own", 63, own_cases)
add_due("cases", due_cases)
add_work("publications of cases", end_publications)
add_binder("case", evidence_binder)
