"""Getting in and out: password, second factor, forgotten password, invitation."""

from flask import Response, abort, current_app, redirect, render_template, request, session, url_for
from flask_login import current_user

from portal.accounts import queries
from portal.accounts.blueprint_views import (
    absolute,
    blueprint,
    enter,
    first_page,
    in_demo,
    own_path,
    password_is_right,
)
from portal.accounts.credentials import ask_reset, reset_password
from portal.accounts.demo import DEMO_PASSWORD
from portal.accounts.forms import AskResetForm, CodeForm, NewPasswordForm, SignInForm
from portal.accounts.invitations import accept_invitation
from portal.accounts.models import Account, Invitation
from portal.accounts.secrets import same_time
from portal.accounts.sessions import COOKIE_FIELD
from portal.accounts.sign_in import (
    begins_to_rest,
    count_attempt,
    end_session,
    may_sign_in,
    pass_second_factor,
    tell_of_lock,
)
from portal.accounts.sign_in_rules import SECOND_FACTOR_WAITS
from portal.accounts.visitor_views import me, tell
from portal.db import transaction
from portal.fields import show_faults
from portal.lib.clock import now
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.limits import limiter
from portal.mail import stays_here

HALFWAY = "halfway"
WRONG = Text("邮箱或密码不对", "The e-mail or the password is wrong")
WRONG_CODE = Text("验证码不对或已经用过", "The code is wrong or was used already")
OPENED_BEFORE = Text(
    "您的账号已经开通，请用当时设的密码登录；忘了可以重设",
    "Your account is open already: sign in with the password you chose; a forgotten one can be set anew",
)
DEMO_LETTERS = 30


@blueprint.route("/sign-in", methods=["GET", "POST"])
@limiter.limit("20/minute;200/hour", methods=["POST"])
def sign_in() -> Response | tuple[str, int]:
    if current_user.is_authenticated:
        return redirect(own_path(request.args.get("next")) or first_page(me()))
    form = SignInForm(email=request.args.get("email"), next=request.args.get("next"))
    if not form.validate_on_submit():
        return _sign_in_page(form)
    account = queries.find_account_by_email(form.email.data)
    known = account if may_sign_in(account, in_demo()) else None
    with same_time():
        right = password_is_right(known, form.password.data)
    if not right:
        form.password.errors = [WRONG]
        return _sign_in_page(form)
    if known.has_second_factor:
        session.clear()
        session[HALFWAY] = {"account": known.id, "at": int(now().timestamp()), "next": form.next.data}
        return redirect(url_for("account.second_factor"))
    return enter(known, form.next.data)


def _sign_in_page(form: SignInForm) -> tuple[str, int]:
    page = render_template(
        "account/sign_in.html",
        form=form,
        demo_accounts=queries.demo_accounts() if in_demo() else [],
        demo_password=DEMO_PASSWORD,
        letters_here=stays_here(current_app.config["SETTINGS"]),
    )
    return page, 400 if form.errors else 200


@blueprint.route("/second-factor", methods=["GET", "POST"])
@limiter.limit("20/minute;200/hour", methods=["POST"])
def second_factor() -> Response | tuple[str, int]:
    account = _halfway()
    if account is None:
        session.pop(HALFWAY, None)
        return redirect(url_for("account.sign_in"))
    form = CodeForm()
    if form.validate_on_submit():
        if _code_is_right(account, form.code.data):
            return enter(account, session[HALFWAY]["next"])
        form.code.errors = [WRONG_CODE]
    return render_template("account/second_factor.html", form=form), 400 if form.errors else 200


def _halfway() -> Account | None:
    """Whoever gave the right password a few minutes ago and owes the second factor."""
    waiting = session.get(HALFWAY)
    if not waiting or now().timestamp() - waiting["at"] > SECOND_FACTOR_WAITS.total_seconds():
        return None
    account = queries.find_account(waiting["account"])
    return account if may_sign_in(account, in_demo()) and account.has_second_factor else None


