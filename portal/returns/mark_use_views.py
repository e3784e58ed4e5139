"""/office/mark-use and /workbench/mark-use: the report on use of the special mark, to read, print, send."""

from collections.abc import Iterator

from flask import Blueprint, Response, render_template, request

from gi_data.sheet_writing import CSV_TYPE, csv_lines
from portal.accounts.visitor_views import keep_nowhere, me, only_producers
from portal.authorisation.queries import get_licence_for
from portal.authorisation.rules import LicenceState
from portal.language import current_language
from portal.lib.clock import today
from portal.lib.text import Text
from portal.paging import Page, whole_number
from portal.producers.queries import get_roster_for, indications_with_roster
from portal.regions.queries import find_region, regions_by_code
from portal.returns.amounts import shown_amount, typed_amount
from portal.returns.mark_use import MARK_USE_HEADINGS, UseLine, mark_use_of, totals_of, with_users
from portal.returns.queries import scope_of
from portal.returns.rules import FIRST_YEAR, KEEPERS

office = Blueprint("mark_use", __name__, url_prefix="/office/mark-use")
own = Blueprint("my_mark_use", __name__, url_prefix="/workbench/mark-use")

PER_PAGE = 100
YEARS_SHOWN = 6


office.after_request(keep_nowhere)
own.after_request(keep_nowhere)


def _year() -> int:
    return whole_number(request.args.get("year", ""), "year", FIRST_YEAR, today().year, today().year - 1)


@office.get("")
def show() -> str:
    scope, gis = scope_of(me()), indications_with_roster(me().region)
    slug = request.args.get("gi", "")
    if not slug and gis:
        used = with_users(scope)
        slug = next((one.slug for one in gis if one.id in used), gis[0].slug)
    if not slug:
        return render_template("returns/mark_use_none.html")
    indication, year = get_roster_for(me(), slug), _year()
    lines = mark_use_of(indication.id, year, scope, today())
    asked = request.args.get("reported", "")
    wanted = [line for line in lines if asked not in ("yes", "no") or line.reported == (asked == "yes")]
    number = whole_number(request.args.get("page", ""), "page", 1, 100_000, 1)
    shown = wanted[(number - 1) * PER_PAGE : number * PER_PAGE]
    return render_template(
        "returns/mark_use.html",
        gi=indication,
        gis=gis,
        keeper=me().role in KEEPERS,
        year=year,
        years=range(today().year, today().year - YEARS_SHOWN, -1),
        asked=asked,
        lines=shown,
        page=Page(shown, len(wanted), number, PER_PAGE),
        totals=totals_of(lines),
        region=find_region(scope),
        regions=regions_by_code(line.adcode for line in shown),
        states=LicenceState.words(),
        tones=LicenceState.tones(),
    )


@office.get("/<slug>.csv")
def download(slug: str) -> Response:
    indication, year = get_roster_for(me(), slug), _year()
    lines = mark_use_of(indication.id, year, scope_of(me()), today())
    body = b"".join(csv_lines(MARK_USE_HEADINGS[current_language()], _cells(lines)))
    headers = {"Content-Disposition": f'attachment; filename="mark-use-{slug}-{year}.csv"'}
    return Response(body, content_type=CSV_TYPE, headers=headers)


def _cells(lines: list[UseLine]) -> Iterator[tuple[object, ...]]:
    language = current_language()
    regions = regions_by_code(line.adcode for line in lines)
    for line in lines:
        region, filed = regions.get(line.adcode), line.filed
        yield (
            line.producer.name,
            line.producer.uscc,
            line.producer.number,
            Text(region.name_zh, region.name_en).say(language) if region else line.adcode,
            " ".join(one.number for one in line.licences),
            line.licences[-1].goods,
            line.standing.text.say(language),
            typed_amount("quantity_g", filed.quantity_g) if filed else None,
            typed_amount("mark_value_fen", filed.mark_value_fen) if filed else None,
            filed.labels if filed else None,
            line.last_use,
            Text("是", "yes").say(language) if line.reported else Text("否", "no").say(language),
        )


@own.get("/<number>")
def show_own(number: str) -> str:
    """One user's own report of a year, to print and sign."""
    only_producers()
    licence, year = get_licence_for(me(), number, today()), _year()
    found = mark_use_of(licence.indication_id, year, licence.adcode, today())
    line = next((one for one in found if one.producer.id == licence.producer_id), None)
    return render_template(
        "returns/my_mark_use.html",
        licence=licence,
        line=line,
        year=year,
        years=range(today().year, today().year - YEARS_SHOWN, -1),
        states=LicenceState.words(),
        shown_amount=shown_amount,
    )
