"""/office/reports: making, writing, looking at and publishing yearly reports."""

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.accounts.visitor_views import keep_nowhere, tell, version_seen
from portal.accounts.visitor_views import me as visitor
from portal.db import transaction
from portal.lib.clock import now, today
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.paging import page_of, whole_number
from portal.register.queries import public_version
from portal.reports import actions, building, queries  # noqa: F401 - the work that makes reports
from portal.reports.files import MEDIA
from portal.reports.models import AnnualReport
from portal.reports.rules import AT_WORK, FIRST_YEAR, PARTS, WHOLE_REGISTER, About, due_on, may_make
from portal.reports.scope import get_subject_for, gis_within, zones_within
from portal.reports.shared_views import map_picture, send_file, shown

blueprint = Blueprint("reports_office", __name__, url_prefix="/office/reports")

PER_PAGE = 50


@blueprint.before_request
def _only_readers() -> None:
    queries.scope_of(visitor())


blueprint.after_request(keep_nowhere)


def _tell(said: Text) -> None:
    tell(said)


@blueprint.get("")
def show_list() -> str:
    return _list({}, {})


def _list(typed: object, faults: dict[str, Text]) -> str:
    me, args = visitor(), request.args
    year = whole_number(args.get("year", ""), "year", FIRST_YEAR, today().year, 0)
    asked = queries.ReportFilter(year=year or None, text=args.get("q", "").strip()[:60])
    number = whole_number(args.get("page", ""), "page", 1, 100_000, 1)
    return render_template(
        "reports/office_list.html",
        asked=asked,
        page=page_of(queries.reports_for(me, asked), number, PER_PAGE),
        years=range(today().year, max(FIRST_YEAR, today().year - 6) - 1, -1),
        last_year=today().year - 1,
        due=due_on(today().year),
        maker=may_make(me.role, me.region, me.region),
        choices=_choices(me),
        typed=typed,
        faults=faults,
    )


def _choices(me: Account) -> list[tuple[Text, list[tuple[str, Text]]]]:
    """What this person may report on, by kind."""
    own = get_subject_for(me, About.REGION, me.region) if len(me.region) == 6 else None
    groups = [
        (About.REGION, [own] if own else []),
        (About.GI, gis_within(me.region)),
        (About.ZONE, zones_within(me.region)),
        (About.YEAR, [get_subject_for(me, About.YEAR, WHOLE_REGISTER)] if me.role is Role.PROVINCE else []),
    ]
    return [(about.text, [(f"{about}/{s.key}", s.name) for s in group]) for about, group in groups if group]


@blueprint.post("")
def ask() -> ResponseReturnValue:
    """One click: the draft is made in a process of its own, with its progress shown."""
    me, form = visitor(), request.form
    about, _, key = form.get("subject", "").partition("/")
    try:
        if about not in set(About):
            fault = Text("请选择报告对象", "Choose what to report on")
            raise RuleBroken(Text("没有开始", "It was not begun"), {"subject": fault})
        year = whole_number(form.get("year", ""), "year", FIRST_YEAR, today().year, 0)
        with transaction():
            subject = get_subject_for(me, About(about), key)
            number = actions.ask_report(me, subject, year, today(), now()).id
    except RuleBroken as refused:
        return _list(form, refused.fields), 400
    return redirect(url_for(".show", number=number), 303)


@blueprint.get("/<int:number>")
def show(number: int) -> str:
    report = queries.get_report_for(visitor(), number)
    if report.stands in AT_WORK:
        return render_template("reports/at_work.html", report=report)
    return _page(report, {}, {})


def _page(report: AnnualReport, typed: object, faults: dict[str, Text]) -> str:
    me, content = visitor(), queries.content_of(report)
    texts = queries.texts_of(report.about, report.key, report.year)
    return render_template(
        "reports/office_show.html",
        report=report,
        **(shown(content) if content else {"content": None}),
        texts=texts,
        parts=PARTS,
        typed=typed,
        faults=faults,
        editions=queries.editions_of(report.about, report.key, report.year),
        maker=may_make(me.role, me.region, report.adcode, report.about),
        moved=content is not None and public_version() > content.version,
        endings=list(MEDIA),
        map_url=lambda key: url_for(".map_of", number=report.id, key=key),
    )


@blueprint.get("/<int:number>/progress")
def progress(number: int) -> Response:
    report = queries.get_report_for(visitor(), number)
    finished = report.stands not in AT_WORK
    return jsonify(
        done=report.done,
        whole=max(report.whole, report.done, 1),
        finished=finished,
        url=url_for(".show", number=number) if finished else None,
    )


@blueprint.post("/<int:number>/texts")
def write(number: int) -> ResponseReturnValue:
    me, form = visitor(), request.form
    seen = version_seen()
    try:
        with transaction():
            report = queries.get_report_for(me, number)
            actions.write_texts(me, report, form, seen, now())
    except RuleBroken as refused:
        if not refused.fields:
            raise
        return _page(queries.get_report_for(me, number), form, refused.fields), 400
    _tell(Text("已保存，正在按新的文字重新生成", "Saved; the draft is being made anew with it"))
    return redirect(url_for(".show", number=number), 303)


@blueprint.post("/<int:number>/rebuild")
def rebuild(number: int) -> ResponseReturnValue:
    seen = version_seen()
    with transaction():
        actions.rebuild(visitor(), queries.get_report_for(visitor(), number), seen, now())
    return redirect(url_for(".show", number=number), 303)


@blueprint.post("/<int:number>/give-up")
def give_up(number: int) -> ResponseReturnValue:
    with transaction():
        actions.give_up(visitor(), queries.get_report_for(visitor(), number))
    _tell(Text("草稿已放弃，写好的文字都在", "The draft was put away; the texts are kept"))
    return redirect(url_for(".show_list"), 303)


@blueprint.post("/<int:number>/publish")
def publish(number: int) -> ResponseReturnValue:
    me, form = visitor(), request.form
    said = {name: " ".join(form.get(name, "").split()) for name in ("document_number", "remark")}
    try:
        with transaction():
            report = queries.get_report_for(me, number)
            actions.publish(me, report, form.get("digest", ""), now(), **said)
            address = url_for("reports.show", about=report.about, key=report.key, year=report.year)
    except RuleBroken as refused:
        if not refused.fields:
            raise
        return _page(queries.get_report_for(me, number), form, refused.fields), 400
    _tell(Text("已公布，摘要已写入登记簿", "Published; its digest stands in the register"))
    return redirect(address, 303)


@blueprint.get("/<int:number>/file.<ending>")
def download(number: int, ending: str) -> Response:
    return send_file(
        current_app.config["SETTINGS"].data_dir, queries.get_report_for(visitor(), number), ending
    )


@blueprint.get("/<int:number>/map-<key>.svg")
def map_of(number: int, key: str) -> Response:
    return map_picture(queries.get_report_for(visitor(), number), key)
