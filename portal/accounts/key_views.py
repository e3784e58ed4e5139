"""My keys beside the password: second factor, recovery codes, access tokens."""

from datetime import timedelta

import pyotp
import segno
from flask import Response, redirect, render_template, session, url_for

from portal.accounts import queries
from portal.accounts.blueprint_views import blueprint, in_demo, present_password_is_right
from portal.accounts.credentials import remove_second_factor, renew_recovery_codes, set_second_factor
from portal.accounts.forms import CodeForm, PresentPasswordForm, ReplaceFactorForm, TokenForm
from portal.accounts.models import Account
from portal.accounts.own_views import NOT_YOUR_PASSWORD
from portal.accounts.rules import TOKEN_USUAL_DAYS, Scope, needs_second_factor, scopes_open_to
from portal.accounts.tokens import create_token, end_token
from portal.accounts.visitor_views import me, tell
from portal.db import transaction
from portal.fields import show_faults
from portal.lib.clock import now, today
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.limits import limiter

# Waits in the cookie, which only this browser has, until a code of it was shown to work.
NEW_SECRET = "new_totp_secret"  # noqa: S105 - a field's name
ISSUER = "GI Register"


@blueprint.route("/second-factor/set-up", methods=["GET", "POST"], endpoint="set_second_factor")
@limiter.limit("20/minute", methods=["POST"])
def set_factor() -> Response | tuple[str, int]:
    account = me()
    form = ReplaceFactorForm() if account.has_second_factor else CodeForm()
    secret = session.setdefault(NEW_SECRET, pyotp.random_base32())
    if form.validate_on_submit():
        if account.has_second_factor and not present_password_is_right(form.present.data):
            form.present.errors = [NOT_YOUR_PASSWORD]
        else:
            try:
                with transaction():
                    codes = set_second_factor(account, secret, form.code.data, now())
            except RuleBroken as problem:
                show_faults(form, problem)
            else:
                session.pop(NEW_SECRET)
                return _codes_page(codes)
    page = render_template(
        "account/set_second_factor.html",
        form=form,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        picture=_picture(secret, account.email),
        needed=needs_second_factor(account.role, in_demo()) and not account.has_second_factor,
    )
    return page, 400 if form.errors else 200


def _picture(secret: str, email: str) -> str:
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)
    return segno.make(address, error="m", micro=False).svg_data_uri(scale=5, dark="#000", light="#fff")


def _codes_page(codes: list[str]) -> tuple[str, int]:
    return render_template("account/recovery_codes.html", codes=codes), 200


@blueprint.route("/second-factor/codes", methods=["GET", "POST"])
@limiter.limit("10/minute", methods=["POST"])
def recovery_codes() -> Response | tuple[str, int]:
    account = me()
    if not account.has_second_factor:
        return redirect(url_for("account.set_second_factor"))
    form = PresentPasswordForm()
    if form.validate_on_submit():
        if present_password_is_right(form.present.data):
            with transaction():
                codes = renew_recovery_codes(account, now())
            return _codes_page(codes)
        form.present.errors = [NOT_YOUR_PASSWORD]
    page = render_template(
        "account/renew_codes.html", form=form, codes_left=queries.recovery_codes_left(account)
    )
    return page, 400 if form.errors else 200


@blueprint.route("/second-factor/remove", methods=["GET", "POST"], endpoint="remove_second_factor")
@limiter.limit("10/minute", methods=["POST"])
def remove_factor() -> Response | tuple[str, int]:
    account = me()
    form = PresentPasswordForm()
    if form.validate_on_submit():
        if present_password_is_right(form.present.data):
            with transaction():
                remove_second_factor(account, needs_second_factor(account.role, in_demo()), now())
            tell(Text("两步验证已撤除", "The second factor was removed"))
            return redirect(url_for("account.show"))
        form.present.errors = [NOT_YOUR_PASSWORD]
    return render_template("account/remove_second_factor.html", form=form), 400 if form.errors else 200


# ---- access tokens


@blueprint.route("/tokens", methods=["GET", "POST"])
@limiter.limit("20/minute", methods=["POST"])
def tokens() -> tuple[str, int]:
    account = me()
    form = _token_form(account)
    token = None
    if form.validate_on_submit():
        scopes = [Scope(value) for value in form.scopes.data or ()]
        try:
            with transaction():
                token = create_token(account, form.name.data, scopes, form.expires_on.data, today(), now())
        except RuleBroken as problem:
            show_faults(form, problem)
        else:
            form = _token_form(account, formdata=None)
    page = render_template(
        "account/tokens.html",
        form=form,
        token=token,
        tokens=queries.tokens_of(account),
        scope_texts=Scope.words(),
        day=today(),
    )
    return page, 400 if form.errors else 200


def _token_form(me: Account, **values: object) -> TokenForm:
    last_day = today() + timedelta(days=TOKEN_USUAL_DAYS)
    form = TokenForm(scopes=[Scope.READ], expires_on=last_day, **values)
    form.offer(scopes_open_to(me.role))
    return form


@blueprint.post("/tokens/<int:number>/end", endpoint="end_token")
def end_one_token(number: int) -> Response:
    with transaction():
        ended = end_token(me(), number, now())
    if ended:
        tell(Text("令牌已停用", "The token was ended"))
    return redirect(url_for("account.tokens"))
