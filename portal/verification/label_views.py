"""The label check: what a label shows is typed in or photographed, the rules answer; nothing is stored."""

from collections.abc import Mapping

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from portal.catalogue.models import Indication
from portal.catalogue.queries import find_indication
from portal.catalogue.rules import Kind
from portal.lib.clock import today
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.lib.uscc import read_uscc
from portal.limits import limiter
from portal.verification.label_photo import Photo, carried_photo, take_photo
from portal.verification.label_rules import (
    Known,
    Label,
    Mark,
    Outcome,
    check_label,
    stands,
)
from portal.verification.label_words import find_code, find_gi, find_number, shows_mark
from portal.verification.many import Told, told_of
from portal.verification.queries import answer_by_code
from portal.verification.rules import Answer
from portal.verification.views import gi_choices

blueprint = Blueprint("verification_label", __name__)

KINDS = (Kind.GI_PRODUCT, Kind.CERTIFICATION_MARK, Kind.COLLECTIVE_MARK)
FIELDS = ("gi", "kind", "mark", "uscc", "name", "number", "trade_mark")
STANDING = {
    "ok": Text("标签内容齐全，与登记一致", "The label has what the rules ask, and agrees with the register"),
    "check": Text("没有发现缺少，有几项需人工核对", "Nothing is missing; some points need a person"),
    "missing": Text("标签还缺少内容", "The label lacks something"),
    "wrong": Text("标签有不符的内容，不能这样用", "Something on the label is wrong; do not use it so"),
}


@blueprint.get("/verify/label")
def show() -> str:
    return _page(_typed(request.args))


@blueprint.post("/verify/label")
@limiter.limit("12 per minute")
def check() -> ResponseReturnValue:
    """The same check with a photograph beside it: one just taken is read and fills in what is still empty;
    one that was taken before comes along with the form."""
    typed, file = _typed(request.form), request.files.get("file")
    if not (file and file.filename):
        return _page(typed, carried_photo(request.form.get("picture", "")))
    try:
        photo = take_photo(file.filename, file.read(), current_app.config["SETTINGS"].data_dir)
    except RuleBroken as refused:
        return _page(typed, fault=refused.fields.get("file", refused.message)), 400
    return _page(_filled(typed, photo), photo, just_read=True)


def _typed(given: Mapping[str, str]) -> dict[str, str]:
    return {name: given.get(name, "").strip()[:200] for name in FIELDS}


def _filled(typed: dict[str, str], photo: Photo) -> dict[str, str]:
    """What the photograph says, where nothing was typed."""
    slug, name = find_gi(photo.lines, {slug: text.zh for slug, text in gi_choices()})
    marks = typed["kind"] in (Kind.CERTIFICATION_MARK, Kind.COLLECTIVE_MARK)
    read = {
        "gi": slug,
        "name": name,
        "uscc": find_code((*photo.codes, *photo.lines)),
        "number": find_number(photo.lines, marks),
        "mark": Mark.NEW.value if shows_mark(photo.lines) else Mark.NONE.value if photo.lines else "",
    }
    # The form always sends a mark; what was read is nearer to the label than what stood there by default.
    return typed | {k: v for k, v in read.items() if v and (k == "mark" or not typed[k])}


def _page(
    typed: dict[str, str], photo: Photo | None = None, fault: Text | None = None, just_read: bool = False
) -> str:
    indication = find_indication(typed["gi"]) if typed["gi"] else None
    # What was only just read off a photograph is looked at by a person before it is judged.
    label = _label(typed) if indication and not just_read else None
    findings = check_label(label, _known(indication, label)) if label else []
    return render_template(
        "verification/label.html",
        typed=typed,
        gis=gi_choices(),
        kinds=[(kind.value, kind.text) for kind in KINDS],
        marks=list(Mark.words().items()),
        findings=findings,
        standing=STANDING[stands(findings)] if findings else None,
        tone=stands(findings).tone if findings else None,
        tones=Outcome.tones(),
        outcomes=Outcome.words(),
        photo=photo,
        photo_fault=fault,
        just_read=just_read,
        numbers=_numbers(photo) if photo else {},
        unknown_gi=bool(typed["gi"]) and indication is None,
        today=today(),
    )


def _numbers(photo: Photo) -> dict[str, Told]:
    """What the register says of a number on the photograph; in a code it is read without a mistake."""
    return told_of(photo.codes, today()) or told_of(photo.lines, today())


def _label(typed: dict[str, str]) -> Label:
    kind = Kind(typed["kind"]) if typed["kind"] in set(KINDS) else Kind.GI_PRODUCT
    mark = Mark(typed["mark"]) if typed["mark"] in set(Mark) else Mark.NONE
    return Label(kind, mark, typed["uscc"], typed["name"], typed["number"], bool(typed["trade_mark"]))


def _known(indication: Indication, label: Label) -> Known:
    facts = indication.facts
    own = [one for one in facts.get("protections", []) if one.get("kind") == label.kind]
    if label.kind is Kind.GI_PRODUCT:
        said = [s.get("number") for s in facts.get("standards", [])] + [p.get("announcement") for p in own]
        said += [p.get("number") for p in own]
    else:
        said = [p.get("number") for p in own]
    return Known(indication.name_zh, frozenset(n for n in said if n), _licensed(indication.slug, label.uscc))


def _licensed(slug: str, uscc: str) -> bool | None:
    reading = read_uscc(uscc)
    if reading.error:
        return None
    return answer_by_code(reading.code, slug, today()).answer is Answer.AUTHORISED
