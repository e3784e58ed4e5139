"""The producing area and the regions of a record, and outlines that come as files."""

from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from portal.accounts.visitor_views import me, tell
from portal.db import transaction
from portal.lib.clock import NOT_A_DAY, now, today
from portal.lib.problems import all_at_once
from portal.lib.text import Text
from portal.proposals.area_upload import ACCEPTED, ENCODINGS, Upload, division_names, read_upload
from portal.proposals.fact_words import AREA_KINDS
from portal.proposals.office_blueprint_views import IN_DRAFT, blueprint, ensure_may_change, taken
from portal.proposals.office_forms import filled, form_class, read_parts
from portal.proposals.office_sources import offer_sources, read_sources
from portal.proposals.record_area import Move, change_area, change_regions, unit_texts, units_of
from portal.proposals.record_edits import Dossier, edit_draft, get_dossier, state_seen
from portal.proposals.record_outline import drop_upload, keep_upload, state_outline
from portal.proposals.sections import AREA_PARTS, Part
from portal.regions.models import Region
from portal.regions.naming import place_names
from portal.regions.queries import children_of, region_line, regions_by_code, search_regions
from portal.regions.rules import NATION, Level

MOVE_PARTS = (
    Part(
        "moved_on",
        Text("变动日期", "Date of the change"),
        "day",
        hint=Text("知道多少写多少；不知道就留空", "As much as is known; empty if it is not"),
    ),
    Part("moved_note", Text("变动的说明", "Words about the change"), "words", rows=3, longest=1200),
)
ALL_AREA_PARTS = (*AREA_PARTS, *MOVE_PARTS)
MOST_MATCHES = 30


@blueprint.route("/<slug>/area", methods=["GET", "POST"])
def edit_area(slug: str) -> ResponseReturnValue:
    dossier = get_dossier(me(), slug)
    ensure_may_change(dossier)
    area, units = dossier.facts.get("area"), units_of(dossier.facts)
    form = form_class(ALL_AREA_PARTS, True)(
        data={
            **filled(AREA_PARTS, area),
            "seen": state_seen(area),
            "sources": (area or {}).get("sources", []),
        }
    )
    offer_sources(form, dossier.facts, dossier.new_documents)
    chooser = Chooser(request.form, dossier)
    filled_in = request.method == "POST" and not chooser.is_looking
    if filled_in and taken(form, lambda: _enter_area(form, slug, chooser), "area."):
        tell(IN_DRAFT)
        return redirect(url_for(".show_record", slug=slug, _anchor="area"))
    page = render_template(
        "catalogue_office/area.html",
        form=form,
        dossier=dossier,
        parts=AREA_PARTS,
        move_parts=MOVE_PARTS,
        chooser=chooser,
        units=list(zip(unit_texts(units), units, strict=True)),
        history=(area or {}).get("history", []),
        kinds=AREA_KINDS,
        levels=Level.words(),
        moved=request.form.get("moved", ""),
    )
    return page, 400 if form.errors else 200


class Chooser:
    """Looking for divisions inside a form: found by name, pinyin or code, or by going down the tree.

    Looking sends the whole form and stores nothing, so that nothing typed is lost without scripts either.
    """

    def __init__(self, typed: MultiDict, dossier: Dossier):
        self.is_looking = "look" in typed or "within" in typed
        self.asked = typed.get("division", "").strip()
        self.home = me().region
        self.within = typed.get("within") or (typed.get("shown_within") if "look" not in typed else "") or ""
        self.leaving = {int(at) for at in typed.getlist("leave") if at.isascii() and at.isdecimal()}
        chosen = regions_by_code(typed.getlist("join"))
        self.joining = [chosen[code] for code in sorted(chosen)]
        self.line = region_line(self.within) if self.within else []
        self.found = self._look(dossier)

    def _look(self, dossier: Dossier) -> list[Region]:
        taken = {region.adcode for region in self.joining}
        if self.within:
            found = children_of(None if self.within == NATION else self.within)
        elif self.asked:
            found = search_regions(self.asked, limit=MOST_MATCHES)
        else:
            found = []
        return [region for region in found if region.adcode not in taken]


def _enter_area(form: object, slug: str, chooser: Chooser) -> None:
    waiting = get_dossier(me(), slug).new_documents
    value, moved, (sources, documents) = all_at_once(
        lambda: read_parts(form, AREA_PARTS),
        lambda: read_parts(form, MOVE_PARTS),
        lambda: read_sources(form, slug, waiting),
    )
    move = None
    if request.form.get("moved") == "yes":
        said = (moved.get("moved_on"), moved.get("moved_note"))
        move = Move(*said, sources["sources"], sources["support"])
    change = change_area({**value, **sources}, chooser.joining, chooser.leaving, move, form.seen.data or "")
    edit_draft(me(), slug, change, now(), documents)