def _code_is_right(account: Account, code: str) -> bool:
    with transaction():
        failures = count_attempt(account, now())
        passed = failures is not None and pass_second_factor(account, code, now())
        if not passed and begins_to_rest(failures):
            tell_of_lock(account)
    return passed


@blueprint.post("/sign-out")
def sign_out() -> Response:
    from_row = session.get(COOKIE_FIELD) and queries.find_session(session[COOKIE_FIELD], now())
    if from_row:
        number, account = from_row.id, from_row.account
        with transaction():
            end_session(account, number, now())
    session.clear()
    return redirect("/")


# ---- forgotten password


@blueprint.route("/forgotten", methods=["GET", "POST"], endpoint="ask_reset")
@limiter.limit("5/minute;30/hour", methods=["POST"])
def ask_reset_link() -> Response | tuple[str, int]:
    form = AskResetForm()
    if not form.validate_on_submit():
        return render_template("account/ask_reset.html", form=form), 400 if form.errors else 200
    account = queries.find_account_by_email(form.email.data)
    with same_time(), transaction():
        if may_sign_in(account, in_demo()):
            ask_reset(account, lambda key: absolute("account.reset", key=key), now())
    here = stays_here(current_app.config["SETTINGS"])
    return render_template("account/reset_asked.html", letters_here=here), 200


@blueprint.route("/reset", methods=["GET", "POST"])
@limiter.limit("20/minute", methods=["POST"])
def reset() -> Response | tuple[str, int]:
    """The key stands in the query, which our log leaves out."""
    link = queries.find_reset(request.args.get("key", ""), now())
    if link is None or not may_sign_in(link.account, in_demo()):
        return _over("reset")
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            with transaction():
                reset_password(link, form.password.data, now())
        except RuleBroken as problem:
            show_faults(form, problem)
        else:
            session.clear()
            tell(Text("密码已重设，请登录", "The password is set; sign in with it"))
            return redirect(url_for("account.sign_in"))
    return render_template("account/reset.html", form=form), 400 if form.errors else 200


def _over(way: str) -> tuple[str, int]:
    return render_template("account/link_over.html", way=way), 400


# ---- invitation


@blueprint.route("/invitation", methods=["GET", "POST"], endpoint="accept_invitation")
@limiter.limit("20/minute", methods=["POST"])
def accept() -> Response | tuple[str, int]:
    key = request.args.get("key", "")
    invitation = queries.find_invitation(key, now())
    if invitation is None:
        return _no_invitation(key)
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            with transaction():
                accept_invitation(invitation, form.password.data, now())
        except RuleBroken as problem:
            show_faults(form, problem)
        else:
            session.clear()
            tell(Text("账号已开通，请登录", "Your account is open; sign in"))
            return redirect(url_for("account.sign_in", email=invitation.email))
    page = render_template(
        "account/invitation.html", form=form, invitation=invitation, region=queries.region_names([invitation])
    )
    return page, 400 if form.errors else 200


def _no_invitation(key: str) -> Response | tuple[str, int]:
    """The letter is often opened again by whoever looks for the way in."""
    used = queries.find_used_invitation(key)
    if used is None:
        return _over_invitation(queries.find_over_invitation(key))
    if current_user.is_authenticated:
        return redirect(first_page(me()))
    tell(OPENED_BEFORE)
    return redirect(url_for("account.sign_in", email=used.email))


def _over_invitation(invitation: Invitation | None) -> tuple[str, int]:
    """Whoever holds the key of the letter learns what became of it; a key that never was says nothing."""
    if invitation is None:
        return _over("invitation")
    inviter = queries.find_account(invitation.invited_by)
    page = render_template(
        "account/invitation_over.html",
        invitation=invitation,
        by=inviter.organisation or inviter.role.text,
        replaced=invitation.withdrawn_at is not None and queries.is_replaced(invitation, now()),
    )
    return page, 410


@blueprint.get("/demo-mail")
def demo_mail() -> str:
    if not stays_here(current_app.config["SETTINGS"]):
        abort(404)
    return render_template("account/demo_mail.html", letters=queries.latest_mail(DEMO_LETTERS))
