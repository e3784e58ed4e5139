"""The label check: what a label shows is typed in, the rules answer; nothing is stored."""

from flask import Blueprint, render_template, request

from portal.catalogue.models import Indication
from portal.catalogue.queries import find_indication
from portal.catalogue.rules import KIND_NAMES, Kind
from portal.lib.clock import today
from portal.lib.text import Text
from portal.lib.uscc import read_uscc
from portal.verification.label_rules import (
    MARK_NAMES,
    OUTCOME_NAMES,
    TONES,
    Known,
    Label,
    Mark,
    check_label,
    stands,
)
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
    typed = {name: request.args.get(name, "").strip()[:200] for name in FIELDS}
    indication = find_indication(typed["gi"]) if typed["gi"] else None
    label = _label(typed) if indication else None
    findings = check_label(label, _known(indication, label)) if label else []
    return render_template(
        "verification/label.html",
        typed=typed,
        gis=gi_choices(),
        kinds=[(kind.value, KIND_NAMES[kind]) for kind in KINDS],
        marks=[(mark.value, name) for mark, name in MARK_NAMES.items()],
        findings=findings,
        standing=STANDING[stands(findings)] if findings else None,
        tone=TONES[stands(findings)] if findings else None,
        tones=TONES,
        outcomes=OUTCOME_NAMES,
        unknown_gi=bool(typed["gi"]) and indication is None,
        today=today(),
    )


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
