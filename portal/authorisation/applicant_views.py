"""The applicant's side: choose, write, hand in, follow; and the licences that came of it."""

from flask import Blueprint, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import keep_nowhere, me, only_producers, tell, version_seen
from portal.authorisation import present, words
from portal.authorisation.actions import Given, take_step
from portal.authorisation.answers import questions_for, required_papers
from portal.authorisation.apply_choices import choices_for, get_open_protection, place_options
from portal.authorisation.draft_actions import add_file, open_application, remove_file, save_answers
from portal.authorisation.licence_actions import move_licence
from portal.authorisation.models import Application, Licence
from portal.authorisation.queries import (
    applications_for,
    files_of,
    get_application_for,
    get_file_for,
    get_licence_for,
    get_producer_of,
    licence_steps_open_to,
    licences_for,
    producers_of,
    steps_of,
    steps_open_to,
    visits_of,
)
from portal.authorisation.rules import APPLICANT_PAPERS, LicenceStep, Paper, Purpose, State, Step
from portal.authorisation.usage import record_use, uses_of
from portal.catalogue.queries import find_indication
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.paging import page_of, whole_number
from portal.papers.files import ACCEPT
from portal.papers.sent_views import folder, papers_sent

blueprint = Blueprint("applicant", __name__, url_prefix="/workbench")
blueprint.after_request(keep_nowhere)

PER_PAGE = 30
SAVED = Text("已保存，还没有提交。", "Saved; not handed in yet.")
HANDED_IN = Text(
    "已提交。下面可以看到走到哪一步、谁在办、哪天之前。",
    "Handed in. Below you see where it stands, who acts and by when.",
)


@blueprint.context_processor
def _type_size() -> dict[str, object]:
    return {"large_type": bool(session.get("large_type"))}


blueprint.before_request(only_producers)


@blueprint.get("/apply")
def choose() -> str:
    producers = producers_of(me(), today())
    wanted = request.args.get("producer", "")
    chosen = next((p for p in producers if p.number == wanted), producers[0] if producers else None)
    return render_template(
        "authorisation/choose.html",
        producers=producers,
        chosen=chosen,
        choices=choices_for(chosen, request.args.get("gi", ""), today()) if chosen else [],
        gi=request.args.get("gi", ""),
        words=words,
    )


@blueprint.post("/apply")
def begin() -> ResponseReturnValue:
    with transaction():
        producer = get_producer_of(me(), request.form.get("producer", ""), today())
        protection = get_open_protection(request.form.get("gi", ""), request.form.get("key", ""))
        application = open_application(me(), producer, protection, Purpose.NEW, now())
        number = application.number
    return redirect(url_for(".show", number=number), 303)


@blueprint.get("/applications/")
def show_list() -> str:
    number = whole_number(request.args.get("page", ""), "page", 1, 10**6, 1)
    query = applications_for(me(), today()).order_by(Application.open.desc(), Application.id.desc())
    page = page_of(query, number, PER_PAGE)
    return render_template("authorisation/my_applications.html", page=page, present=present, today=today())


@blueprint.get("/applications/<number>")
def show(number: str) -> str:
    application = get_application_for(me(), number, today())
    if application.stands in (State.DRAFT, State.RETURNED):
        return _form_page(application, application.answers, {})
    return _status_page(application)


def _status_page(application: Application) -> str:
    taken = steps_of(application)
    return render_template(
        "authorisation/my_application.html",
        application=application,
        standing=present.standing(application, today()),
        steps=present.progress(application, taken),
        history=present.history(taken),
        answers=present.answers_in_words(application, private=True),
        files=files_of(application),
        visits=visits_of(application),
        open_steps=steps_open_to(me(), application, today()),
        present=present,
        words=words,
    )


def _form_page(application: Application, typed: dict, faults: dict, message: Text | None = None) -> str:
    indication = find_indication(application.indication.slug)
    purpose = Purpose(application.purpose)
    questions = questions_for(purpose)
    taken = steps_of(application)
    return render_template(
        "authorisation/fill_in.html",
        application=application,
        questions=questions,
        labels={question.name: question.label for question in questions},
        typed=typed,
        faults=faults,
        message=message,
        standing=present.standing(application, today()),
        steps=present.progress(application, taken),
        returned=taken[-1] if application.stands is State.RETURNED and taken else None,
        places=place_options(indication, application.producer.adcode),
        standards=indication.facts.get("standards", []),
        files=[f for f in files_of(application) if f.visit_id is None],
        needed=required_papers(purpose, application.track),
        kinds=[(kind.value, words.PAPER_NAMES[kind]) for kind in APPLICANT_PAPERS],
        kind=request.form.get("kind", ""),
        accept=ACCEPT,
        present=present,
        words=words,
    )


@blueprint.post("/applications/<number>")
def save(number: str) -> ResponseReturnValue:
    """Keep what was typed and chosen; hand it in if that was pressed. A refusal keeps what was typed."""
    _keep_typed(number)
    try:
        _keep_papers(number)
        if request.form.get("do") != "submit":
            tell(SAVED)
            return redirect(url_for(".show", number=number), 303)
        with transaction():
            application = get_application_for(me(), number, today())
            step = Step.SUBMIT if application.stands is State.DRAFT else Step.RESUBMIT
            take_step(me(), application, step, application.version, Given(), now())
    except RuleBroken as problem:
        return _refused(number, problem)
    tell(HANDED_IN)
    return redirect(url_for(".show", number=number), 303)


