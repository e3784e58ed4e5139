"""What land puts on a desk: plots that wait to be verified, plots that were not accepted."""

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.db import db
from portal.land.models import Plot
from portal.land.queries import PlotFilter, plots_in, plots_of_account
from portal.land.rules import KEEPERS, PlotState
from portal.lib.clock import today
from portal.lib.text import Text
from portal.office.desk import Item, Tray, add_tray
from portal.paging import page_of

SHOWN = 5


def to_verify(account: Account) -> Tray | None:
    if account.role not in KEEPERS:
        return None
    page = page_of(plots_in(account, PlotFilter(state=PlotState.STATED.value)), 1, SHOWN)
    items = [_item(plot, f"/office/land/{plot.number}", plot.lies.text) for plot in page.items]
    return Tray(Text("待核实的地块", "Plots to verify"), page.total, items, "/office/land")


def not_accepted(account: Account) -> Tray | None:
    if account.role is not Role.PRODUCER:
        return None
    query = plots_of_account(account, today()).where(Plot.state == PlotState.REFUSED.value)
    plots = list(db.session.scalars(query.where(Plot.ended_on.is_(None))))
    items = [
        _item(plot, f"/workbench/land/plots/{plot.number}", Text(plot.reason or "", plot.reason or ""))
        for plot in plots[:SHOWN]
    ]
    return Tray(Text("没有通过核实的地块", "Plots not accepted"), len(plots), items, "/workbench/land")


def _item(plot: Plot, url: str, detail: Text) -> Item:
    gi = Text(plot.indication.name_zh, plot.indication.name_en)
    text = Text("{who} · {plot} · {gi}", "{who} · {plot} · {gi}")
    return Item(text.format(who=plot.producer.name, plot=plot.name, gi=gi), url, detail)


add_tray("land", 30, to_verify)
add_tray("land-own", 31, not_accepted)
