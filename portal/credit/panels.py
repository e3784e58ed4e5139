"""What credit puts on a desk: objections and repairs to answer; a producer's own grade."""

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.credit import facts, grading, words  # noqa: F401 - facts and the job are known by being read
from portal.credit.queries import current_grades, own_producers, requests_for
from portal.credit.rules import KEEPERS, Grade
from portal.lib.clock import today
from portal.lib.text import Text
from portal.office.desk import Item, Tray, add_tray
from portal.paging import page_of

SHOWN = 5


def requests_tray(account: Account) -> Tray | None:
    if account.role not in KEEPERS:
        return None
    found = page_of(requests_for(account, only_open=True), 1, SHOWN)
    items = [
        Item(
            Text("{kind}：{who}", "{kind}: {who}").format(kind=one.asks.text, who=one.producer.name),
            f"/office/credit/requests/{one.id}",
            None,
            one.due_on,
        )
        for one in found.items
    ]
    due = items[0].due if items else None
    return Tray(
        Text("信用异议和修复", "Objections and repairs of credit"),
        found.total,
        items,
        "/office/credit/requests",
        due,
    )


def own_tray(account: Account) -> Tray | None:
    if account.role is not Role.PRODUCER:
        return None
    producers = own_producers(account, today())
    grades = current_grades([one.id for one in producers])
    shown = [(one, grades[one.id]) for one in producers if one.id in grades]
    shown = [(one, grade) for one, grade in shown if grade.stands is not Grade.NONE]
    items = [
        Item(
            Text("{who}：{grade}", "{who}: {grade}").format(who=one.name, grade=grade.stands.text),
            f"/workbench/credit/{one.number}",
            Text("{n} 分", "{n} [n:point|points]").format(n=grade.score),
        )
        for one, grade in shown[:SHOWN]
    ]
    return Tray(Text("信用等级", "Credit grade"), len(shown), items, "/workbench/credit", quiet=True)


add_tray("credit-requests", 45, requests_tray)
add_tray("credit-own", 90, own_tray)
