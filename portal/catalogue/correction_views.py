"""Requests for correction: filed by anyone, followed by receipt, answered by an official of the region."""

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from itsdangerous import BadSignature, TimestampSigner
from wtforms.fields.choices import SelectChoice

from portal.accounts.visitor_views import keep_nowhere, me
from portal.catalogue.correctable import get_target
from portal.catalogue.correction_queries import corrections_in, get_by_receipt, get_for
from portal.catalogue.correction_rules import (
    PARTS,
    QUICKEST_SECONDS,
    CorrectionState,
    may_answer,
    receipt_text,
)
from portal.catalogue.corrections import Request, answer_correction, file_correction
from portal.catalogue.forms import NONE_YET, AnswerForm, CorrectionForm, MissingForm
from portal.catalogue.models import Correction
from portal.db import transaction
from portal.language import current_language
from portal.lib.clock import now
from portal.lib.text import Text
from portal.limits import limiter
from portal.paging import Page, page_of, whole_number
from portal.regions.queries import children_of
from portal.regions.rules import NATION
from portal.register.words import address_of, say_kind, say_subjects

blueprint = Blueprint("corrections", __name__)
office = Blueprint("corrections_office", __name__)

MISSING = "catalogue:missing"
PER_PAGE = 30
TOO_QUICK = Text("请再看一遍，然后重新提交", "Please read it over once more, then send it again")
LEFT_EMPTY = Text("“请留空”一栏必须空着", "The field that is to be left empty must be empty")


def _stored(response: Response) -> bool:
    """Only what was kept counts against the limit: whoever mends a form is not locked out."""
    return response.status_code == 303


@blueprint.route("/gi/<slug>/correction", methods=["GET", "POST"])
@limiter.limit("10/hour;30/day", methods=["POST"], deduct_when=_stored)
def ask(slug: str) -> Response:
    return _ask(f"gi:{slug}")


@blueprint.route("/corrections/new", methods=["GET", "POST"])
@limiter.limit("10/hour;30/day", methods=["POST"], deduct_when=_stored)
def ask_about() -> Response:
    """The same for any record of the register, named as the log names it: ?subject=brand:tianfu-hetao."""
    return _ask(request.args.get("subject", ""))


def _ask(subject: str) -> Response:
    target = get_target(subject)
    form = CorrectionForm()
    form.part.choices = [NONE_YET, *(SelectChoice(part, PARTS[part]) for part in target.parts)]
    if form.validate_on_submit() and _looks_human(form):
        return _keep(form, subject, target.region, form.part.data)
    if request.method == "GET" and request.args.get("part") in target.parts:
        form.part.data = request.args["part"]
    shown = {
        "name": say_subjects([subject])[subject],
        "kind": say_kind(subject),
        "url": address_of(subject),
        "everywhere": target.region == NATION,
    }
    return _form_page("catalogue/correction.html", form, **shown)


@blueprint.route("/gi/missing", methods=["GET", "POST"])
@limiter.limit("10/hour;30/day", methods=["POST"], deduct_when=_stored)
def ask_about_catalogue() -> Response:
    form = MissingForm()
    language = current_language()
    provinces = [SelectChoice(one.adcode, Text(one.name_zh, one.name_en)) for one in children_of(None)]
    form.region.choices = [*form.region.choices, *provinces]
    if form.validate_on_submit() and _looks_human(form):
        return _keep(form, MISSING, form.region.data, "other")
    if request.method == "GET" and request.args.get("q"):
        form.message.data = Text("目录里没有：", "Missing: ").say(language) + request.args["q"][:100]
    return _form_page("catalogue/missing.html", form)


def _keep(form: CorrectionForm, subject: str, region: str, part: str) -> Response:
    told = Request(subject, region, part, form.message.data, form.evidence.data, form.contact.data)
    with transaction():
        receipt = file_correction(told, now()).receipt
    return redirect(url_for("corrections.follow", receipt=receipt_text(receipt), sent=1), 303)


