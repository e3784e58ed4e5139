"""A producer as officials keep it: its own data, its rosters, its members, who acts for it."""

from flask import Blueprint, Response, redirect, render_template, request, url_for

from portal.accounts.models import Account
from portal.accounts.visitor_views import keep_nowhere, me, tell, version_seen
from portal.db import db
from portal.fields import faults_of, show_faults
from portal.lib.clock import now, today
from portal.lib.problems import NotFound, RuleBroken, all_at_once, refuse
from portal.lib.text import Text
from portal.paging import page_of
from portal.producers import queries
from portal.producers.actions import amend_producer
from portal.producers.forms import AccountForm, MemberForm, ProducerForm
from portal.producers.history import history_for
from portal.producers.membership_actions import (
    add_member,
    end_membership,
    link_account_by_email,
    unlink_account,
)
from portal.producers.models import Producer
from portal.producers.office_shared_views import (
    asked_number,
    place_shown,
    producer_typed,
    storing,
)
from portal.producers.rules import MICRO, may_keep_rosters
from portal.regions.naming import place_names

blueprint = Blueprint("producers_office", __name__, url_prefix="/office/producers")
blueprint.after_request(keep_nowhere)

PER_PAGE = 50
ACCOUNTS_OFFERED = 8
NO_MEMBER = Text("您的地区没有这个代码或编号的生产者", "Your region has no producer with this code or number")


@blueprint.get("")
def show_list() -> str:
    typed = request.args.get("q", "").strip()[:100]
    page = page_of(queries.producers_for(me(), typed), asked_number("page"), PER_PAGE)
    return render_template(
        "roster/producers.html",
        page=page,
        q=typed,
        places=place_names(producer.adcode for producer in page.items),
        may_keep=may_keep_rosters(me().role),
    )


@blueprint.get("/<number>")
def show(number: str) -> str:
    producer = queries.get_producer_for(me(), number)
    return _page(producer)


def _waiting_accounts() -> list[Account]:
    return list(db.session.scalars(queries.accounts_without_producer(me()).limit(ACCOUNTS_OFFERED)))


def _page(
    producer: Producer,
    form: ProducerForm | None = None,
    member_form: MemberForm | None = None,
    account_form: AccountForm | None = None,
) -> str:
    keeps = queries.keeps_producer(me(), producer)
    return render_template(
        "roster/producer.html",
        producer=producer,
        place=place_names([producer.adcode])[producer.adcode],
        keeps=keeps,
        may_keep=keeps and may_keep_rosters(me().role),
        form=form or ProducerForm(formdata=None, **_as_typed(producer)) if keeps else None,
        member_form=member_form or MemberForm(formdata=None, from_on=today()),
        account_form=account_form or AccountForm(formdata=None),
        rosters=queries.rosters_of(producer, queries.scope_of(me())),
        members=queries.members_of(producer) if keeps else [],
        cooperatives=queries.cooperatives_of(producer) if keeps else [],
        accounts=queries.accounts_of(producer) if keeps else [],
        waiting_accounts=_waiting_accounts() if keeps else [],
        history=history_for(producer.subject, with_sealed=keeps),
    )


def _as_typed(producer: Producer) -> dict[str, object]:
    return {
        "version": producer.version,
        "uscc": producer.uscc,
        "name": producer.name,
        "kind": producer.kind,
        "place": place_shown(producer.adcode),
        "local_number": producer.local_number,
        "contact": producer.contact,
        "phone": producer.phone,
        "address": producer.address,
        "lon": _degrees(producer.lon),
        "lat": _degrees(producer.lat),
        "consent_on": producer.consent_on,
    }


def _degrees(micro: int | None) -> str | None:
    return None if micro is None else f"{micro / MICRO:.6f}".rstrip("0").rstrip(".")


@blueprint.post("/<number>")
def amend(number: str) -> Response | tuple[str, int]:
    producer = queries.get_producer_for(me(), number)
    form = ProducerForm()
    try:
        wanted = producer_typed(form)
        with storing():
            amend_producer(me(), queries.get_producer_for(me(), number), wanted, version_seen(), today())
    except RuleBroken as problem:
        show_faults(form, problem)
    else:
        return _done(number, Text("已保存", "Saved"))
    return _page(producer, form=form), 400


def _done(number: str, text: Text) -> Response:
    tell(text)
    return redirect(url_for("producers_office.show", number=number))


# ---- members of a co-operative


@blueprint.post("/<number>/members")
def join(number: str) -> Response | tuple[str, int]:
    cooperative, form = queries.get_producer_for(me(), number), MemberForm()
    try:
        with storing():
            _, member = all_at_once(lambda: refuse(faults_of(form)), lambda: _member(form.member.data or ""))
            add_member(me(), queries.get_producer_for(me(), number), member, form.from_on.data)
    except RuleBroken as problem:
        show_faults(form, problem)
    else:
        return _done(number, Text("社员已登记", "The member is registered"))
    return _page(cooperative, member_form=form), 400


def _member(typed: str) -> Producer:
    wanted = typed.replace(" ", "").upper()
    try:
        return queries.get_producer_for(me(), wanted)
    except NotFound:
        known = queries.find_producer_by_code(wanted)
        if known is not None and queries.may_be_named_to(me(), known):
            return known
    raise RuleBroken(NO_MEMBER, {"member": NO_MEMBER})


@blueprint.post("/<number>/members/<int:membership>/end")
def leave(number: str, membership: int) -> Response:
    with storing():
        cooperative = queries.get_producer_for(me(), number)
        found = next((one for one in queries.members_of(cooperative) if one.id == membership), None)
        if found is None:
            raise NotFound(NO_MEMBER)
        end_membership(me(), cooperative, found, today())
    return _done(number, Text("社员关系已结束", "The membership has ended"))


# ---- who acts for a producer


@blueprint.post("/<number>/accounts")
def link(number: str) -> Response | tuple[str, int]:
    producer, form = queries.get_producer_for(me(), number), AccountForm()
    if form.validate():
        try:
            with storing():
                found = queries.get_producer_for(me(), number)
                link_account_by_email(me(), found, form.email.data, now())
        except RuleBroken as problem:
            show_faults(form, problem)
        else:
            return _done(number, Text("这个账号可以代办了", "The account may act for it now"))
    return _page(producer, account_form=form), 400


@blueprint.post("/<number>/accounts/<int:link_id>/end")
def unlink(number: str, link_id: int) -> Response:
    with storing():
        producer = queries.get_producer_for(me(), number)
        found = next((one for one, _ in queries.accounts_of(producer) if one.id == link_id), None)
        if found is not None:
            unlink_account(me(), producer, found, today())
    return _done(number, Text("这个账号不再代办", "The account no longer acts for it"))
