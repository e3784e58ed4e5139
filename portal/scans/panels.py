"""What scans add to the page of a label, to a GI's page and to an official's desk."""

from time import monotonic
from urllib.parse import urlencode

import structlog
from flask import current_app, g, request

from portal.accounts.models import Account
from portal.accounts.rules import is_adcode
from portal.batches.label_panels import batch_on
from portal.batches.models import Batch
from portal.catalogue.models import Indication
from portal.catalogue.panels import add_panel
from portal.jobs import start_worker
from portal.labels.lookup import Label
from portal.labels.panels import add_label_panel, add_scan_listener
from portal.labels.rules import READERS, LabelAnswer
from portal.labels.sums import years_of
from portal.lib.clock import day_of, now, today
from portal.lib.text import Text
from portal.office.desk import Item, Tray, add_tray
from portal.scans import summing  # noqa: F401 - the background work is known by being read
from portal.scans.queries import count_odd, counter, odd_scans, of_other_machines
from portal.scans.rules import SUM_EVERY, Odd, Seen, Tally, earlier_text, odd_in

log = structlog.get_logger()

SHOWN = 5
OVER = frozenset({LabelAnswer.EXPIRED, LabelAnswer.VOID, LabelAnswer.LOST})


# ---- the page of a label


def seen_as(answer: LabelAnswer) -> Seen:
    if answer in OVER:
        return Seen.OVER
    return Seen.NOT_IN_USE if answer is LabelAnswer.NOT_IN_USE else Seen.GOOD


def hear_of_scan(_code: str, label: Label | None) -> None:
    """Count a look at a label's page; a change of language is no new scan. Never fails the page."""
    if request.method != "GET" or "lang" in request.args:
        return
    try:
        if label is None:
            counter().count_unknown(now())
        else:
            seen = seen_as(label.answer_on(today()))
            g.scan_counted = counter().count(label.number.set_id, label.number.place, seen, now())
    except Exception:  # A page that cannot count still has to answer.
        log.exception("scan_not_counted")
        return
    _bring_in_now_and_then()


def _bring_in_now_and_then() -> None:
    """At most once a minute for each worker; a standing `jobs run` does the same."""
    last = current_app.extensions.get("scans_brought_at", monotonic() - 1)
    if monotonic() - last >= 0 and not current_app.testing:
        current_app.extensions["scans_brought_at"] = monotonic() + SUM_EVERY.total_seconds()
        start_worker()


def scan_panel(label: Label) -> tuple[str, dict[str, object]]:
    """How often it was scanned before this, and when first."""
    here = counter()
    counted: Tally | None = g.get("scan_counted")
    mine = counted or here.find(label.number.set_id, label.number.place)
    others = of_other_machines(label.number.set_id, label.number.place, here.machine)
    whole = mine.joined(others)
    earlier = max(0, whole.scans - (1 if counted else 0))
    first_on = day_of(whole.first_at) if whole.first_at else None
    return "scans/panel.html", {
        "earlier": earlier_text(earlier, first_on),
        "often": Odd.OFTEN in odd_in(whole),
        "spread": len(whole.places) if Odd.SPREAD in odd_in(whole) else 0,
        "tip_url": tip_address(batch_on(label), label),
    }


def place_panel(label: Label) -> tuple[str, dict[str, object]]:
    return "scans/place_panel.html", {"code": label.code}


add_scan_listener(hear_of_scan)
add_label_panel("scans", 20, scan_panel)
add_label_panel("scans-place", 40, place_panel)


def tip_address(batch: Batch | None, label: Label) -> str | None:
    """Where something wrong is told, with all that is known filled in; None until tips can be taken."""
    if "tips.new" not in current_app.view_functions:
        return None
    known = {"code": label.code, "gi": label.set.indication.slug}
    if batch is not None:
        known["batch"] = batch.code
    if label.set.producer.name_public:
        known["producer"] = label.set.producer.number
    return "/tips/new?" + urlencode(known)


# ---- the page of a GI, the desk


def balance_panel(indication: Indication) -> list[int] | None:
    """Only that there is a balance: its figures change by the hour and the page of a GI does not."""
    years = years_of(indication.id)
    return years or None


def odd_tray(account: Account) -> Tray | None:
    if account.role not in READERS or not is_adcode(account.region):
        return None
    items = [
        Item(
            Text("{what} · {who}", "{what} · {who}").format(
                what=one.found[0].text if one.found else Text("异常", "odd"), who=one.producer_name
            ),
            "/office/scans",
            Text("{code}，共 {n} 次", "{code}, {n} [n:scan|scans]").format(code=one.code, n=one.tally.scans),
        )
        for one in odd_scans(account.region, most=SHOWN)
    ]
    title = Text("扫码异常", "Scans that look odd")
    return Tray(title, count_odd(account.region), items, "/office/scans", quiet=True)


add_panel("balance", 230, balance_panel, "scans/gi_panel.html", Text("产量与标签", "Output and labels"))
add_tray("scans-odd", 58, odd_tray)
