"""/office/: what needs doing today, for this official, in this region."""

from datetime import date

from flask import Blueprint, render_template

from portal.accounts.visitor_views import keep_nowhere, me
from portal.lib.clock import today
from portal.office.desk import Tray, trays_for
from portal.regions.queries import region_line

blueprint = Blueprint("office", __name__, url_prefix="/office")


blueprint.after_request(keep_nowhere)


@blueprint.get("/")
def show() -> str:
    account = me()
    trays = trays_for(account)
    full = [(key, tray) for key, tray in trays if tray.count and not tray.quiet]
    full.sort(key=lambda pair: not is_late(pair[1], today()))
    return render_template(
        "office/home.html",
        full=full,
        done=[(key, tray) for key, tray in trays if not tray.count and not tray.quiet],
        quiet=[(key, tray) for key, tray in trays if tray.quiet and tray.count],
        total=sum(tray.count for _, tray in full),
        first_due=first_due([tray for _, tray in full]),
        place=region_line(account.region) if account.region else [],
        day=today(),
    )


def is_late(tray: Tray, day: date) -> bool:
    due = first_due([tray])
    return due is not None and due < day


def first_due(trays: list[Tray]) -> date | None:
    """The earliest last day among everything that waits."""
    days = [tray.due for tray in trays if tray.due]
    days += [item.due for tray in trays for item in tray.items if item.due]
    return min(days, default=None)
