"""The administrator's people: only those of their own region and below; all others are not there."""

import re
from collections.abc import Callable

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for

from portal.accounts import queries
from portal.accounts.actions import (
    Person,
    amend_account,
    end_account,
    person_faults,
    reactivate_account,
    reset_second_factor,
    unlock_account,
)
from portal.accounts.blueprint_views import absolute
from portal.accounts.forms import InviteForm, PersonForm
from portal.accounts.invitations import check_address, invite, withdraw_invitation
from portal.accounts.models import Account
from portal.accounts.rules import NATION, AccountState, Role, may_administer
from portal.accounts.visitor_views import keep_nowhere, me, tell, version_seen
from portal.db import transaction
from portal.fields import faults_of, show_faults
from portal.language import current_language
from portal.lib.clock import now, today
from portal.lib.problems import RuleBroken, all_at_once, refuse
from portal.lib.text import Text
from portal.limits import limiter
from portal.paging import page_of, whole_number
from portal.regions.queries import find_region, search_regions
from portal.regions.rules import Level
from portal.register.views import describe_all

blueprint = Blueprint("people", __name__, url_prefix="/office/people")

PER_PAGE = 50
SUGGESTIONS = 10
INVITED = Text("邀请已发往 {email}", "The invitation was sent to {email}")
WRONG_ADDRESS = Text("地址中的参数不正确", "A parameter in the address is not right")
CODE = re.compile(r"(?<!\d)(\d{6}|\d{9})(?!\d)", re.ASCII)


blueprint.after_request(keep_nowhere)


@blueprint.get("/")
def show_list() -> str:
    moment = now()
    asked, region_fault = _asked_filter()
    number = whole_number(request.args.get("page", ""), "page", 1, 10**6, 1)
    page = page_of(queries.accounts_for(me(), asked, moment), number, PER_PAGE)
    invitations = queries.invitations_for(me(), moment)
    return render_template(
        "people/list.html",
        page=page,
        asked=asked,
        region_typed=request.args.get("region", ""),
        region_fault=region_fault,
        invitations=invitations,
        regions=queries.region_names([*page.items, *invitations, me()]),
        role_options=[(role.value, role.text) for role in Role],
        state_options=[(state.value, state.text) for state in AccountState],
        now=moment,
    )


def _asked_filter() -> tuple[queries.PeopleFilter, Text | None]:
    """What the address asks for. A region that is not understood is said beside its field."""
    region, fault = None, None
    if request.args.get("region", "").strip():
        try:
            region = region_of(request.args["region"])
        except RuleBroken as problem:
            fault = problem.fields["region"]
    asked = queries.PeopleFilter(
        role=_word(Role, "role"),
        region=region,
        state=_word(AccountState, "state"),
        text=request.args.get("q", "").strip()[:100],
    )
    return asked, fault


def _word(words: type[Role] | type[AccountState], name: str) -> Role | AccountState | None:
    typed = request.args.get(name, "")
    if not typed:
        return None
    try:
        return words(typed)
    except ValueError:
        raise RuleBroken(WRONG_ADDRESS, {name: Text("没有这一项", "There is no such choice")}) from None


def region_of(typed: str) -> str:
    """The code of the division somebody typed by code or name, within the administrator's region."""
    scope = me().region
    code = CODE.search(typed)
    if code and code[1] == NATION == scope:
        return NATION
    if code:
        found = [find_region(code[1])] if may_administer(scope, code[1]) else []
    else:
        found = _by_name(typed, scope)
    found = [region for region in found if region is not None]
    if len(found) == 1:
        return found[0].adcode
    raise RuleBroken(Text("地区没有找到", "The region was not found"), {"region": _which(found)})


def _by_name(typed: str, scope: str) -> list:
    regions = search_regions(typed, scope, limit=SUGGESTIONS)
    exact = [r for r in regions if typed.strip() in (r.name_zh, r.name_en)]
    return exact or regions


def _which(found: list) -> Text:
    if not found:
        return Text("在您管理的地区内没有找到；请填名称或六位代码",
                    "Not found in the region you administer; give a name or the six-digit code")  # fmt: skip
    names = "、".join(f"{r.name_zh} {r.adcode}" for r in found[:5])
    several = Text("有几个同样的，请写明代码：{names}", "Several fit; give the code: {names}")
    return several.format(names=names)


