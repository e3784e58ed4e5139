"""The records an official keeps: the list, one record, and the forms of its sections."""

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import me, tell
from portal.catalogue.queries import find_indication, indications_in_scope
from portal.catalogue.record_rules import gaps, statuses_open_to
from portal.catalogue.rules import Kind, Status
from portal.db import db, transaction
from portal.lib.clock import now
from portal.lib.folding import folded
from portal.lib.problems import NotFound, Outdated, RuleBroken, all_at_once
from portal.lib.text import Text
from portal.paging import Page, whole_number
from portal.proposals import (  # noqa: F401 - their routes, and what they put on the desk
    office_area_views,
    office_document_views,
    office_new_views,
    trays,
    views,
)
from portal.proposals.office_blueprint_views import (
    IN_DRAFT,
    blueprint,
    documents_of,
    ensure_may_change,
    taken,
)
from portal.proposals.office_forms import filled, form_class, offered, read_parts, show_problem
from portal.proposals.office_sheet import sheet
from portal.proposals.office_sources import offer_sources, read_sources
from portal.proposals.queries import names_of
from portal.proposals.record_area import unit_texts, units_of
from portal.proposals.record_edits import (
    Dossier,
    convert,
    edit_draft,
    enter_section,
    get_dossier,
    remove_item,
    state_seen,
)
from portal.proposals.rules import KEEPERS, State
from portal.proposals.sections import BY_KEY, NOTE, Part, Section, value_in
from portal.regions.naming import place_names

__all__ = ["blueprint"]

PER_PAGE = 100


@blueprint.get("")
def show_list() -> str:
    asked, show = request.args.get("q", "").strip(), request.args.get("show", "")
    records = indications_in_scope(me().region) if me().region else []
    rows = [(one, gaps(one.facts)) for one in records]
    if asked:
        rows = [row for row in rows if folded(asked) in row[0].search_text]
    if show == "incomplete":
        rows = [row for row in rows if row[1] and not row[0].withdrawn_on]
    elif show == "withdrawn":
        rows = [row for row in rows if row[0].withdrawn_on]
    number = whole_number(request.args.get("page", ""), "page", 1, 10**6, 1)
    shown = rows[(number - 1) * PER_PAGE : number * PER_PAGE]
    return render_template(
        "catalogue_office/list.html",
        page=Page(shown, len(rows), number, PER_PAGE),
        total=len(records),
        asked=asked,
        show=show,
        may_change=me().role in KEEPERS,
        statuses=Status.words(),
    )


@blueprint.get("/<slug>")
def show_record(slug: str) -> str:
    dossier = get_dossier(me(), slug)
    documents = documents_of(dossier.fields) | dict(dossier.new_documents)
    stored = find_indication(slug)
    return render_template(
        "catalogue_office/record.html",
        checked_on=stored.checked_on if stored else None,
        dossier=dossier,
        facts=dossier.facts,
        sections=sheet(dossier, documents),
        gaps=gaps(dossier.facts),
        waiting=dossier.waiting,
        names=names_of(dossier.waiting),
        units=unit_texts(units_of(dossier.facts)),
        places=place_names(one["code"] for one in (dossier.facts.get("regions") or {}).get("places", [])),
        draft=dossier.draft if dossier.changes else None,
        State=State,
    )


# ---- one section, or one item of it


@blueprint.route("/<slug>/edit/<key>", methods=["GET", "POST"], endpoint="edit_section")
@blueprint.route("/<slug>/edit/<key>/<item>", methods=["GET", "POST"], endpoint="edit_item")
def edit_section(slug: str, key: str, item: str = "") -> ResponseReturnValue:
    section, number = _section_asked(key, item)
    dossier = get_dossier(me(), slug)
    ensure_may_change(dossier)
    value = _item_of(section, dossier, number)
    parts = _parts_for(section, value)
    form = form_class(parts, section.sourced)(data=_shown(section, parts, value))
    _offer(form, section, dossier, value)
    if form.is_submitted():
        try:
            with transaction():
                _enter(form, section, number, slug, parts)
        except (RuleBroken, Outdated) as problem:
            db.session.rollback()
            show_problem(form, problem, _prefix(section, dossier, number))
            if isinstance(problem, Outdated):
                form.seen.raw_data, form.seen.data = None, state_seen(value)
        else:
            tell(IN_DRAFT)
            return redirect(url_for(".show_record", slug=slug, _anchor=key))
    page = render_template(
        "catalogue_office/edit.html",
        form=form,
        section=section,
        parts=parts,
        dossier=dossier,
        number=number,
        value=value,
    )
    return page, 400 if form.errors else 200


def _section_asked(key: str, item: str) -> tuple[Section, int | None]:
    section = BY_KEY.get(key)
    fits = section is not None and section.many == bool(item)
    if not fits or not (item in ("", "new") or item.isascii() and item.isdecimal()):
        raise NotFound(Text("记录没有这一部分", "A record has no such part"))
    return section, int(item[:6]) if item.isdecimal() else None


