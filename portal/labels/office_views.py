"""/office/labels: deciding requests, confirming what was given back or destroyed, closing accounts."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import keep_nowhere, tell, version_seen
from portal.accounts.visitor_views import me as visitor
from portal.db import transaction
from portal.labels import actions, part_actions, present
from portal.labels.models import LabelRequest
from portal.labels.queries import (
    accounts_in,
    get_account_for,
    get_paper_for,
    get_part_for,
    get_request_for,
    get_set_for,
    papers_of,
    parts_of_set,
    parts_to_confirm,
    requests_in,
    scope_of,
    sets_of_account,
    years_with_accounts,
)
from portal.labels.room import room_of
from portal.labels.rules import KEEPERS, RequestState
from portal.labels.sums import balances_of
from portal.lib.clock import now, today
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.paging import page_of, whole_number
from portal.papers.sent_views import paper_answer
from portal.producers.queries import indications_with_roster

blueprint = Blueprint("labels_office", __name__, url_prefix="/office/labels")

PER_PAGE = 50


@blueprint.before_request
def _only_readers() -> None:
    scope_of(visitor())


blueprint.after_request(keep_nowhere)


def _page_number() -> int:
    return whole_number(request.args.get("page", ""), "page", 1, 100_000, 1)


@blueprint.get("")
def show_list() -> str:
    me, args = visitor(), request.args
    state = args.get("state", RequestState.ASKED.value)
    asked = state if state in set(RequestState) else ""
    return render_template(
        "labels/office_list.html",
        page=page_of(requests_in(me, asked, args.get("gi", "")), _page_number(), PER_PAGE),
        chosen_state=state,
        states=list(RequestState),
        gis=indications_with_roster(me.region),
        slug=args.get("gi", ""),
        to_confirm=page_of(parts_to_confirm(me), 1, 1).total,
        present=present,
    )


@blueprint.get("/requests/<number>")
def show_request(number: str) -> str:
    return _request_page(get_request_for(visitor(), number, today()), {})


def _request_page(one: LabelRequest, faults: dict[str, Text], refused: RuleBroken | None = None) -> str:
    return render_template(
        "labels/request.html",
        one=one,
        room=room_of(one.licence, one.year, today()),
        faults=faults,
        refused=refused,
        present=present,
        own=False,
        keeper=visitor().role in KEEPERS,
    )


@blueprint.post("/requests/<number>")
def decide(number: str) -> ResponseReturnValue:
    me, day = visitor(), today()
    try:
        with transaction():
            one = get_request_for(me, number, day)
            if request.form.get("step") == "refuse":
                actions.refuse_request(me, one, request.form.get("reason", ""), version_seen(), now())
            else:
                actions.grant_request(me, one, version_seen(), day, now())
    except RuleBroken as refused:
        return _request_page(get_request_for(me, number, day), refused.fields, refused), 400
    return redirect(url_for(".show_request", number=number), 303)


@blueprint.get("/confirm")
def show_to_confirm() -> str:
    page = page_of(parts_to_confirm(visitor()), _page_number(), PER_PAGE)
    return render_template(
        "labels/confirm.html",
        page=page,
        papers=papers_of(part.id for part in page.items),
        keeper=visitor().role in KEEPERS,
        present=present,
    )


@blueprint.post("/parts/<int:number>")
def confirm(number: int) -> ResponseReturnValue:
    with transaction():
        part = get_part_for(visitor(), number, today())
        if request.form.get("step") == "dispute":
            part_actions.dispute_end(visitor(), part, request.form.get("reason", ""), version_seen(), now())
        else:
            part_actions.confirm_end(visitor(), part, version_seen(), now())
    tell(Text("已办好", "Done"))
    return redirect(url_for(".show_to_confirm"), 303)


@blueprint.get("/accounts")
def show_accounts() -> str:
    years = years_with_accounts()
    newest = years[0] if years else today().year
    year = whole_number(request.args.get("year", ""), "year", 2020, today().year + 1, newest)
    slug = request.args.get("gi", "")
    page = page_of(accounts_in(visitor(), year, slug), _page_number(), PER_PAGE)
    return render_template(
        "labels/accounts.html",
        page=page,
        balances=balances_of(one.id for one in page.items),
        year=year,
        years=sorted({*years, today().year}, reverse=True),
        slug=slug,
        gis=indications_with_roster(visitor().region),
        keeper=visitor().role in KEEPERS,
        present=present,
    )


@blueprint.get("/accounts/<int:number>")
def show_account(number: int) -> str:
    ledger = get_account_for(visitor(), number)
    return render_template(
        "labels/account.html",
        ledger=ledger,
        balance=balances_of([ledger.id])[ledger.id],
        sets=sets_of_account(ledger.id),
        keeper=visitor().role in KEEPERS,
        present=present,
    )


@blueprint.post("/accounts/<int:number>/close")
def close(number: int) -> ResponseReturnValue:
    with transaction():
        ledger = get_account_for(visitor(), number)
        actions.close_account(visitor(), ledger, version_seen(), today(), now())
    tell(Text("这本账已结清", "The account is closed"))
    return redirect(url_for(".show_account", number=number), 303)


@blueprint.get("/sets/<int:number>")
def show_set(number: int) -> str:
    label_set = get_set_for(visitor(), number, today())
    parts = parts_of_set(number)
    return render_template(
        "labels/set.html",
        one=label_set,
        parts=parts,
        papers=papers_of(part.id for part in parts),
        present=present,
    )


@blueprint.get("/papers/<int:number>")
def send_paper(number: int) -> ResponseReturnValue:
    return paper_answer(get_paper_for(visitor(), number, today()))
