"""Proposals: what waits, what would change, and the steps a person may take."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import me, tell, version_seen
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.lib.problems import NotFound, Outdated, RuleBroken
from portal.lib.text import Text
from portal.paging import Page, page_of, whole_number
from portal.proposals.actions import (
    confirm,
    decline,
    draft_again,
    draft_undoing,
    propose,
    withdraw_proposal,
)
from portal.proposals.area_upload import division_names
from portal.proposals.fact_differences import differences
from portal.proposals.kinds import find_present, key_of, kind_of
from portal.proposals.models import Proposal
from portal.proposals.office_blueprint_views import blueprint, documents_of
from portal.proposals.queries import (
    find_draft,
    get_proposal_for,
    name_of,
    names_of,
    own_proposals,
    person_of,
    proposals_for,
    proposals_to_decide,
    weigh,
)
from portal.proposals.rules import (
    KEEPERS,
    Act,
    State,
    Step,
    may_keep,
)
from portal.regions.queries import region_line

PER_PAGE = 30
DECIDED = (State.CONFIRMED, State.DECLINED, State.WITHDRAWN)
VIEWS = {
    "": Text("待我复核", "For me to decide"),
    "waiting": Text("全部待复核", "All that wait"),
    "mine": Text("我提出的", "Proposed by me"),
    "drafts": Text("我的草稿", "My drafts"),
    "decided": Text("已办结", "Decided"),
}


@blueprint.get("/proposals")
def show_proposals() -> str:
    view = request.args.get("view", "")
    if view not in VIEWS:
        raise NotFound(Text("没有这个列表", "There is no such list"))
    number = whole_number(request.args.get("page", ""), "page", 1, 10**6, 1)
    page = _drafts() if view == "drafts" else page_of(_listed(view), number, PER_PAGE)
    return render_template(
        "catalogue_office/proposals.html",
        page=page,
        view=view,
        views=VIEWS,
        names=names_of(page.items),
        name_of=name_of,
        acts=Act.words(),
        states=State.words(),
        tones=State.tones(),
    )


def _drafts() -> Page:
    """One draft a record and only what changes something: never so many that they need pages."""
    found = [one for one in db.session.scalars(own_proposals(me(), [State.DRAFT])) if one.payload["changes"]]
    return Page(found, len(found), 1, max(len(found), PER_PAGE))


def _listed(view: str) -> object:
    if view == "waiting":
        return proposals_for(me(), [State.PROPOSED])
    if view == "mine":
        return own_proposals(me(), [State.PROPOSED, *DECIDED])
    if view == "decided":
        return proposals_for(me(), DECIDED)
    return proposals_to_decide(me())


@blueprint.get("/proposals/<int:number>")
def show_proposal(number: int) -> str:
    return _page(get_proposal_for(me(), number))


def _page(proposal: Proposal, problem: RuleBroken | Outdated | None = None, typed: str = "") -> str:
    weighed = weigh(proposal, me())
    payload = proposal.payload
    documents = documents_of(payload["changes"], _now_says(weighed)) | payload["documents"]
    outline = payload.get("outline") if "outline" in payload["changes"] else None
    return render_template(
        "catalogue_office/proposal.html",
        proposal=proposal,
        weighed=weighed,
        state=State(proposal.state),
        act=Act(proposal.step),
        differences=differences(payload["changes"], documents, tuple(weighed.overtaken), proposal.subject),
        meanwhile=differences(_now_says(weighed), documents, subject=proposal.subject),
        documents=payload["documents"],
        outline=outline,
        area_names=division_names(outline) if outline else {},
        names=names_of([proposal]),
        place=region_line(proposal.region),
        problem=problem,
        typed=typed,
        office_address=_office_address(proposal),
        acts=Act.words(),
        states=State.words(),
        tones=State.tones(),
        Step=Step,
        may_undo=_may_undo(proposal),
        own=proposal.proposed_by == me().id,
    )


def _now_says(weighed: object) -> dict[str, dict[str, object]]:
    """For each field that moved on: from what it said when this was drafted to what it says now."""
    fields = weighed.present.fields if weighed.present else {}
    changes = weighed.proposal.payload["changes"]
    return {name: {"from": changes[name]["from"], "to": fields.get(name)} for name in weighed.overtaken}


def _office_address(proposal: Proposal) -> str | None:
    """The record on the desk; a new one has a page only while its owner drafts it."""
    exists = find_present(proposal.subject) is not None
    drafted = find_draft(me(), proposal.subject) is not None
    return kind_of(proposal.subject).address + key_of(proposal.subject) if exists or drafted else None


def _may_undo(proposal: Proposal) -> bool:
    if proposal.state != State.CONFIRMED or proposal.step == Act.CREATE or me().role not in KEEPERS:
        return False
    present = find_present(proposal.subject)
    return present is not None and may_keep(person_of(me()), present.regions)


@blueprint.post("/proposals/<int:number>/propose")
def propose_draft(number: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "").strip()
    return _step(
        number,
        lambda proposal: propose(me(), proposal, reason, version_seen(), now()),
        Text("已提出，等待第二人复核。", "Proposed; a second person decides now."),
        reason,
    )


@blueprint.post("/proposals/<int:number>/confirm")
def confirm_proposal(number: int) -> ResponseReturnValue:
    return _step(
        number,
        lambda proposal: confirm(me(), proposal, version_seen(), now(), today()),
        Text(
            "已确认，登记簿已写入，公开页面已是新内容。",
            "Confirmed: the register has its entry and the public pages show it.",
        ),
    )


@blueprint.post("/proposals/<int:number>/decline")
def decline_proposal(number: int) -> ResponseReturnValue:
    answer = request.form.get("answer", "").strip()
    return _step(
        number,
        lambda proposal: decline(me(), proposal, answer, version_seen(), now()),
        Text("已答复不同意，提出人会收到通知。", "Declined; the proposer is told."),
        answer,
    )


@blueprint.post("/proposals/<int:number>/withdraw")
def withdraw(number: int) -> ResponseReturnValue:
    return _step(
        number,
        lambda proposal: withdraw_proposal(me(), proposal, version_seen(), now()),
        Text("已撤回，没有任何内容被登记。", "Taken back; nothing was registered."),
    )


def _step(number: int, work: object, done: Text, typed: str = "") -> ResponseReturnValue:
    """One step in one transaction; a refusal that the page can explain is shown on the page itself."""
    try:
        with transaction():
            work(get_proposal_for(me(), number))
    except (RuleBroken, Outdated) as problem:
        db.session.rollback()
        return _page(get_proposal_for(me(), number), problem, typed), problem.status
    tell(done)
    return redirect(url_for(".show_proposal", number=number))


@blueprint.post("/proposals/<int:number>/again")
def draft_it_again(number: int) -> ResponseReturnValue:
    """The same changes once more, on top of what stands now."""
    with transaction():
        draft = draft_again(me(), get_proposal_for(me(), number), now())
        db.session.flush()
        fresh = draft.id
    tell(
        Text(
            "已在现有内容上重新起草，请核对后提出。",
            "Drafted anew on top of what stands now; check it, then propose it.",
        )
    )
    return redirect(url_for(".show_proposal", number=fresh))


@blueprint.post("/proposals/<int:number>/undo")
def undo(number: int) -> ResponseReturnValue:
    """A counter-proposal with the former facts; it needs a second person like any other."""
    with transaction():
        draft = draft_undoing(me(), get_proposal_for(me(), number), now())
        db.session.flush()
        fresh = draft.id
    tell(
        Text(
            "已按原来的内容起草，请写明理由后提出。",
            "Drafted with the former facts; say why, then propose it.",
        )
    )
    return redirect(url_for(".show_proposal", number=fresh))
