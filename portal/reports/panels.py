"""What yearly reports add to a GI's page and to an official's desk."""

from portal.accounts.models import Account
from portal.catalogue.models import Indication
from portal.catalogue.panels import add_panel
from portal.lib.clock import today
from portal.lib.text import Text
from portal.office.desk import Item, Tray, add_tray
from portal.paging import page_of
from portal.reports.models import AnnualReport
from portal.reports.queries import (
    OPEN,
    ReportFilter,
    find_open,
    last_edition,
    published_about,
    reports_for,
)
from portal.reports.rules import MAKERS, About, due_on

SHOWN = 5


def panel(indication: Indication) -> list[AnnualReport] | None:
    return published_about(About.GI, indication.slug)[:SHOWN] or None


def drafts(account: Account) -> Tray | None:
    """Reports of the region that are begun and not published."""
    if account.role not in MAKERS:
        return None
    query = reports_for(account, ReportFilter()).where(AnnualReport.state.in_(OPEN))
    found = page_of(query, 1, SHOWN)
    items = [
        Item(
            Text(f"{one.name_zh} {one.year} 年", f"{one.name_en}, {one.year}"),
            f"/office/reports/{one.id}",
            one.stands.text,
        )
        for one in found.items
    ]
    return Tray(
        Text("编制中的年度报告", "Yearly reports under way"),
        found.total,
        items,
        "/office/reports",
        quiet=True,
    )


def this_year(account: Account) -> Tray | None:
    """The report of one's own region for the running year, from November on: it goes up by 31 December."""
    year = today().year
    if account.role not in MAKERS or today().month < 11 or len(account.region or "") != 6:
        return None
    if last_edition(About.REGION, account.region, year) or find_open(About.REGION, account.region, year):
        return None
    item = Item(Text(f"{year} 年年度报告", f"Yearly report {year}"), "/office/reports", due=due_on(year))
    title = Text("本地区的年度报告还没有开始", "The yearly report of your region is not begun")
    return Tray(title, 1, [item], "/office/reports", due=due_on(year))


add_panel("reports", 640, panel, "reports/gi_panel.html", Text("年度监管报告", "Yearly reports"))
add_tray("reports-drafts", 80, drafts)
add_tray("reports-begin", 75, this_year)
