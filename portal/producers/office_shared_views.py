"""What the officials' pages of this room share: who asks, what was typed, what is said afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from flask import request
from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError

from gi_data.cells import read_degrees
from portal.accounts.visitor_views import me, tell
from portal.db import transaction
from portal.fields import faults_of
from portal.lib.problems import Outdated, RuleBroken, all_at_once, refuse
from portal.lib.text import Text
from portal.lib.uscc import read_uscc
from portal.paging import whole_number
from portal.producers.actions import NOT_STORED, ProducerData
from portal.producers.forms import ProducerForm
from portal.producers.import_rules import FAULTS
from portal.producers.places import Places
from portal.producers.rules import ProducerKind
from portal.regions.naming import place_names

NOT_FOUND = Text(
    "在您的地区内没有找到；请写县或乡镇的名称或代码",
    "Not found in your region; give the name or code of a county or township",
)


@contextmanager
def storing() -> Iterator[None]:
    """The transaction of a page. Of two people who register the same code at once one wins, one is told."""
    try:
        with transaction():
            yield
    except IntegrityError as fault:
        raise Outdated(
            Text("别人刚刚登记了同一个生产者", "Somebody has just registered the same producer"),
            next_step=Text("请查看后再决定", "Look at it, then decide again"),
        ) from fault


def asked_day(today: date) -> date:
    """The day in ?on=, not after today; anything that is no day is refused by name."""
    typed = request.args.get("on", "").strip()
    if not typed:
        return today
    try:
        day = datetime.strptime(typed, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        raise RuleBroken(
            Text("地址中的日期不正确", "The day in the address is not right"),
            {"on": Text("应写作 2026-11-20", "Write it like 2026-11-20")},
        ) from None
    return min(day, today)


def asked_number(name: str, low: int = 1, default: int = 1) -> int:
    return whole_number(request.args.get(name, ""), name, low, 10**6, default)


def place_typed(typed: str) -> str:
    """The code of the county or township somebody typed, within their own region."""
    place = Places(me().region).find(typed)
    if place.fault is None:
        return place.adcode
    unclear = place.fault == "place_unclear"
    fault = FAULTS["place_unclear"].format(could_be=place.could_be) if unclear else NOT_FOUND
    raise RuleBroken(NOT_STORED, {"place": fault})


def checked_place(form: FlaskForm) -> str:
    """The code of the place typed into a form; what else is wrong in the form is said with it."""
    _, adcode = all_at_once(lambda: refuse(faults_of(form)), lambda: place_typed(form.place.data or ""))
    return adcode


def place_shown(adcode: str) -> str:
    return f"{place_names([adcode])[adcode].zh} {adcode}"


def producer_typed(form: ProducerForm) -> ProducerData:
    """What the form says of a producer; what had to be understood of its code is said to the person."""
    adcode = checked_place(form)
    code = read_uscc(form.uscc.data) if form.uscc.data else None
    for notice in code.notices if code else ():
        tell(notice, "info")
    return ProducerData(
        name=form.name.data,
        kind=ProducerKind(form.kind.data),
        adcode=adcode,
        uscc=code.code if code else None,
        local_number=form.local_number.data,
        address=form.address.data,
        contact=form.contact.data,
        phone=form.phone.data,
        lon=read_degrees(form.lon.data).value if form.lon.data else None,
        lat=read_degrees(form.lat.data).value if form.lat.data else None,
        consent_on=form.consent_on.data,
    )
