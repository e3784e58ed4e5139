"""/api/v1/reports: the published yearly reports and where their files are."""

from flask import Blueprint, Response, current_app, jsonify, url_for

from portal.api.describing import asked, described
from portal.api.listing import page_listed
from portal.api.parameters import PAGE, adcode, one_of, per_page, whole, words
from portal.api.shapes.reports import EDITIONS, REPORTS
from portal.lib.clock import instant_text
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.paging import page_of
from portal.register.queries import public_version
from portal.reports.files import MEDIA
from portal.reports.models import AnnualReport
from portal.reports.queries import NO_REPORT, ReportFilter, editions_of, published
from portal.reports.rules import FIRST_YEAR, About

blueprint = Blueprint("api_reports", __name__, url_prefix="/api/v1/reports")

YEAR = whole("year", Text("年度", "Year"), FIRST_YEAR, 2100, example=2024)


@blueprint.get("")
@described(
    Text("已公布的年度监管报告", "Published yearly supervision reports"),
    REPORTS,
    parameters=(
        YEAR,
        adcode("region", Text("所在区划", "Division")),
        one_of("about", Text("报告对象", "What it is about"), About),
        words("q", Text("名称中的一段", "Part of the name"), 60),
        PAGE,
        per_page(40),
    ),
    detail=Text(
        "每个对象每年只列最新一版。全部数字在 zip 的 report.json 里。",
        "The newest edition of each subject and year. All numbers are in report.json inside the zip.",
    ),
    examples=("/api/v1/reports", "/api/v1/reports?about=region&year=2024"),
)
def reports() -> Response:
    about = asked("about")
    wanted = ReportFilter(
        asked("year"), asked("region") or "", About(about) if about else None, asked("q") or ""
    )
    found = page_of(published(wanted), asked("page"), asked("per_page"))
    return page_listed(found, _as_json)


@blueprint.get("/<about>/<key>/<int:year>")
@described(
    Text("一份年度报告的各版", "The editions of one yearly report"),
    EDITIONS,
    path=(
        words("about", Text("报告对象的种类", "Kind of subject"), 10, required=True, example="region"),
        words("key", Text("对象的代号", "Key of the subject"), 80, required=True, example="640500"),
        whole("year", Text("年度", "Year"), 1, 9999, required=True, example=2024),
    ),
    examples=("/api/v1/reports/region/640500/2024",),
)
def report(about: str, key: str, year: int) -> Response:
    found = editions_of(about, key, year)
    if not found:
        raise NotFound(NO_REPORT)
    return jsonify(items=[_as_json(one) for one in found], version=public_version())


def _as_json(one: AnnualReport) -> dict[str, object]:
    base = current_app.config["SETTINGS"].base_url
    place = {"about": one.about, "key": one.key, "year": one.year}
    files = {
        ending: {
            "url": base + url_for("reports.download", **place, edition=one.edition, ending=ending),
            "digest": one.files[ending]["digest"],
            "size": one.files[ending]["size"],
        }
        for ending in MEDIA
        if ending in one.files
    }
    return place | {
        "name": one.name,
        "adcode": one.adcode,
        "edition": one.edition,
        "digest": one.digest,
        "missing": one.missing or 0,
        "document_number": one.document_number,
        "remark": one.remark,
        "published_at": instant_text(one.published_at),
        "published_as": one.published_as,
        "demo": one.demo,
        "files": files,
        "url": base + url_for("reports.show", **place, edition=one.edition),
    }