def _keep_typed(number: str) -> None:
    with transaction():
        application = get_application_for(me(), number, today())
        save_answers(me(), application, request.form.to_dict(), version_seen(), now())


def _keep_papers(number: str) -> int:
    """The documents that were chosen, each of the kind that was said; how many."""
    papers = papers_sent("file")
    if papers:
        kind = _kind_typed()
        with transaction():
            application = get_application_for(me(), number, today())
            for paper in papers:
                add_file(me(), application, kind, paper, folder(), now())
    return len(papers)


def _refused(number: str, problem: RuleBroken) -> ResponseReturnValue:
    application = get_application_for(me(), number, today())
    return _form_page(application, application.answers, problem.fields, problem.message), 400


@blueprint.post("/applications/<number>/draft")
def keep_draft(number: str) -> ResponseReturnValue:
    """What the page sends while one types: kept as it is, answered with the new version."""
    with transaction():
        application = get_application_for(me(), number, today())
        save_answers(me(), application, request.form.to_dict(), version_seen(), now())
        db.session.flush()
        version = application.version
    return jsonify(version=version)


@blueprint.post("/applications/<number>/files")
def add_document(number: str) -> ResponseReturnValue:
    """Keep what was typed beside it as well: whoever adds a document loses nothing."""
    _keep_typed_beside(number)
    try:
        if not _keep_papers(number):
            raise RuleBroken(
                Text("没有选择文件", "No document was chosen"), {"file": Text("请选择文件", "Choose one")}
            )
    except RuleBroken as problem:
        return _refused(number, problem)
    return redirect(url_for(".show", number=number, _anchor="papers"), 303)


def _keep_typed_beside(number: str) -> None:
    """A form that sends documents alone says no version and leaves what was written."""
    if "version" in request.form:
        _keep_typed(number)


def _kind_typed() -> Paper:
    try:
        return Paper(request.form.get("kind", ""))
    except ValueError:
        fault = Text("请选择材料种类", "Choose what it is")
        raise RuleBroken(fault, {"kind": fault}) from None


@blueprint.post("/applications/<number>/files/<int:file>/remove")
def remove_document(number: str, file: int) -> ResponseReturnValue:
    _keep_typed_beside(number)
    with transaction():
        application = get_application_for(me(), number, today())
        remove_file(me(), application, get_file_for(me(), file, today()), now())
    return redirect(url_for(".show", number=number, _anchor="papers"), 303)


@blueprint.post("/applications/<number>/withdraw")
def withdraw(number: str) -> ResponseReturnValue:
    with transaction():
        application = get_application_for(me(), number, today())
        take_step(me(), application, Step.WITHDRAW, version_seen(), Given(), now())
    tell(Text("申请已撤回。", "The application was withdrawn."))
    return redirect(url_for(".show_list"), 303)


@blueprint.get("/applications/<number>/print")
def print_form(number: str) -> str:
    """The application on paper: large type, room for a signature."""
    application = get_application_for(me(), number, today())
    return render_template(
        "authorisation/print_form.html",
        application=application,
        answers=present.answers_in_words(application, private=True),
        files=files_of(application),
        present=present,
        words=words,
    )


# ---- licences


@blueprint.get("/licences/")
def show_licences() -> str:
    rows = list(db.session.scalars(licences_for(me(), today()).order_by(Licence.id.desc())))
    return render_template("authorisation/my_licences.html", licences=rows, present=present, today=today())


@blueprint.get("/licences/<number>")
def show_licence(number: str) -> str:
    return _licence_page(number, {}, {})


def _licence_page(number: str, typed: dict, faults: dict, message: Text | None = None) -> str:
    licence = get_licence_for(me(), number, today())
    return render_template(
        "authorisation/my_licence.html",
        licence=licence,
        standing=present.licence_standing(licence, today()),
        events=present.spell_events(licence),
        uses=uses_of(licence),
        open_steps=licence_steps_open_to(me(), licence, today()),
        typed=typed,
        faults=faults,
        message=message,
        present=present,
        words=words,
        today=today(),
    )


@blueprint.post("/licences/<number>")
def change_licence(number: str) -> ResponseReturnValue:
    """Cancel it, report a use, or open an application for a change or a renewal."""
    try:
        with transaction():
            return _licence_asked(number, request.form.get("do", ""))
    except RuleBroken as problem:
        return _licence_page(number, request.form.to_dict(), problem.fields, problem.message), 400


def _licence_asked(number: str, asked: str) -> ResponseReturnValue:
    licence = get_licence_for(me(), number, today())
    if asked == "cancel":
        reason = request.form.get("reason", "")
        move_licence(me(), licence, LicenceStep.CANCEL, reason, "", version_seen(), now())
        tell(Text("授权已注销。", "The licence was cancelled."))
    elif asked == "use":
        record_use(me(), licence, request.form.get("note", ""), now())
        tell(Text("已记下用标情况。", "The use was recorded."))
    elif asked in (Purpose.CHANGE, Purpose.RENEW):
        application = open_application(
            me(), licence.producer, licence.protection, Purpose(asked), now(), licence=licence
        )
        return redirect(url_for(".show", number=application.number), 303)
    else:
        raise RuleBroken(Text("没有这个操作", "There is no such action"))
    return redirect(url_for(".show_licence", number=number), 303)
