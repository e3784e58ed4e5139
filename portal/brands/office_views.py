"""/office/brands: the brands of an official's region, their members and rules of use, kept by proposal."""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm

from portal.accounts.models import Account
from portal.brands import keeper  # noqa: F401 - proposals learn how a brand is checked and stored
from portal.brands.actions import as_entry_fields, facts_of_entry_fields
from portal.brands.edits import find_member, with_member, with_use_rules, without_member
from portal.brands.office_drafts import (
    ensure_keeper,
    fields_on_desk,
    full_day,
    keep_in_draft,
    read_sourced,
    sourced_form,
)
from portal.brands.office_parts import ABOUT, LEAVING, MEMBER, OWNER, USE_RULES
from portal.brands.queries import brands_in_scope, gi_named, indications_by_slug
from portal.brands.rules import (
    BRAND_STATUS_NAMES,
    BRAND_STATUS_TONES,
    MEMBER_KIND_NAMES,
    STANDING_NAMES,
    MemberKind,
    Standing,
    known_and_missing,
)
from portal.catalogue.office_forms import filled, show_problem
from portal.catalogue.proposal_queries import find_draft, proposals_about
from portal.catalogue.proposal_rules import KEEPERS
from portal.catalogue.sections import Part
from portal.db import db, transaction
from portal.language import current_language
from portal.lib.clock import now
from portal.lib.problems import NotFound, Outdated, RuleBroken
from portal.lib.text import Text

blueprint = Blueprint("brands_office", __name__, url_prefix="/office/brands")

Facts = Mapping[str, object]
Edit = Callable[[Facts, dict[str, object]], dict[str, object]]