@blueprint.route("/<slug>/regions", methods=["GET", "POST"])
def edit_regions(slug: str) -> ResponseReturnValue:
    dossier = get_dossier(me(), slug)
    ensure_may_change(dossier)
    regions = dossier.facts.get("regions") or {}
    form = form_class((), True)(
        data={"seen": state_seen(regions or None), "sources": regions.get("sources", [])}
    )
    offer_sources(form, dossier.facts, dossier.new_documents)
    chooser = Chooser(request.form, dossier)
    filled_in = request.method == "POST" and not chooser.is_looking and form.validate()
    if filled_in and taken(form, lambda: _enter_regions(form, slug, chooser), "regions."):
        tell(IN_DRAFT)
        return redirect(url_for(".show_record", slug=slug, _anchor="regions"))
    page = render_template(
        "catalogue_office/regions.html",
        form=form,
        dossier=dossier,
        chooser=chooser,
        levels=Level.words(),
        places=regions.get("places", []),
        names=place_names(place["code"] for place in regions.get("places", [])),
    )
    return page, 400 if form.errors else 200


def _enter_regions(form: object, slug: str, chooser: Chooser) -> None:
    waiting = get_dossier(me(), slug).new_documents
    sources, documents = read_sources(form, slug, waiting)
    change = change_regions(chooser.joining, chooser.leaving, sources, form.seen.data or "")
    edit_draft(me(), slug, change, now(), documents)


# ---- outlines


@blueprint.route("/<slug>/outline", methods=["GET", "POST"])
def upload_outline(slug: str) -> ResponseReturnValue:
    dossier = get_dossier(me(), slug)
    ensure_may_change(dossier)
    form = form_class((), True)(data={"sources": []})
    offer_sources(form, dossier.facts, dossier.new_documents)
    since, encoding = request.form.get("since", today().isoformat()), request.form.get("encoding", "")
    faults: dict[str, Text] = {}
    upload: Upload | None = None
    if request.method == "POST":
        upload = _read_file(dossier, encoding, faults)
        day = _whole_day(since, faults)
        if upload is not None and upload.is_usable:
            with transaction():
                keep_upload(me(), slug, upload, now())
        if taken(form, lambda: _state(form, slug, None if faults else day)):
            return redirect(url_for(".upload_outline", slug=slug))
        dossier = get_dossier(me(), slug)
    page = render_template(
        "catalogue_office/outline.html",
        form=form,
        dossier=dossier,
        encodings=ENCODINGS,
        encoding=encoding,
        since=since,
        accepted=ACCEPTED,
        faults=faults,
        findings=upload.findings if upload and not upload.is_usable else (),
        kept=_kept(dossier),
        change=dossier.changes.get("outline"),
        names=division_names(_kept(dossier) or {}),
    )
    return page, 400 if form.errors or faults else 200


def _kept(dossier: Dossier) -> dict[str, object] | None:
    """What was read from a file and lies in the draft, stated or not."""
    return dossier.draft.payload.get("outline") if dossier.draft else None


def _read_file(dossier: Dossier, encoding: str, faults: dict[str, Text]) -> Upload | None:
    """The file that was sent; one that was read before and lies in the draft need not be sent again."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        if _kept(dossier) is None:
            faults["file"] = Text("请选择文件", "Choose a file")
        return None
    if encoding not in {value for value, _ in ENCODINGS}:
        faults["encoding"] = Text("请从列表中选择", "Choose from the list")
        return None
    codes = [unit.get("code") for unit in units_of(dossier.facts)]
    upload = read_upload(sent.stream.read(), encoding, codes)
    if not upload.is_usable:
        faults["file"] = UNUSABLE
    return upload


UNUSABLE = Text(
    "这个文件不能用，原因见下；您填写的其他内容都还在",
    "This file cannot be used, for the reasons below. All else you typed is kept",
)


def _whole_day(typed: str, faults: dict[str, Text]) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        faults["since"] = NOT_A_DAY
        return None


def _state(form: object, slug: str, since: date | None) -> bool:
    """Put the outline that was read into the changes of the draft, with its sources. Where file or day
    is wrong (no `since`), only the sources are read, so that all faults are said together."""
    waiting = get_dossier(me(), slug).new_documents
    sources, documents = read_sources(form, slug, waiting)
    if since is not None:
        state_outline(me(), slug, since, sources, documents, now())
    return since is not None


@blueprint.post("/<slug>/outline/leave-out")
def leave_outline_out(slug: str) -> ResponseReturnValue:
    """Take a new outline out of the draft again; what the register holds is not touched."""
    with transaction():
        dossier = get_dossier(me(), slug)
        ensure_may_change(dossier)
        if dossier.draft is not None:
            drop_upload(dossier.draft, now())
    tell(Text("界线已从草稿中去掉。", "The outline was taken out of your draft."))
    return redirect(url_for(".upload_outline", slug=slug))
