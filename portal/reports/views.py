"""/reports/: what was published, every edition of it, whole, with its files."""

from flask import Blueprint, Response, current_app, render_template, request, url_for

from portal.accounts.rules import is_adcode
from portal.lib.clock import today
from portal.lib.text import Text
from portal.paging import page_of, whole_number
from portal.regions.queries import find_region, regions_by_code
from portal.reports import queries
from portal.reports.files import ENDING_NAMES, MEDIA
from portal.reports.models import AnnualReport
from portal.reports.rules import FIRST_YEAR, About
from portal.reports.shared_views import map_picture, send_file, shown

blueprint = Blueprint("reports", __name__, url_prefix="/reports")

PER_PAGE = 40
ALL = Text("全部", "All")


@blueprint.get("/")
def show_list() -> str:
    args = request.args
    about, region = args.get("about", ""), args.get("region", "")
    asked = queries.ReportFilter(
        year=whole_number(args.get("year", ""), "year", FIRST_YEAR, today().year, 0) or None,
        region=region if is_adcode(region) else "",
        about=About(about) if about in set(About) else None,
        text=args.get("q", "").strip()[:60],
    )
    page = page_of(
        queries.published(asked), whole_number(args.get("page", ""), "page", 1, 10**6, 1), PER_PAGE
    )
    return render_template(
        "reports/list.html",
        asked=asked,
        region=find_region(asked.region) if asked.region else None,
        page=page,
        places=regions_by_code(one.adcode for one in page.items),
        year_options=[("", ALL), *((str(year), str(year)) for year in queries.years_published())],
        kind_options=[("", ALL), *((one.value, one.text) for one in About)],
    )


def _asked(about: str, key: str, year: int) -> AnnualReport:
    edition = whole_number(request.args.get("edition", ""), "edition", 1, 10_000, 0)
    return queries.get_published(about, key, year, edition or None)


@blueprint.get("/<about>/<key>/<int:year>")
def show(about: str, key: str, year: int) -> str:
    report = _asked(about, key, year)
    return render_template(
        "reports/show.html",
        report=report,
        **shown(queries.content_of(report)),
        editions=queries.editions_of(about, key, year),
        endings=list(MEDIA),
        ending_names=ENDING_NAMES,
        map_url=lambda name: url_for(
            ".map_of", about=about, key=key, year=year, edition=report.edition, name=name
        ),
    )


@blueprint.get("/<about>/<key>/<int:year>/<int:edition>.<ending>")
def download(about: str, key: str, year: int, edition: int, ending: str) -> Response:
    report = queries.get_published(about, key, year, edition)
    return send_file(current_app.config["SETTINGS"].data_dir, report, ending)


@blueprint.get("/<about>/<key>/<int:year>/<int:edition>/map-<name>.svg")
def map_of(about: str, key: str, year: int, edition: int, name: str) -> Response:
    return map_picture(queries.get_published(about, key, year, edition), name)