def _item_of(section: Section, dossier: Dossier, number: int | None) -> dict[str, object] | None:
    items = dossier.facts.get(section.field, []) if section.many else []
    if number is not None and number >= len(items):
        raise NotFound(Text("这一条已经不在了", "This item is not there any more"))
    return value_in(section, dossier.facts, number)


def _parts_for(section: Section, value: dict[str, object] | None) -> tuple[Part, ...]:
    return tuple(part for part in section.parts if not (part.when_new_only and value is not None))


def _shown(section: Section, parts: tuple[Part, ...], value: dict[str, object] | None) -> dict[str, object]:
    sources = list((value or {}).get("sources", []))
    return {
        **filled(parts, value),
        "seen": state_seen(value),
        "sources": sources,
        "support": (value or {}).get("support", ""),
    }


def _offer(form: object, section: Section, dossier: Dossier, value: dict[str, object] | None) -> None:
    if section.sourced:
        offer_sources(form, dossier.facts, dossier.new_documents)
    if section.key == "protections":
        allowed = statuses_open_to((value or {}).get("status"))
        if value and value["status"] == "converted":
            allowed = [Status.CONVERTED]
        form.status.choices = offered((status.value, status.text) for status in allowed)


def _enter(form: object, section: Section, number: int | None, slug: str, parts: tuple[Part, ...]) -> None:
    waiting = get_dossier(me(), slug).new_documents if section.sourced else {}
    value, (sources, documents) = all_at_once(
        lambda: read_parts(form, parts),
        lambda: read_sources(form, slug, waiting) if section.sourced else ({}, {}),
    )
    change = enter_section(section, number, value | sources, form.seen.data or "")
    edit_draft(me(), slug, change, now(), documents)


def _prefix(section: Section, dossier: Dossier, number: int | None) -> str:
    """Where the checks of the facts would say that this item stands."""
    if not section.many:
        return f"{section.field}." if section.field else ""
    at = number if number is not None else len(dossier.facts.get(section.field, []))
    return f"{section.field}[{at}]."


@blueprint.post("/<slug>/edit/<key>/<item>/remove")
def remove_one(slug: str, key: str, item: str) -> Response:
    section, number = _section_asked(key, "" if item == "all" else item)
    seen = request.form.get("seen", "")
    with transaction():
        ensure_may_change(get_dossier(me(), slug))
        edit_draft(me(), slug, remove_item(section, number, seen), now())
    tell(Text("已在草稿中去掉。", "Taken out in your draft."))
    return redirect(url_for(".show_record", slug=slug, _anchor=key))


# ---- conversion

CONVERTED_PARTS = (
    *(
        part
        for part in BY_KEY["protections"].parts
        if part.name in ("number", "date", "holder", "announcement")
    ),
    Part(
        "note",
        Text("说明（写在原来的保护上）", "Note, kept with the former protection"),
        "words",
        rows=3,
        longest=1200,
    ),
)


@blueprint.route("/<slug>/protections/<int:number>/convert", methods=["GET", "POST"])
def convert_protection(slug: str, number: int) -> ResponseReturnValue:
    dossier = get_dossier(me(), slug)
    ensure_may_change(dossier)
    old = _item_of(BY_KEY["protections"], dossier, number)
    form = form_class(CONVERTED_PARTS, True)(data={"seen": state_seen(old)})
    offer_sources(form, dossier.facts, dossier.new_documents)
    products = [
        (one["key"], Text("已有的：{what}", "The one recorded: {what}").format(what=item_words(one)))
        for one in dossier.facts["protections"]
        if one["kind"] == Kind.GI_PRODUCT and one["key"] != old["key"]
    ]
    into, prefix = request.form.get("into", ""), f"protections[{len(dossier.facts['protections'])}]."
    if form.is_submitted() and taken(form, lambda: _convert(form, slug, number, into), prefix):
        tell(IN_DRAFT)
        return redirect(url_for(".show_record", slug=slug, _anchor="protections"))
    page = render_template(
        "catalogue_office/convert.html",
        form=form,
        dossier=dossier,
        old=old,
        products=products,
        parts=CONVERTED_PARTS,
        kinds=Kind.words(),
        note=NOTE,
        into=into,
    )
    return page, 400 if form.errors else 200


def item_words(protection: dict[str, object]) -> Text:
    """How a form tells one GI product from another: by number or date, where either is known."""
    known = protection.get("number") or protection.get("date")
    kind = Kind(protection["kind"]).text
    return Text(f"{kind.zh} {known}", f"{kind.en} {known}") if known else kind


def _convert(form: object, slug: str, number: int, into: str) -> None:
    waiting = get_dossier(me(), slug).new_documents
    value, (sources, documents) = all_at_once(
        lambda: read_parts(form, CONVERTED_PARTS), lambda: read_sources(form, slug, waiting)
    )
    note = value.pop("note", None)
    edit_draft(
        me(), slug, convert(number, {**value, **sources}, note, into, form.seen.data or ""), now(), documents
    )