@blueprint.get("/regions")
def suggest_regions() -> Response:
    """For the field's suggestions while typing; without scripts the name or the code is simply typed."""
    found = search_regions(request.args.get("q", "")[:60], me().region, limit=SUGGESTIONS)
    shown = [region for region in found if region.level != Level.TOWNSHIP]
    english = current_language() == "en"
    items = [
        {"text": r.name_en if english else r.name_zh, "detail": r.adcode, "value": f"{r.name_zh} {r.adcode}"}
        for r in shown
    ]
    return jsonify(items=items)


# ---- invitations


@blueprint.route("/invite", methods=["GET", "POST"])
@limiter.limit("60/hour", methods=["POST"])
def invite_person() -> Response | tuple[str, int]:
    form = InviteForm(language=current_language())
    if form.is_submitted():
        try:
            person = _person_typed(form, lambda: check_address(me(), form.email.data or ""))
            with transaction():
                invite(me(), form.email.data, person, form.language.data, _letter_address, now())
        except RuleBroken as problem:
            show_faults(form, problem)
        else:
            tell(INVITED.format(email=form.email.data))
            return redirect(url_for("people.show_list"))
    return render_template("people/invite.html", form=form), 400 if form.errors else 200


def _letter_address(key: str) -> str:
    return absolute("account.accept_invitation", key=key)


def _person_typed(form: PersonForm, *checks: Callable[[], object]) -> Person:
    """What was typed, or all that is wrong in it at once."""
    _, person, *_ = all_at_once(lambda: refuse(faults_of(form)), lambda: _person_of(form), *checks)
    return person


def _person_of(form: PersonForm) -> Person | None:
    """Nothing where no role was chosen, which the form says."""
    region = region_of(form.region.data or "")
    if form.role.data not in set(Role):
        return None
    person = Person(form.name.data or "", Role(form.role.data), region, form.organisation.data or None)
    refuse(person_faults(person))
    return person


@blueprint.post("/invitations/<int:number>/withdraw", endpoint="withdraw")
def withdraw_one(number: int) -> Response:
    with transaction():
        withdraw_invitation(me(), queries.get_invitation_for(me(), number), now())
    tell(Text("邀请已撤回", "The invitation was withdrawn"))
    return redirect(url_for("people.show_list"))


# ---- one person


@blueprint.route("/<int:number>", methods=["GET", "POST"])
def show(number: int) -> Response | tuple[str, int]:
    account = queries.get_account_for(me(), number)
    regions = queries.region_names([account])
    form = PersonForm(**_as_typed(account, regions))
    if form.is_submitted():
        try:
            person = _person_typed(form)
            with transaction():
                amend_account(me(), account, person, version_seen(), now())
        except RuleBroken as problem:
            show_faults(form, problem)
        else:
            return _done(number, Text("已保存", "Saved"))
    page = render_template(
        "people/person.html",
        form=form,
        person=account,
        regions=regions,
        entries=describe_all(queries.entries_about(account)),
        own=account.id == me().id,
        now=now(),
    )
    return page, 400 if form.errors else 200


def _as_typed(account: Account, regions: dict[str, Text]) -> dict[str, object]:
    region = f"{regions[account.region].zh} {account.region}" if account.region in regions else account.region
    return {
        "name": account.name,
        "role": account.role.value,
        "region": region,
        "organisation": account.organisation,
        "version": account.version,
    }


def _done(number: int, text: Text) -> Response:
    tell(text)
    return redirect(url_for("people.show", number=number))


@blueprint.post("/<int:number>/end")
def end(number: int) -> Response:
    with transaction():
        end_account(me(), queries.get_account_for(me(), number), version_seen(), today(), now())
    return _done(number, Text("账号已停用", "The account has ended"))


@blueprint.post("/<int:number>/reactivate")
def reactivate(number: int) -> Response:
    with transaction():
        reactivate_account(me(), queries.get_account_for(me(), number), version_seen())
    return _done(number, Text("账号已恢复", "The account is active again"))


@blueprint.post("/<int:number>/unlock")
def unlock(number: int) -> Response:
    with transaction():
        unlock_account(me(), queries.get_account_for(me(), number))
    return _done(number, Text("已解除锁定", "The account is unlocked"))


@blueprint.post("/<int:number>/reset-second-factor")
def remove_factor(number: int) -> Response:
    with transaction():
        reset_second_factor(me(), queries.get_account_for(me(), number), version_seen(), now())
    return _done(number, Text("两步验证已撤除", "The second factor was removed"))
