"""My account: what is known of me, my password, where I am signed in, what was sent to me."""

from flask import Response, abort, g, redirect, render_template, request, url_for

from portal.accounts import queries
from portal.accounts.actions import choose_language, mark_read
from portal.accounts.agents import describe_agent
from portal.accounts.blueprint_views import blueprint, enter, in_demo, present_password_is_right
from portal.accounts.credentials import change_password
from portal.accounts.forms import ChangePasswordForm, LanguageForm
from portal.accounts.rules import needs_second_factor
from portal.accounts.sign_in import end_session, end_sessions
from portal.accounts.visitor_views import me, tell
from portal.db import transaction
from portal.fields import show_faults
from portal.lib.clock import now
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text
from portal.limits import limiter
from portal.paging import page_of, whole_number

NOTICES_PER_PAGE = 20
NOT_YOUR_PASSWORD = Text("现在的密码不对", "That is not your present password")


@blueprint.get("/")
def show() -> str:
    account = me()
    return render_template(
        "account/show.html",
        me=account,
        region=queries.region_names([account]),
        unread=queries.unread_notices(account),
        sessions=len(queries.sessions_of(account, now())),
        tokens=len(queries.tokens_of(account)),
        codes_left=queries.recovery_codes_left(account),
        factor_needed=needs_second_factor(account.role, in_demo()),
        form=LanguageForm(language=account.language),
    )


@blueprint.post("/language")
def language() -> Response:
    form = LanguageForm()
    if not form.validate():
        abort(400)
    with transaction():
        choose_language(me(), form.language.data)
    tell(Text("已保存", "Saved"))
    return redirect(url_for("account.show"))


@blueprint.route("/password", methods=["GET", "POST"])
@limiter.limit("10/minute", methods=["POST"])
def password() -> Response | tuple[str, int]:
    form = ChangePasswordForm()
    account = me()
    if form.validate_on_submit():
        if not present_password_is_right(form.present.data):
            form.present.errors = [NOT_YOUR_PASSWORD]
        else:
            try:
                with transaction():
                    change_password(account, form.password.data, now())
            except RuleBroken as problem:
                show_faults(form, problem)
            else:
                answer = enter(account, url_for("account.show"))
                tell(Text("密码已更改，其他登录都已结束", "Password changed; every other session has ended"))
                return answer
    return render_template("account/password.html", form=form), 400 if form.errors else 200


# ---- sessions


@blueprint.get("/sessions")
def sessions() -> str:
    rows = queries.sessions_of(me(), now())
    return render_template(
        "account/sessions.html", sessions=rows, this=g.get("sign_in_session"), describe_agent=describe_agent
    )


@blueprint.post("/sessions/<int:number>/end", endpoint="end_session")
def end_one(number: int) -> Response:
    with transaction():
        ended = end_session(me(), number, now())
    if ended:
        tell(Text("这次登录已结束", "That session has ended"))
    return redirect(url_for("account.sessions"))


@blueprint.post("/sessions/end-others")
def end_other_sessions() -> Response:
    with transaction():
        ended = end_sessions(me(), now(), besides=g.sign_in_session)
    tell(Text("已结束 {n} 次其他登录", "Other sessions ended: {n}").format(n=ended))
    return redirect(url_for("account.sessions"))


# ---- notices


@blueprint.get("/notices")
def notices() -> str:
    number = whole_number(request.args.get("page", ""), "page", 1, 10**6, 1)
    page = page_of(queries.notices_of(me()), number, NOTICES_PER_PAGE)
    return render_template("account/notices.html", page=page, unread=queries.unread_notices(me()))


@blueprint.post("/notices/read")
def read_notices() -> Response:
    typed = request.form.get("number", "")
    if typed and not (typed.isascii() and typed.isdecimal()):
        raise NotFound(Text("没有这条通知", "There is no such notice"))
    with transaction():
        mark_read(me(), now(), int(typed[:9]) if typed else None)
    return redirect(url_for("account.notices"))