@blueprint.after_request
def _keep_nowhere(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def _me() -> Account:
    return current_user._get_current_object()


@blueprint.get("")
def show_list() -> str:
    brands = brands_in_scope(_me().region) if _me().region else []
    return render_template(
        "brands_office/list.html",
        rows=[(brand, known_and_missing(brand.facts)[1]) for brand in brands],
        statuses=BRAND_STATUS_NAMES,
        tones=BRAND_STATUS_TONES,
    )


@blueprint.get("/<slug>")
def show_record(slug: str) -> str:
    facts = _facts(slug)
    draft = find_draft(_me(), f"brand:{slug}")
    members = facts.get("members", [])
    return render_template(
        "brands_office/record.html",
        slug=slug,
        facts=facts,
        name=Text(facts["name"]["zh"], facts["name"]["en"]),
        status=BRAND_STATUS_NAMES[facts["status"]],
        tone=BRAND_STATUS_TONES[facts["status"]],
        members=members,
        gis=indications_by_slug(m["gi"] for m in members if m.get("gi")),
        kinds=MEMBER_KIND_NAMES,
        standings=STANDING_NAMES,
        missing=known_and_missing(facts)[1],
        draft=draft if draft is not None and draft.payload["changes"] else None,
        waiting=proposals_about(f"brand:{slug}"),
        may_change=_me().role in KEEPERS,
    )


def _facts(slug: str) -> dict[str, object]:
    return facts_of_entry_fields(fields_on_desk(_me(), f"brand:{slug}"))


# ---- the forms: each reads its parts and says what they make of the facts


def _about(facts: Facts, value: dict[str, object]) -> dict[str, object]:
    kept = {name: facts[name] for name in facts if name not in ("status", "summary", "aliases")}
    return {**kept, **{name: value[name] for name in ("status", "summary", "aliases") if value.get(name)}}


def _owner(facts: Facts, value: dict[str, object]) -> dict[str, object]:
    after = {name: facts[name] for name in facts if name not in ("owner", "trade_marks", "launched")}
    after |= {name: value[name] for name in ("owner", "trade_marks", "launched") if value.get(name)}
    return {**after, "owner_sources": value["sources"]}


def _joining(facts: Facts, value: dict[str, object]) -> dict[str, object]:
    kind = MemberKind(value["kind"])
    named = "gi" if kind is MemberKind.GI else "name"
    if not value.get(named):
        text = Text("请写明是谁", "Say who it is")
        raise RuleBroken(text, {named: text})
    if kind is MemberKind.GI:
        value = {**value, "gi": gi_named(str(value["gi"]))}
    member = {name: value[name] for name in ("kind", named, "enterprise_mark", "note") if value.get(name)}
    member |= {
        "standing": Standing.STATED.value,
        "from": full_day(value, "from"),
        "decision": {"text": value["decision"]},
        "sources": value["sources"],
        "support": value["support"],
    }
    return with_member(facts, member)


def _use_rules(facts: Facts, value: dict[str, object]) -> dict[str, object]:
    full_day(value, "from")
    return with_use_rules(facts, value)


FORMS: dict[str, tuple[Text, tuple[Part, ...], Edit]] = {
    "about": (Text("概况", "In short"), ABOUT, _about),
    "owner": (Text("所有人与商标", "Owner and trade marks"), OWNER, _owner),
    "member": (Text("增加成员", "Add a member"), MEMBER, _joining),
    "rules": (Text("登载使用规则", "State rules of use"), USE_RULES, _use_rules),
}


@blueprint.route("/<slug>/<any(about, owner, member, rules):part>", methods=["GET", "POST"])
def edit(slug: str, part: str) -> ResponseReturnValue:
    heading, parts, change = FORMS[part]
    facts = _facts(slug)
    ensure_keeper(_me())
    shown = filled(parts, facts) if part in ("about", "owner") else {}
    return _form_page(slug, heading, parts, facts, change, shown)


@blueprint.route("/<slug>/member/<key>/end", methods=["GET", "POST"])
def end(slug: str, key: str) -> ResponseReturnValue:
    facts = _facts(slug)
    ensure_keeper(_me())
    try:
        find_member(facts, key)
    except RuleBroken as problem:
        raise NotFound(problem.message) from None

    def leaving(before: Facts, value: dict[str, object]) -> dict[str, object]:
        decision = {"text": value["decision"], "sources": value["sources"]}
        return without_member(before, key, full_day(value, "ended"), decision)

    heading = Text("成员退出：{key}", "Member leaves: {key}").format(key=key)
    return _form_page(slug, heading, LEAVING, facts, leaving, {})


def _form_page(
    slug: str, heading: Text, parts: tuple[Part, ...], facts: Facts, change: Edit, shown: dict[str, object]
) -> ResponseReturnValue:
    draft = find_draft(_me(), f"brand:{slug}")
    form = sourced_form(parts, facts, draft, **shown)
    if form.validate_on_submit():
        try:
            with transaction():
                number = _keep(slug, form, parts, change)
        except (RuleBroken, Outdated) as problem:
            db.session.rollback()
            show_problem(form, problem)
        else:
            flash(KEPT.say(current_language()), "success")
            return redirect(url_for("catalogue_office.show_proposal", number=number))
    page = render_template(
        "brands_office/edit.html",
        form=form,
        parts=parts,
        heading=heading,
        name=Text(facts["name"]["zh"], facts["name"]["en"]),
        slug=slug,
    )
    return page, 400 if form.errors or form.form_errors else 200


KEPT = Text(
    "已存进草稿。请核对变更，写明理由后提出，由第二人确认。",
    "Kept in your draft. Check the change, give your reason and propose it to a second person.",
)


def _keep(slug: str, form: FlaskForm, parts: tuple[Part, ...], change: Edit) -> int:
    """The number of the draft that now holds the change."""
    subject = f"brand:{slug}"
    before = fields_on_desk(_me(), subject)
    value, documents = read_sourced(form, parts, subject, find_draft(_me(), subject))
    after = as_entry_fields(change(facts_of_entry_fields(before), value))
    draft = keep_in_draft(_me(), subject, before, after, documents, now())
    db.session.flush()
    return draft.id
