"""What risk puts on an official's desk."""

from portal.accounts.models import Account
from portal.lib.text import Text
from portal.office.desk import Item, Tray, add_tray
from portal.paging import page_of
from portal.risk import computing, finders, scans, words  # noqa: F401 - finders and the job are known by being read
from portal.risk.queries import FindingFilter, findings_for
from portal.risk.rules import KEEPERS

SHOWN = 5


def tray(account: Account) -> Tray | None:
    if account.role not in KEEPERS:
        return None
    found = page_of(findings_for(account, FindingFilter()), 1, SHOWN)
    items = [
        Item(Text(one.title["zh"], one.title["en"]), f"/office/risk/{one.id}", one.kind_of.text)
        for one in found.items
    ]
    return Tray(
        Text("风险提示", "Findings of risk"),
        found.total,
        items,
        "/office/risk",
        quiet=True,
        why=Text(
            "门户自己发现的，不是结论；请人来看。", "Found by the portal; no verdict, somebody should look."
        ),
    )


add_tray("risk", 55, tray)