def _form_page(template: str, form: CorrectionForm, **values: object) -> Response:
    if not form.opened.data:
        form.opened.data = _signer().sign(b"opened").decode()
    page = render_template(template, form=form, **values)
    return keep_nowhere(make_response(page, 400 if form.errors else 200))


def _looks_human(form: CorrectionForm) -> bool:
    """Two quiet questions that a person passes without noticing; what was typed stays either way."""
    if form.homepage.data:
        form.form_errors = [*form.form_errors, LEFT_EMPTY]
    elif not _opened_long_enough_ago(form.opened.data or ""):
        form.opened.data = form.opened.data if _is_ours(form.opened.data or "") else ""
        form.form_errors = [*form.form_errors, TOO_QUICK]
    return not form.form_errors


def _signer() -> TimestampSigner:
    return TimestampSigner(current_app.config["SETTINGS"].secret_key, salt="correction-form")


def _is_ours(token: str) -> bool:
    try:
        _signer().unsign(token)
    except BadSignature:
        return False
    return True


def _opened_long_enough_ago(token: str) -> bool:
    try:
        _, opened = _signer().unsign(token, return_timestamp=True)
    except BadSignature:
        return False
    return (now() - opened).total_seconds() >= QUICKEST_SECONDS


@blueprint.get("/gi/corrections/<receipt>")
@limiter.limit("60/hour")
def follow(receipt: str) -> Response:
    """What became of a request; only whoever holds the receipt comes here."""
    correction = get_by_receipt(receipt)
    page = render_template(
        "catalogue/correction_state.html",
        correction=correction,
        state=CorrectionState(correction.state),
        part=PARTS[correction.field],
        receipt=receipt_text(correction.receipt),
        about=_about(correction, _names([correction])),
        sent=request.args.get("sent"),
    )
    return keep_nowhere(make_response(page))


@office.get("/office/corrections")
def show_list() -> str:
    state = request.args.get("state", "")
    state = state if state in list(CorrectionState) else ""
    number = whole_number(request.args.get("page", ""), "page", 1, 10**6, 1)
    found = page_of(corrections_in(me(), state), number, PER_PAGE)
    names = _names(found.items)
    items = [_row(correction, names) for correction in found.items]
    return render_template(
        "catalogue/corrections.html",
        page=Page(items, found.total, found.number, found.per_page),
        state=state,
        states=list(CorrectionState),
    )


@office.route("/office/corrections/<int:number>", methods=["GET", "POST"])
def answer(number: int) -> Response | tuple[str, int]:
    correction = get_for(me(), number)
    mine = may_answer(me().role, me().region, correction.region)
    form = AnswerForm()
    if form.validate_on_submit():
        with transaction():
            answer_correction(
                me(),
                get_for(me(), number),
                form.outcome.data == "accepted",
                form.answer.data,
                whole_number(form.version.data or "", "version", 1, 10**9, 0),
                now(),
            )
        return redirect(url_for("corrections_office.answer", number=number), 303)
    if not form.version.data:
        form.version.data = correction.version
    page = render_template(
        "catalogue/correction_answer.html",
        row=_row(correction, _names([correction])),
        correction=correction,
        form=form,
        mine=mine,
    )
    return page, 400 if form.errors else 200


def _row(correction: Correction, names: dict[str, Text]) -> dict[str, object]:
    return {
        "number": correction.id,
        "about": _about(correction, names),
        "kind": say_kind(correction.subject),
        "part": PARTS[correction.field],
        "state": CorrectionState(correction.state),
        "received": correction.received_at,
        "message": correction.message,
        "url": url_for("corrections_office.answer", number=correction.id),
    }


def _about(correction: Correction, names: dict[str, Text]) -> dict[str, object]:
    """What a request is about: its name and its page."""
    if correction.subject == MISSING:
        return {
            "name": Text("目录里缺少的", "missing from the catalogue"),
            "url": url_for("catalogue.show_list"),
        }
    return {"name": names[correction.subject], "url": address_of(correction.subject)}


def _names(corrections: list[Correction]) -> dict[str, Text]:
    return say_subjects(one.subject for one in corrections if one.subject != MISSING)
