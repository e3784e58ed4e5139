"""/workbench/members/: large type and plain words for a co-operative that files for its households."""

from collections import Counter

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import keep_nowhere, me, only_producers, tell
from portal.authorisation import present, words
from portal.authorisation.answers import BY_NAME, questions_for, required_papers
from portal.authorisation.apply_choices import get_open_protection
from portal.authorisation.cooperative import (
    MOST_AT_ONCE,
    SAME_FOR_ALL,
    House,
    begin_for_all,
    give_paper_to_all,
    hand_in_for,
    households_of,
    houses_for,
    protections_of,
    said,
)
from portal.authorisation.rules import APPLICANT_PAPERS, TRACK_OF_KIND, Paper, Purpose
from portal.catalogue.models import Protection
from portal.catalogue.rules import Kind
from portal.db import transaction
from portal.lib.clock import now, today
from portal.lib.problems import Problem, RuleBroken
from portal.lib.text import Text
from portal.papers.files import ACCEPT
from portal.papers.sent_views import folder, papers_sent
from portal.regions.queries import regions_by_code

blueprint = Blueprint("cooperative", __name__, url_prefix="/workbench/members")
blueprint.after_request(keep_nowhere)


blueprint.before_request(only_producers)


@blueprint.get("/")
def show() -> str:
    """Without a GI: which of those that its households make; with one: the houses."""
    members = households_of(me(), today())
    choices = protections_of(members, today())
    wanted = request.args.get("gi", ""), request.args.get("key", "")
    if not all(wanted) and len(choices) == 1:
        wanted = choices[0].indication.slug, choices[0].key
    if not all(wanted) or not members:
        return render_template(
            "authorisation/cooperative_choose.html", members=members, choices=choices, words=words
        )
    return _page(get_open_protection(*wanted), {})


def _page(protection: Protection, faults: dict, message: Text | None = None) -> str:
    houses = houses_for(me(), protection, today())
    drafts = [one for one in houses if one.editable]
    return render_template(
        "authorisation/cooperative.html",
        protection=protection,
        track=words.TRACK_NAMES[TRACK_OF_KIND[Kind(protection.kind)]],
        gi=protection.indication,
        houses=houses,
        counts=_counted(houses),
        drafts=drafts,
        ready=[one for one in drafts if one.ready],
        shared=[BY_NAME[name] for name in SAME_FOR_ALL],
        typed=request.form.to_dict() if request.method == "POST" else _known(drafts),
        faults=faults,
        message=message,
        kinds=[(kind.value, words.PAPER_NAMES[kind]) for kind in APPLICANT_PAPERS],
        needed=required_papers(Purpose.NEW, TRACK_OF_KIND[Kind(protection.kind)]),
        accept=ACCEPT,
        places=regions_by_code(one.producer.adcode for one in houses),
        most=MOST_AT_ONCE,
        present=present,
        words=words,
        today=today(),
    )


def _counted(houses: list[House]) -> dict[str, int]:
    count = Counter(
        "licensed" if one.licence else "none" if one.application is None
        else "ready" if one.ready else "draft" if one.editable else "running"
        for one in houses
    )  # fmt: skip
    return {name: count[name] for name in ("none", "draft", "ready", "running", "licensed")}


def _known(drafts: list[House]) -> dict[str, str]:
    """What the first draft says, where all that say something say the same."""
    found: dict[str, str] = {}
    for name in SAME_FOR_ALL:
        values = {one.application.answers.get(name) for one in drafts} - {None, ""}
        if len(values) == 1:
            found[name] = values.pop()
    return found


def _asked() -> Protection:
    return get_open_protection(request.form.get("gi", ""), request.form.get("key", ""))


def _back(protection: Protection) -> ResponseReturnValue:
    return redirect(url_for(".show", gi=protection.indication.slug, key=protection.key), 303)


@blueprint.post("/begin")
def begin() -> ResponseReturnValue:
    with transaction():
        protection = _asked()
        opened, filled = begin_for_all(me(), protection, request.form, now())
    tell(
        Text(
            "开好 {n} 户的申请表，{filled} 户填入了大家一样的内容。",
            "Begun for {n} [n:household|households]; what is the same for all was put into {filled}.",
        ).format(n=opened, filled=filled)
    )
    return _back(_asked())


@blueprint.post("/papers")
def add_paper() -> ResponseReturnValue:
    try:
        papers = papers_sent("file")
        if not papers or request.form.get("kind") not in set(APPLICANT_PAPERS):
            fault = Text("请选择材料种类和文件", "Choose what it is and the file")
            raise RuleBroken(fault, {"file": fault})
        kind = Paper(request.form["kind"])
        with transaction():
            protection = _asked()
            given = [give_paper_to_all(me(), protection, kind, one, folder(), now()) for one in papers]
    except RuleBroken as refused:
        return _page(_asked(), refused.fields, refused.message), 400
    said = Text(
        "已附到 {n} 户的申请。", "Added to the [n:application|applications] of {n} [n:household|households]."
    )
    tell(said.format(n=max(given)))
    return _back(_asked())


@blueprint.post("/hand-in")
def hand_in() -> ResponseReturnValue:
    """House by house, each in its own transaction: what is missing in one does not hold up the others."""
    protection = _asked()
    if request.form.get("signed") != "y":
        fault = Text("请确认各户都已看过并签字", "Confirm that every household read and signed its form")
        return _page(protection, {"signed": fault}, fault), 400
    done, left = 0, []
    for number in request.form.getlist("house")[:MOST_AT_ONCE]:
        try:
            with transaction():
                hand_in_for(me(), number, _asked(), now())
            done += 1
        except Problem as problem:
            left.append(Text("{n}：{why}", "{n}: {why}").format(n=number, why=said(problem)))
    if done:
        tell(Text("已提交 {n} 户。", "Handed in for {n} [n:household|households].").format(n=done))
    for one in left:
        tell(one, "warning")
    return _back(_asked())


@blueprint.get("/forms")
def print_forms() -> str:
    """Every household's form on a page of its own, filled in as far as is known, with room to write."""
    protection = get_open_protection(request.args.get("gi", ""), request.args.get("key", ""))
    houses = [one for one in houses_for(me(), protection, today()) if not one.licence][:MOST_AT_ONCE]
    questions = questions_for(Purpose.NEW)
    return render_template(
        "authorisation/cooperative_forms.html",
        gi=protection.indication,
        protection=protection,
        track=words.TRACK_NAMES[TRACK_OF_KIND[Kind(protection.kind)]],
        forms=[(one, _on_paper(one, questions)) for one in houses],
        places=regions_by_code(one.producer.adcode for one in houses),
        today=today(),
    )


def _on_paper(house: House, questions: tuple) -> list[tuple[Text, object]]:
    if house.application is not None:
        return present.answers_in_words(house.application, private=True)
    return [(question.label, None) for question in questions]


@blueprint.post("/large-type")
def large_type() -> ResponseReturnValue:
    """Large type on every page of applying, until it is turned off again."""
    if request.form.get("on") == "y":
        session["large_type"] = True
    else:
        session.pop("large_type", None)
    back = request.form.get("back", "")
    ours = back.startswith("/workbench/") and "\\" not in back and "//" not in back
    return redirect(back if ours else url_for(".show"), 303)
