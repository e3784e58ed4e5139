"""/account/following: what one follows, one's webhooks and what was delivered to them."""

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.accounts.models import Account
from portal.db import after_commit, transaction
from portal.following import actions, queries, webhooks
from portal.following.rules import Channel, Sort
from portal.following.views import asked_topic
from portal.jobs import start_worker
from portal.language import current_language
from portal.lib.clock import now
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.paging import page_of, whole_number

blueprint = Blueprint("following_own", __name__, url_prefix="/account/following")

PER_PAGE = 40


def _me() -> Account:
    return current_user._get_current_object()


@blueprint.after_request
def _keep_nowhere(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def _tell(said: Text) -> None:
    flash(said.say(current_language()), "success")


@blueprint.get("")
def show_list() -> str:
    return _list({}, {})


def _list(typed: object, faults: dict[str, Text]) -> str:
    rows = [(one, queries.topic_of(one)) for one in queries.followed_by(_me())]
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
            one = actions.add_webhook(_me(), topic, request.form.get("url", "")[:600], trying, now())
            webhooks.send_trial(one, now())
            number = one.id
            after_commit(start_worker)
    except RuleBroken as refused:
        if not refused.fields:
            raise
        return _list(request.form, refused.fields), 400
    _tell(Text("已添加，正在发送一条试验消息", "Added; a trial message is on its way"))
    return redirect(url_for(".show", number=number), 303)


@blueprint.get("/<int:number>")
def show(number: int) -> str:
    one = queries.get_own(_me(), number)
    page = whole_number(request.args.get("page", ""), "page", 1, 100_000, 1)
    return render_template(
        "following/own_show.html",
        one=one,
        topic=queries.topic_of(one),
        page=page_of(queries.deliveries_of(one), page, PER_PAGE),
    )


@blueprint.get("/<int:number>/<message>.json")
def show_message(number: int, message: str) -> Response:
    """The body of one message, byte for byte as it was sent."""
    one = queries.get_own(_me(), number)
    delivery = queries.get_delivery(one, message)
    return Response(webhooks.body_of(delivery, queries.topic_of(one)), content_type="application/json")


@blueprint.post("/<int:number>/stop")
def stop(number: int) -> ResponseReturnValue:
    with transaction():
        actions.stop(queries.get_own(_me(), number), now(), _me())
    _tell(Text("已退订", "No longer followed"))
    return redirect(url_for(".show_list"), 303)


@blueprint.post("/<int:number>/resume")
def resume(number: int) -> ResponseReturnValue:
    with transaction():
        actions.resume(_me(), queries.get_own(_me(), number), now())
        after_commit(start_worker)
    _tell(Text("已恢复，停下之后的消息会补发", "Resumed; what happened meanwhile will be sent"))
    return redirect(url_for(".show", number=number), 303)


@blueprint.post("/<int:number>/trial")
def trial(number: int) -> ResponseReturnValue:
    with transaction():
        webhooks.send_trial(queries.get_own(_me(), number), now())
        after_commit(start_worker)
    _tell(Text("试验消息正在发送", "A trial message is on its way"))
    return redirect(url_for(".show", number=number), 303)
