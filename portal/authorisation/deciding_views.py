"""Deciding: the same pages for officials under /office and for holders of marks under /workbench."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.rules import Role
from portal.accounts.visitor_views import keep_nowhere, me, tell, version_seen
from portal.authorisation import present, words
from portal.authorisation.actions import Given, take_step
from portal.authorisation.blueprint_views import day_typed
from portal.authorisation.draft_actions import store_file
from portal.authorisation.licence_actions import Terms, move_licence
from portal.authorisation.models import Application, Licence
from portal.authorisation.places import FIT_TONES, PointAnswer, point_answer
from portal.authorisation.prechecks import route_source
from portal.authorisation.queries import (
    ApplicationFilter,
    files_of,
    filtered,
    get_application_for,
    get_file_for,
    get_licence_for,
    licence_steps_open_to,
    licences_for,
    steps_of,
    steps_open_to,
    visits_of,
)
from portal.authorisation.rules import (
    LicenceState,
    LicenceStep,
    Paper,
    Purpose,
    RefusalReason,
    Route,
    State,
    Step,
    Track,
)
from portal.authorisation.visit_actions import Visit, record_visit
from portal.authorisation.watches import answer_task, get_task_for, names_of, tasks_for
from portal.catalogue.queries import find_indication
from portal.db import transaction
from portal.lib.clock import now, today
from portal.lib.problems import NotAllowed, RuleBroken, said_with
from portal.lib.text import Text
from portal.paging import page_of, whole_number
from portal.papers.files import ACCEPT
from portal.papers.sent_views import folder, paper_answer, papers_sent
from portal.producers.models import Producer
from portal.producers.rules import MICRO, PlaceFit
from portal.register.queries import history_of
from portal.register.views import describe_all

office = Blueprint("authorisation_office", __name__, url_prefix="/office")
holder = Blueprint("holder", __name__, url_prefix="/workbench")
papers = Blueprint("papers", __name__, url_prefix="/documents")
for _one in (office, holder, papers):
    _one.after_request(keep_nowhere)

PER_PAGE = 50
DONE = Text("已办理：{step}。", "Done: {step}.")


@holder.before_request
def _only_holders() -> None:
    if me().role is not Role.HOLDER:
        raise NotAllowed(Text("这一页给商标权利人用", "This page is for holders of marks"))


@papers.get("/<int:number>")
def download(number: int) -> ResponseReturnValue:
    """A document, only for whoever may see what it belongs to."""
    return paper_answer(get_file_for(me(), number, today()))


# ---- applications


@office.get("/applications/")
@holder.get("/decisions/")
def show_list() -> str:
    asked = _asked()
    number = whole_number(request.args.get("page", ""), "page", 1, 10**6, 1)
    page = page_of(filtered(me(), asked, today()), number, PER_PAGE)
    return render_template(
        "authorisation/applications.html",
        page=page,
        asked=asked,
        home=_home(),
        places=present.places_of([one.adcode for one in page.items]),
        states=[(state.value, words.STATE_NAMES[state]) for state in State if state is not State.DRAFT],
        present=present,
        today=today(),
    )


def _asked() -> ApplicationFilter:
    return ApplicationFilter(
        state=request.args.get("state", "open"),
        gi=request.args.get("gi", "").strip()[:80],
        text=request.args.get("q", "").strip()[:80],
        late=request.args.get("late") == "y",
        waiting=request.args.get("view") == "mine",
    )


def _home() -> dict[str, object]:
    """Where this visitor came from: the office, or the workbench of a holder."""
    if me().role is Role.HOLDER:
        return {"text": Text("我的工作台", "Workbench"), "url": "/workbench/", "name": "holder"}
    return {"text": Text("办公首页", "Office"), "url": "/office/", "name": "authorisation_office"}


@office.get("/applications/<number>")
@holder.get("/decisions/<number>")
def show(number: str) -> str:
    return _page(number, {}, {})


def _page(number: str, typed: dict, faults: dict, message: Text | None = None, failed: str = "") -> str:
    application = get_application_for(me(), number, today())
    taken, visits = steps_of(application), visits_of(application)
    open_ = steps_open_to(me(), application, today())
    indication = find_indication(application.indication.slug)
    return render_template(
        "authorisation/decide.html",
        application=application,
        standing=present.standing(application, today()),
        steps=present.progress(application, taken),
        history=present.history(taken),
        answers=present.answers_in_words(application, private=True),
        point=_applied_point(application, indication),
        files=files_of(application),
        visits=visits,
        visit_words={v.id: _visit_words(v) for v in visits},
        open_steps=open_,
        deciding=[s for s in open_ if s is not Step.VISIT],
        typed=typed,
        faults=faults,
        message=message,
        failed=failed,
        home=_home(),
        route_source=route_source(Track(application.track), application.adcode),
        reasons=[(reason.value, words.REFUSAL_NAMES[reason]) for reason in RefusalReason],
        by_holder=application.way is Route.HOLDER,
        purpose=Purpose(application.purpose),
        accept=ACCEPT,
        present=present,
        words=words,
        today=today(),
        Step=Step,
    )


def _applied_point(application: Application, indication: object) -> PointAnswer:
    """Where the applicant says it is, held against the area."""
    try:
        point = float(application.answers["lon"]), float(application.answers["lat"])
    except (KeyError, ValueError):
        return point_answer(indication, None, None)
    return point_answer(indication, *point)


def _visit_words(visit: object) -> dict[str, object]:
    fit = PlaceFit(visit.inside)
    answer = PointAnswer(fit, visit.distance_m, visit.basis)
    text = fit.text if visit.basis == "codes" else answer.text
    point = None if visit.lon is None else (visit.lon / MICRO, visit.lat / MICRO)
    return {"tone": FIT_TONES[fit], "text": text, "point": point}


@office.post("/applications/<number>")
@holder.post("/decisions/<number>")
def act(number: str) -> ResponseReturnValue:
    asked = request.form.get("step", "")
    if asked not in set(Step):
        raise RuleBroken(Text("没有这个步骤", "There is no such step"))
    step = Step(asked)
    try:
        unread: dict[str, Text] = {}
        given, decision_papers = _given(unread), papers_sent("file")
        with transaction(), said_with(unread):
            application = get_application_for(me(), number, today())
            name = words.step_name(application.stands, step)
            take_step(me(), application, step, version_seen(), given, now())
            for paper in decision_papers:
                store_file(me(), Paper.DECISION, paper, folder(), now(), application_id=application.id)
    except RuleBroken as problem:
        return _page(number, request.form.to_dict(), problem.fields, problem.message, failed=step), 400
    tell(DONE.format(step=name))
    return redirect(url_for(".show", number=number), 303)


def _given(unread: dict[str, Text]) -> Given:
    form = request.form
    return Given(
        note=form.get("note", ""),
        reason=form.get("reason", ""),
        decision_number=form.get("decision_number", "")[:120],
        decided_on=day_typed("decided_on", unread),
        terms=Terms(
            goods=form.get("goods", "")[:200],
            valid_from=day_typed("valid_from", unread),
            valid_to=day_typed("valid_to", unread),
            record_number=form.get("record_number", "").strip()[:120] or None,
            announcement=form.get("announcement", "").strip()[:120] or None,
        ),
    )


@office.route("/applications/<number>/visit", methods=["GET", "POST"])
def visit(number: str) -> ResponseReturnValue:
    """The form that officials fill in on the spot."""
    if request.method == "GET":
        return _visit_page(number, {}, {})
    try:
        unread: dict[str, Text] = {}
        went, photographs = _visit_typed(unread), papers_sent("file")
        with transaction(), said_with(unread):
            application = get_application_for(me(), number, today())
            record_visit(me(), application, went, photographs, folder(), version_seen(), now())
    except RuleBroken as problem:
        return _visit_page(number, request.form.to_dict(), problem.fields, problem.message), 400
    tell(Text("现场核查已登记。", "The visit is on record."))
    return redirect(url_for(".show", number=number, _anchor="visits"), 303)


def _visit_page(number: str, typed: dict, faults: dict, message: Text | None = None) -> str:
    application = get_application_for(me(), number, today())
    if Step.VISIT not in steps_open_to(me(), application, today()):
        raise NotAllowed(Text("这份申请现在不能登记现场核查", "No site visit can be recorded now"))
    return render_template(
        "authorisation/visit.html",
        application=application,
        answers=present.answers_in_words(application, private=True),
        typed=typed,
        faults=faults,
        message=message,
        accept=".jpg,.jpeg,.png",
        present=present,
        today=today(),
    )


def _visit_typed(unread: dict[str, Text]) -> Visit:
    form = request.form
    officers = tuple(line.strip()[:40] for line in form.get("officers", "").splitlines() if line.strip())
    return Visit(
        on=day_typed("on", unread),
        officers=officers[:6],
        lon=form.get("lon", "").strip(),
        lat=form.get("lat", "").strip(),
        findings=form.get("findings", ""),
        agrees=form.get("agrees") == "yes",
    )


# ---- licences


@office.get("/licences/")
@holder.get("/licensees/")
def show_licences() -> str:
    number = whole_number(request.args.get("page", ""), "page", 1, 10**6, 1)
    typed = request.args.get("q", "").strip()[:80]
    query = licences_for(me(), today())
    if typed:
        query = query.join(Licence.producer).where(_named(typed))
    page = page_of(query.order_by(Licence.id.desc()), number, PER_PAGE)
    return render_template(
        "authorisation/licences.html",
        page=page,
        typed=typed,
        home=_home(),
        places=present.places_of([one.adcode for one in page.items]),
        present=present,
        today=today(),
    )


def _named(typed: str) -> object:
    return (
        Licence.number.startswith(typed, autoescape=True)
        | Producer.uscc.startswith(typed.upper(), autoescape=True)
        | Producer.search_text.contains(typed.lower(), autoescape=True)
    )


@office.get("/licences/<number>")
@holder.get("/licensees/<number>")
def show_licence(number: str) -> str:
    return _licence_page(number, {}, {})


def _licence_page(number: str, typed: dict, faults: dict, message: Text | None = None) -> str:
    licence = get_licence_for(me(), number, today())
    return render_template(
        "authorisation/licence_office.html",
        licence=licence,
        standing=present.licence_standing(licence, today()),
        spells=list(reversed(licence.spells)),
        states=LicenceState.words(),
        tones=LicenceState.tones(),
        entries=describe_all(history_of(licence.subject, public_only=False)[::-1]),
        open_steps=licence_steps_open_to(me(), licence, today()),
        typed=typed,
        faults=faults,
        message=message,
        home=_home(),
        accept=ACCEPT,
        present=present,
        words=words,
        today=today(),
    )


@office.post("/licences/<number>")
@holder.post("/licensees/<number>")
def move(number: str) -> ResponseReturnValue:
    asked = request.form.get("step", "")
    if asked not in set(LicenceStep):
        raise RuleBroken(Text("没有这个步骤", "There is no such step"))
    form = request.form
    try:
        decision_papers = papers_sent("file")
        with transaction():
            licence = get_licence_for(me(), number, today())
            decision = form.get("decision", "")[:120]
            move_licence(
                me(), licence, LicenceStep(asked), form.get("reason", ""), decision, version_seen(), now()
            )
            for paper in decision_papers:
                store_file(me(), Paper.DECISION, paper, folder(), now(), licence_id=licence.id)
    except RuleBroken as problem:
        return _licence_page(number, form.to_dict(), problem.fields, problem.message), 400
    tell(DONE.format(step=words.LICENCE_STEP_NAMES[LicenceStep(asked)]))
    return redirect(url_for(".show_licence", number=number), 303)


# ---- watches


@office.get("/watches/")
def show_watches() -> str:
    return _watches_page()


def _watches_page(wrong: int | None = None, fault: Text | None = None) -> str:
    """With a fault: the page again, with what was typed about that task still in its field."""
    number = whole_number(request.args.get("page", ""), "page", 1, 10**6, 1)
    page = page_of(tasks_for(me()), number, PER_PAGE)
    return render_template(
        "authorisation/watches.html",
        page=page,
        about=names_of(page.items),
        words=words,
        wrong=wrong,
        fault=fault,
        typed=request.form.get("answer", ""),
    )


@office.post("/watches/<int:number>")
def close_watch(number: int) -> ResponseReturnValue:
    try:
        with transaction():
            task = get_task_for(me(), number)
            answer_task(me(), task, request.form.get("answer", ""), version_seen(), now())
    except RuleBroken as refused:
        return _watches_page(number, refused.fields["answer"]), 400
    tell(Text("已办结这条提醒。", "The reminder is closed."))
    return redirect(url_for(".show_watches"), 303)
