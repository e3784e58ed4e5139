"""/account/following: what one follows, one's webhooks and what was delivered to them."""

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.visitor_views import keep_nowhere, me, tell
from portal.db import after_commit, transaction
from portal.following import actions, queries, webhooks
from portal.following.outside import read_target
from portal.following.rules import Channel, Sort
from portal.following.views import asked_topic
from portal.jobs import start_worker
from portal.lib.clock import now
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text
from portal.paging import page_of, whole_number

blueprint = Blueprint("following_own", __name__, url_prefix="/account/following")

PER_PAGE = 40


blueprint.after_request(keep_nowhere)


@blueprint.get("")
def show_list() -> str:
    return _list({}, {})


def _list(typed: object, faults: dict[str, Text]) -> str:
    rows = [(one, queries.topic_of(one)) for one in queries.followed_by(me())]
    return render_template(
        "following/own_list.html",
        letters=[row for row in rows if row[0].way is Channel.MAIL],
        hooks=[row for row in rows if row[0].way is Channel.WEBHOOK],
        sorts=[(one.value, one.text) for one in Sort],
        typed=typed,
        faults=faults,
    )


@blueprint.post("/webhooks")
def add_webhook() -> ResponseReturnValue:
    """Begin a webhook and send it a first message, so that one sees at once whether it answers."""
    trying = current_app.config["SETTINGS"].demo
    try:
        with transaction():
            topic = asked_topic(request.form)
            one = actions.add_webhook(me(), topic, request.form.get("url", "")[:600], trying, now())
            webhooks.send_trial(one, now())
            number = one.id
            after_commit(start_worker)
    except RuleBroken as refused:
        if not refused.fields:
            raise
        return _list(request.form, refused.fields), 400
    except NotFound as missing:
        return _list(request.form, {"key": missing.message} | _address_faults(trying)), 404
    tell(Text("已添加，正在发送一条试验消息", "Added; a trial message is on its way"))
    return redirect(url_for(".show", number=number), 303)


def _address_faults(trying: bool) -> dict[str, Text]:
    try:
        read_target(request.form.get("url", "")[:600], trying)
    except RuleBroken as refused:
        return refused.fields
    return {}


@blueprint.get("/<int:number>")
def show(number: int) -> str:
    one = queries.get_own(me(), number)
    page = whole_number(request.args.get("page", ""), "page", 1, 100_000, 1)
    return render_template(
        "following/own_show.html",
        one=one,
        topic=queries.topic_of(one),
        page=page_of(queries.deliveries_of(one), page, PER_PAGE),
        failed=queries.has_failed(one),
    )


@blueprint.get("/<int:number>/<message>.json")
def show_message(number: int, message: str) -> Response:
    """The body of one message, byte for byte as it was sent."""
    one = queries.get_own(me(), number)
    delivery = queries.get_delivery(one, message)
    return Response(webhooks.body_of(delivery, queries.topic_of(one)), content_type="application/json")


@blueprint.post("/<int:number>/stop")
def stop(number: int) -> ResponseReturnValue:
    with transaction():
        actions.stop(queries.get_own(me(), number), now(), me())
    tell(Text("已退订", "No longer followed"))
    return redirect(url_for(".show_list"), 303)


@blueprint.post("/<int:number>/resume")
def resume(number: int) -> ResponseReturnValue:
    with transaction():
        actions.resume(me(), queries.get_own(me(), number), now())
        after_commit(start_worker)
    tell(Text("已恢复，停下之后的消息会补发", "Resumed; what happened meanwhile will be sent"))
    return redirect(url_for(".show", number=number), 303)


@blueprint.post("/<int:number>/again")
def again(number: int) -> ResponseReturnValue:
    with transaction():
        webhooks.send_now(queries.get_own(me(), number), now())
        after_commit(start_worker)
    tell(Text("正在再送", "It is being sent again"))
    return redirect(url_for(".show", number=number), 303)


@blueprint.post("/<int:number>/trial")
def trial(number: int) -> ResponseReturnValue:
    with transaction():
        webhooks.send_trial(queries.get_own(me(), number), now())
        after_commit(start_worker)
    tell(Text("试验消息正在发送", "A trial message is on its way"))
    return redirect(url_for(".show", number=number), 303)
