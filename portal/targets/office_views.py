"""/office/targets: actual values with their source, stages of projects, new stations, by proposal."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from portal.accounts.rules import Role, scope_covers
from portal.accounts.visitor_views import keep_nowhere, me
from portal.brands.office_drafts import (
    ensure_keeper,
    fields_on_desk,
    keep_in_draft,
    read_sourced,
    sourced_form,
)
from portal.brands.office_proposing_views import Edit, Facts, put_in_draft, to_proposal
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.lib.problems import NotAllowed, NotFound, RuleBroken, all_at_once
from portal.lib.text import Text
from portal.proposals.actions import check_may_keep
from portal.proposals.office_blueprint_views import taken
from portal.proposals.office_places import place_shown, place_typed
from portal.proposals.queries import find_draft
from portal.proposals.rules import KEEPERS
from portal.proposals.sections import Part
from portal.regions.models import Region
from portal.regions.queries import find_region
from portal.targets import keeper  # noqa: F401 - proposals learn how these are checked and stored
from portal.targets.actions import as_entry_fields, facts_of_entry_fields, with_actual
from portal.targets.office_parts import CONTACT, NEW_PROGRAMME, PROOF, STAGE, actual_in
from portal.targets.present import rows_of, text_of, word
from portal.targets.queries import (
    conflicts_by_id,
    find_programme,
    indicators_in_scope,
    programmes_in_scope,
)
from portal.targets.summaries import sent_by
from portal.targets.zones import Around, ProgrammeRow, programme_rows

blueprint = Blueprint("targets_office", __name__, url_prefix="/office/targets")

ENTERS_VALUES = frozenset({Role.CITY, Role.PROVINCE})


blueprint.after_request(keep_nowhere)


@blueprint.get("")
def show_list() -> str:
    region = me().region
    indicators = indicators_in_scope(region) if region else []
    conflicts = conflicts_by_id(key for one in indicators for key in one.facts.get("conflicts", []))
    programmes = programme_rows(programmes_in_scope(region) if region else [])
    return render_template(
        "targets_office/list.html",
        rows=rows_of(indicators, today(), conflicts, None),
        programmes=programmes,
        sent=sent_by([row.key for row in programmes if row.owes_summary], today()),
        today=today(),
        may_enter=me().role in ENTERS_VALUES,
        may_change=me().role in KEEPERS,
    )


# ---- actual values


@blueprint.route("/<key>", methods=["GET", "POST"])
def enter_actual(key: str) -> ResponseReturnValue:
    subject = f"indicator:{key}"
    facts = facts_of_entry_fields(fields_on_desk(me(), subject))
    if me().role not in ENTERS_VALUES:
        raise NotAllowed(
            Text("实际数由市级和省级官员登载", "Actual values are entered by the city and the province")
        )

    def change(before: Facts, value: dict[str, object]) -> dict[str, object]:
        said = ("on", "value", "note", "sources", "support")
        actual = {name: value[name] for name in said if value.get(name)}
        after = with_actual(facts_of_entry_fields(before), actual, today())
        return as_entry_fields(after)

    heading = Text("登载实际数", "Enter an actual value")
    parts = actual_in(word("units", facts.get("unit")))
    return _form_page(subject, heading, text_of(facts["name"]), parts, facts, change)


# ---- zones, projects, stations


@blueprint.route("/programmes/<key>", methods=["GET", "POST"])
def enter_stage(key: str) -> ResponseReturnValue:
    return _programme_form(key, Text("登载阶段", "State a stage"), STAGE, _with_stage)


@blueprint.route("/programmes/<key>/contact", methods=["GET", "POST"])
def enter_contact(key: str) -> ResponseReturnValue:
    def change(before: Facts, value: dict[str, object]) -> dict[str, object]:
        return {**before, "contact": value["contact"], "contact_sources": value["sources"]}

    return _programme_form(key, Text("登载联系方式", "State the contact"), CONTACT, change)


@blueprint.route("/programmes/<key>/proof", methods=["GET", "POST"])
def enter_proof(key: str) -> ResponseReturnValue:
    """A document behind a condition of the national rule: for policy, an event, or that none was found."""

    def change(before: Facts, value: dict[str, object]) -> dict[str, object]:
        said = ("kind", "date", "number", "note", "sources", "support")
        proof = {name: value[name] for name in said if value.get(name)}
        proofs = list(before.get("proofs", []))
        return {**before, "proofs": proofs if proof in proofs else [*proofs, proof]}

    heading = Text("登载条件的证明", "State proof of a condition")
    return _programme_form(key, heading, PROOF, change, with_proofs=True)


@blueprint.post("/programmes/<key>/proof/<int:n>/take-back")
def take_back_proof(key: str, n: int) -> Response:
    """What was stated in error leaves the facts by the same way; the entry that stated it stays."""
    subject = f"programme:{key}"
    ensure_keeper(me())
    with transaction():
        before = fields_on_desk(me(), subject)
        proofs = list(before.get("proofs", []))
        if n >= len(proofs):
            raise NotFound(Text("没有这一条", "There is no such line"))
        after = {**before, "proofs": [one for place, one in enumerate(proofs) if place != n]}
        draft = keep_in_draft(me(), subject, before, after, {}, now())
        db.session.flush()
        number = draft.id
    return to_proposal(number)


def _programme_form(
    key: str, heading: Text, parts: tuple[Part, ...], change: Edit, with_proofs: bool = False
) -> ResponseReturnValue:
    subject = f"programme:{key}"
    facts = fields_on_desk(me(), subject)
    ensure_keeper(me())
    proofs = ProgrammeRow(key, facts, Around([facts])).proofs if with_proofs else []
    return _form_page(subject, heading, text_of(facts["name"]), parts, facts, change, key=key, proofs=proofs)


def _with_stage(before: Facts, value: dict[str, object]) -> dict[str, object]:
    stage = {
        name: value[name]
        for name in ("stage", "date", "number", "due", "note", "sources", "support")
        if value.get(name)
    }
    stages = list(before.get("stages", []))
    return {**before, "stages": stages if stage in stages else [*stages, stage]}


@blueprint.route("/programmes/new", methods=["GET", "POST"])
def new_programme() -> ResponseReturnValue:
    ensure_keeper(me())
    here = find_region(me().region or "")
    form = sourced_form(NEW_PROGRAMME, {"place": place_shown(here)}, None)
    if form.is_submitted() and (number := taken(form, lambda: _draft_programme(form))):
        return to_proposal(number)
    return _page(form, Text("新的站点或项目", "A new station or project"), None, NEW_PROGRAMME)


ELSEWHERE = Text("不在您的地区内，请写本地区的地方", "Not in your region; name a place within it")


def _draft_programme(form: FlaskForm) -> int:
    """The number of a draft of something the register does not have; its key is a kind, a place, a number."""
    (value, documents), region = all_at_once(
        lambda: read_sourced(form, NEW_PROGRAMME, "programme:new", None),
        lambda: _place_within(form.place.data or ""),
    )
    check_may_keep(me(), (region.adcode,))
    facts = {
        "kind": value["kind"],
        "name": value["name"],
        "places": [{"code": region.adcode, "name": region.name_zh}],
    }
    subject = f"programme:{_free_key(str(value['kind']), region.adcode)}"
    draft = keep_in_draft(me(), subject, {}, _with_stage(facts, value), documents, now())
    db.session.flush()
    return draft.id


def _place_within(typed: str) -> Region:
    region = place_typed("place", typed, me().region)
    if not scope_covers(me().region, region.adcode):
        raise RuleBroken(ELSEWHERE, {"place": ELSEWHERE})
    return region


def _free_key(kind: str, adcode: str) -> str:
    base, number = f"{kind.replace('_', '-')}-{adcode}", 1
    while find_programme(f"{base}-{number}") or find_draft(me(), f"programme:{base}-{number}"):
        number += 1
    return f"{base}-{number}"


# ---- what the forms share


def _form_page(
    subject: str,
    heading: Text,
    name: Text,
    parts: tuple[Part, ...],
    facts: Facts,
    change: Edit,
    **shown: object,
) -> ResponseReturnValue:
    form = sourced_form(parts, facts, find_draft(me(), subject))
    if form.is_submitted():
        number = taken(form, lambda: put_in_draft(subject, form, parts, change))
        if number:
            return to_proposal(number)
    return _page(form, heading, name, parts, **shown)


def _page(
    form: FlaskForm, heading: Text, name: Text | None, parts: tuple[Part, ...], **shown: object
) -> ResponseReturnValue:
    page = render_template(
        "targets_office/edit.html", form=form, heading=heading, name=name, parts=parts, **shown
    )
    return page, 400 if form.errors or form.form_errors else 200
