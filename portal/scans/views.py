"""The balance of a GI for anyone, the province that who scanned cares to say, the lists of the office."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.sessions import csrf
from portal.accounts.visitor_views import keep_nowhere, me
from portal.authorisation.present import places_of
from portal.batches.rules import grams_text
from portal.catalogue.queries import get_indication
from portal.labels.lookup import find_label
from portal.labels.queries import scope_of, years_with_accounts
from portal.labels.sums import years_of
from portal.land.rules import FEWEST_PRODUCERS
from portal.lib.clock import today
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text
from portal.limits import limiter
from portal.paging import Page, page_of, whole_number
from portal.producers.queries import indications_with_roster
from portal.regions.queries import children_of
from portal.regions.rules import scope_prefix
from portal.scans import panels  # noqa: F401 - the panels, the counting and the tray
from portal.scans.balance import balance_of, indications_with_labels
from portal.scans.queries import counter, odd_rows, read_odd, unknown_since
from portal.scans.rules import province_bit

blueprint = Blueprint("scans", __name__)
office = Blueprint("scans_office", __name__, url_prefix="/office")

PER_PAGE = 50
FIRST_YEAR = 2020
FAULT_NAMES = {
    "over_ceiling": Text("标签超过地块能产的量", "More labels than the land can give"),
    "over_declared": Text("启用的标签超过申报产量", "More labelled than declared"),
    "declared_over_ceiling": Text("申报产量超过地块能产的量", "More declared than the land can give"),
}


# ---- for anyone


@blueprint.get("/gi/<slug>/balance")
@limiter.limit("300 per minute")
def show_balance(slug: str) -> Response:
    """Its figures move with every scan and not with the version of the register: kept for a minute only."""
    indication = get_indication(slug)
    years = years_of(indication.id)
    default = years[0] if years else today().year
    year = whole_number(request.args.get("year", ""), "year", FIRST_YEAR, today().year, default)
    page = render_template(
        "scans/balance.html",
        gi=indication,
        it=balance_of(indication.id, year),
        years=years,
        grams_text=grams_text,
        fewest=FEWEST_PRODUCERS,
    )
    return Response(page, headers={"Cache-Control": "public, max-age=60"})


@blueprint.post("/v/<code>/place")
@limiter.limit("20 per minute")
def say_place(code: str) -> ResponseReturnValue:
    """A province, given freely; it is kept as one bit beside the counts of the label and nothing else."""
    label, bit = find_label(code), province_bit(request.form.get("province", ""))
    if label is None:
        raise NotFound(Text("没有这枚标签", "There is no such label"))
    if bit is None:
        raise RuleBroken(Text("请选省份", "Choose a province"))
    counter().add_province(label.number.set_id, label.number.place, bit)
    return redirect(url_for("verification.show_code", code=code, lang=request.form.get("lang") or None), 303)


# A page that anyone may press on holds no session, so there is no token to compare; nothing personal moves.
csrf.exempt(say_place)


@blueprint.app_template_global()
def provinces() -> list[tuple[str, Text]]:
    return [(one.adcode, Text(one.name_zh, one.name_en)) for one in children_of(None)]


# ---- for officials


@office.before_request
def _only_readers() -> None:
    scope_of(me())


office.after_request(keep_nowhere)


@office.get("/scans")
def show_odd() -> str:
    """Scans that look odd, newest first."""
    number = whole_number(request.args.get("page", ""), "page", 1, 100_000, 1)
    found = page_of(odd_rows(me().region), number, PER_PAGE)
    rows = list(read_odd(found.items))
    names = {one.id: one for one in indications_with_roster(me().region)}
    return render_template(
        "scans/odd.html",
        page=Page(rows, found.total, number, PER_PAGE),
        gis=names,
        places=places_of([one.adcode for one in rows]),
        unknown=unknown_since(f"{today().year}-01-01"),
    )


@office.get("/supply")
def show_supply() -> str:
    """Labels against land, output and scans: every GI of the region in one table."""
    years = years_with_accounts()
    default = years[0] if years else today().year
    year = whole_number(request.args.get("year", ""), "year", FIRST_YEAR, today().year, default)
    mine = set(indications_with_labels(scope_prefix(me().region)))
    listed = [one for one in indications_with_roster(me().region) if one.id in mine]
    return render_template(
        "scans/supply.html",
        rows=[(one, balance_of(one.id, year)) for one in listed],
        year=year,
        years=years,
        grams_text=grams_text,
        fault_names=FAULT_NAMES,
    )
