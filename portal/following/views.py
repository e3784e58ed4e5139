"""/follow: following with an address and no account; the feeds; what the links in letters do."""

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.accounts.visitor_views import me, tell
from portal.db import transaction
from portal.following import actions, letters, webhooks  # noqa: F401 - the work that sends
from portal.following.keys import CONFIRM, STOP, read_key
from portal.following.queries import get_subscription, topic_of
from portal.following.rules import PACES_BY_MAIL, Pace, Sort, State
from portal.following.topics import Topic, get_topic, newest_entries
from portal.language import current_language
from portal.lib.clock import now
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.limits import limiter
from portal.register.views import describe_all

blueprint = Blueprint("following", __name__, url_prefix="/follow")

FEED_LENGTH = 50


def asked_topic(values: object) -> Topic:
    return get_topic(values.get("sort", ""), values.get("key", ""))


def asked_pace() -> Pace:
    typed = request.form.get("pace", "")
    return Pace(typed) if typed in set(Pace) else Pace.DAILY


def _stored(response: Response) -> bool:
    return response.status_code == 303


@blueprint.get("")
def show() -> str:
    return _page(asked_topic(request.args), {}, {})


def _page(topic: Topic, typed: object, faults: dict[str, Text]) -> str:
    return render_template(
        "following/follow.html",
        topic=topic,
        typed=typed,
        faults=faults,
        paces=[(pace.value, pace.text) for pace in PACES_BY_MAIL],
        feed=None if topic.sort is Sort.HEADS else url_for(".feed", sort=topic.sort.value, key=topic.key),
    )


@blueprint.post("")
@limiter.limit("10/hour;30/day", deduct_when=_stored)
def follow() -> ResponseReturnValue:
    topic = asked_topic(request.form)
    try:
        with transaction():
            if current_user.is_authenticated:
                actions.follow_with_account(me(), topic, asked_pace(), now())
            else:
                language = current_language()
                typed = request.form.get("email", "")[:300]
                actions.follow_with_address(typed, topic, asked_pace(), language, now())
    except RuleBroken as refused:
        if not refused.fields:
            raise
        return _page(topic, request.form, refused.fields), 400
    if current_user.is_authenticated:
        tell(Text("已订阅", "You follow it now"))
        return redirect(url_for("following_own.show_list"), 303)
    return redirect(url_for(".asked"), 303)


@blueprint.get("/asked")
def asked() -> str:
    return render_template("following/asked.html")


@blueprint.route("/confirm/<key>", methods=["GET", "POST"])
def confirm(key: str) -> ResponseReturnValue:
    """A page with a button: programs that open every link of a letter confirm nothing."""
    number = read_key(key, CONFIRM)
    if request.method == "POST":
        with transaction():
            actions.confirm(get_subscription(number), now())
        return redirect(url_for(".confirm", key=key), 303)
    one = get_subscription(number)
    return render_template("following/confirm.html", one=one, topic=topic_of(one), states=State)


@blueprint.route("/stop/<key>", methods=["GET", "POST"])
def stop(key: str) -> ResponseReturnValue:
    number = read_key(key, STOP)
    if request.method == "POST":
        with transaction():
            actions.stop(get_subscription(number), now())
        return redirect(url_for(".stop", key=key), 303)
    one = get_subscription(number)
    return render_template("following/stop.html", one=one, topic=topic_of(one), states=State)


@blueprint.get("/feed.atom")
def feed() -> Response:
    """The newest entries about a topic; like the log, it is keyed by the register's version."""
    topic = asked_topic(request.args)
    base = current_app.config["SETTINGS"].base_url
    body = render_template(
        "following/feed.atom.xml",
        topic=topic,
        entries=describe_all(newest_entries(topic, FEED_LENGTH)),
        base=base,
        self_url=base + url_for(".feed", sort=topic.sort.value, key=topic.key),
    )
    return Response(body, content_type="application/atom+xml; charset=utf-8")
