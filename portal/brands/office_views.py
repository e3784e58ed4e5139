"""/office/brands: the brands of an official's region; a brand begins, leaves or comes back by proposal."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from portal.accounts.visitor_views import me, tell
from portal.brands import keeper, office_edit_views  # noqa: F401 - proposals and pages learn of brands
from portal.brands.office_blueprint_views import blueprint, facts_on_desk, name_in
from portal.brands.office_drafts import draft_alone, draft_new_brand, ensure_keeper, fields_on_desk
from portal.brands.office_parts import NAME_FIELDS, NEW_BRAND, WITHDRAWAL
from portal.brands.queries import brands_in_scope, find_brand, indications_by_slug
from portal.brands.rules import (
    BrandStatus,
    MemberKind,
    Standing,
    known_and_missing,
)
from portal.catalogue.record_rules import slug_of
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.lib.problems import all_at_once
from portal.lib.text import Text
from portal.proposals.office_blueprint_views import taken
from portal.proposals.office_forms import form_class, read_parts
from portal.proposals.office_places import place_shown, places_typed
from portal.proposals.office_sources import offer_sources, read_sources
from portal.proposals.queries import find_draft, proposals_about
from portal.proposals.rules import KEEPERS
from portal.regions.queries import find_region

__all__ = ["blueprint"]


@blueprint.get("")
def show_list() -> str:
    brands = brands_in_scope(me().region) if me().region else []
    return render_template(
        "brands_office/list.html",
        rows=[(brand, known_and_missing(brand.facts)[1]) for brand in brands],
        statuses=BrandStatus.words(),
        tones=BrandStatus.tones(),
        may_change=me().role in KEEPERS,
    )


@blueprint.get("/<slug>")
def show_record(slug: str) -> str:
    facts = facts_on_desk(slug)
    draft = find_draft(me(), f"brand:{slug}")
    members = facts.get("members", [])
    return render_template(
        "brands_office/record.html",
        slug=slug,
        facts=facts,
        name=name_in(facts),
        status=BrandStatus(facts["status"]).text,
        tone=BrandStatus(facts["status"]).tone,
        members=members,
        gis=indications_by_slug(m["gi"] for m in members if m.get("gi")),
        kinds=MemberKind.words(),
        standings=Standing.words(),
        missing=known_and_missing(facts)[1],
        draft=draft if draft is not None and draft.payload["changes"] else None,
        waiting=proposals_about(f"brand:{slug}"),
        may_change=me().role in KEEPERS,
        brand=find_brand(slug),
    )


# ---- a brand that begins


@blueprint.route("/new", methods=["GET", "POST"])
def new_brand() -> ResponseReturnValue:
    ensure_keeper(me())
    form = form_class(NEW_BRAND, True)(
        data={"place": place_shown(find_region(me().region or "")), "support": ""}
    )
    offer_sources(form, {}, {})
    if form.is_submitted() and (slug := taken(form, lambda: _begin(form))):
        tell(BEGUN)
        return redirect(url_for(".show_record", slug=slug))
    page = render_template("brands_office/new.html", form=form, parts=NEW_BRAND)
    return page, 400 if form.errors or form.form_errors else 200


BEGUN = Text(
    "草稿已建立。请补上所有人、成员、使用规则等内容，再提出。",
    "The draft is made. Add owner, members, rules of use and the rest, then propose it.",
)


def _begin(form: FlaskForm) -> str:
    slug = form.slug.data or slug_of(form.pinyin.data or "")
    typed, found, (sources, documents) = all_at_once(
        lambda: read_parts(form, NEW_BRAND),
        lambda: places_typed("place", form.place.data or "", me().region),
        lambda: read_sources(form, slug, {}),
    )
    name = {part: typed.pop(part) for part in NAME_FIELDS}
    places = [{"code": one.adcode, "name": one.name_zh} for one in found]
    said = {field: value for field, value in typed.items() if value and field not in ("slug", "place")}
    facts = {**said, "name": name, "record": slug, "regions": {"places": places, **sources}}
    draft_new_brand(me(), slug, facts, documents, now())
    return slug


# ---- a brand that leaves the public lists, or comes back


@blueprint.route("/<slug>/withdraw", methods=["GET", "POST"])
def withdraw(slug: str) -> ResponseReturnValue:
    facts = facts_on_desk(slug)
    ensure_keeper(me())
    form = form_class(WITHDRAWAL)()
    if form.is_submitted() and (number := taken(form, lambda: _withdraw(form, slug))):
        return redirect(url_for("catalogue_office.show_proposal", number=number))
    page = render_template(
        "brands_office/withdraw.html", form=form, parts=WITHDRAWAL, slug=slug, name=name_in(facts)
    )
    return page, 400 if form.errors or form.form_errors else 200


def _withdraw(form: FlaskForm, slug: str) -> int:
    reason = read_parts(form, WITHDRAWAL)["reason"]
    return _draft_alone(slug, {"withdrawn_on": today().isoformat(), "withdrawal_reason": reason})


@blueprint.post("/<slug>/restore")
def restore(slug: str) -> ResponseReturnValue:
    with transaction():
        number = _draft_alone(slug, {"withdrawn_on": None})
    return redirect(url_for("catalogue_office.show_proposal", number=number))


def _draft_alone(slug: str, wanted: dict[str, object]) -> int:
    fields_on_desk(me(), f"brand:{slug}")
    draft = draft_alone(me(), slug, wanted, now())
    db.session.flush()
    return draft.id
