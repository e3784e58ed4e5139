"""A record that begins, leaves the public lists, or comes back: each by proposal."""

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import me, tell
from portal.catalogue.actions import confirm_checked
from portal.catalogue.queries import get_indication
from portal.catalogue.record_rules import slug_of
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.lib.problems import NotAllowed, all_at_once
from portal.lib.text import Text
from portal.proposals.office_blueprint_views import blueprint, ensure_may_change, taken
from portal.proposals.office_forms import form_class, read_parts
from portal.proposals.office_places import OFFERED_BY, place_shown, place_typed
from portal.proposals.office_sources import offer_sources, read_sources
from portal.proposals.queries import person_of
from portal.proposals.record_edits import (
    draft_new_record,
    draft_restoration,
    draft_withdrawal,
    get_dossier,
)
from portal.proposals.rules import may_keep
from portal.proposals.sections import BY_KEY, Part
from portal.regions.queries import find_region

NEW_PARTS = (
    *BY_KEY["name"].parts,
    Part(
        "slug",
        Text("地址", "Address"),
        longest=80,
        hint=Text(
            "留空则由拼音得出，如 zhongning-gouqi",
            "Left empty it comes from the pinyin, such as zhongning-gouqi",
        ),
    ),
    *(part for part in BY_KEY["about"].parts if part.name not in ("aliases", "support")),
    Part(
        "place",
        Text("所在地", "Where it is"),
        required=True,
        longest=80,
        hint=Text("写名称或代码；更多区划可在草稿中增加", "A name or a code; more can be added in the draft"),
        offered_by=OFFERED_BY,
    ),
)
NAME_FIELDS = ("zh", "en", "pinyin", "initials")


@blueprint.route("/new", methods=["GET", "POST"])
def new_record() -> ResponseReturnValue:
    if not may_keep(person_of(me()), [me().region or ""]):
        raise NotAllowed(Text("您的身份不能新建记录", "Your role cannot begin a record"))
    form = form_class(NEW_PARTS, True)(
        data={"place": place_shown(find_region(me().region or "")), "support": ""}
    )
    offer_sources(form, {}, {})
    if form.is_submitted() and (slug := taken(form, lambda: _begin(form))):
        tell(BEGUN)
        return redirect(url_for(".show_record", slug=slug))
    page = render_template("catalogue_office/new.html", form=form, parts=NEW_PARTS)
    return page, 400 if form.errors else 200


BEGUN = Text(
    "草稿已建立。请补上保护、产地等内容，再提出。",
    "The draft is made. Add protections, area and the rest, then propose it.",
)


def _begin(form: object) -> str:
    slug = form.slug.data or slug_of(form.pinyin.data or "")
    typed, region, (sources, documents) = all_at_once(
        lambda: read_parts(form, NEW_PARTS),
        lambda: place_typed("place", form.place.data or "", me().region),
        lambda: read_sources(form, slug, {}),
    )
    name = {part: typed.pop(part) for part in NAME_FIELDS}
    said = {field: value for field, value in typed.items() if field not in ("slug", "place")}
    places = [{"code": region.adcode, "name": region.name_zh}]
    facts = {**said, "name": name, "support": "medium", "regions": {"places": places, **sources}}
    draft_new_record(me(), slug, facts, documents, now())
    return slug


WITHDRAWAL_PARTS = (
    Part(
        "reason", Text("撤下的理由（公开）", "Reason, which is public"), "words", True, rows=4, longest=1200
    ),
)


@blueprint.route("/<slug>/withdraw", methods=["GET", "POST"])
def withdraw_record(slug: str) -> ResponseReturnValue:
    dossier = get_dossier(me(), slug)
    ensure_may_change(dossier)
    form = form_class(WITHDRAWAL_PARTS)()
    if form.is_submitted() and (number := taken(form, lambda: _withdraw(form, slug))):
        return redirect(url_for(".show_proposal", number=number))
    page = render_template(
        "catalogue_office/withdraw.html", form=form, parts=WITHDRAWAL_PARTS, dossier=dossier
    )
    return page, 400 if form.errors else 200


def _withdraw(form: object, slug: str) -> int:
    draft = draft_withdrawal(me(), slug, read_parts(form, WITHDRAWAL_PARTS)["reason"], now(), today())
    db.session.flush()
    return draft.id


@blueprint.post("/<slug>/checked")
def confirm_record(slug: str) -> Response:
    """The record was held against its documents again and nothing had to change."""
    with transaction():
        ensure_may_change(get_dossier(me(), slug))
        new = confirm_checked(me().as_actor(), get_indication(slug), today())
    if new:
        tell(Text("已记下：今天核对过，没有要改的。", "Noted: checked today, nothing to change."))
    else:
        tell(Text("今天已经核对过了。", "It was checked today already."), "info")
    return redirect(url_for(".show_record", slug=slug))


@blueprint.post("/<slug>/restore")
def restore_record(slug: str) -> ResponseReturnValue:
    with transaction():
        ensure_may_change(get_dossier(me(), slug))
        draft = draft_restoration(me(), slug, now())
        db.session.flush()
        number = draft.id
    return redirect(url_for(".show_proposal", number=number))
