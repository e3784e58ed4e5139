"""/workbench/: what a producer, a co-operative or the holder of a mark has to do today."""

from flask import Blueprint, render_template

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.accounts.visitor_views import keep_nowhere, me
from portal.authorisation import present
from portal.authorisation.models import Application, Licence
from portal.authorisation.queries import (
    applications_for,
    count,
    licences_for,
    producers_of,
    waiting_for,
)
from portal.authorisation.rules import State, may_renew_on
from portal.db import db
from portal.lib.clock import today
from portal.office.desk import trays_for
from portal.producers.models import Producer
from portal.producers.rules import ProducerKind

blueprint = Blueprint("workbench", __name__, url_prefix="/workbench")

SHOWN = 8


blueprint.after_request(keep_nowhere)


@blueprint.get("/")
def show() -> str:
    account = me()
    trays = trays_for(account)
    asking = sum(tray.count for _, tray in trays if not tray.quiet)
    shared = {"present": present, "today": today(), "trays": trays, "asking": asking}
    if account.role is Role.HOLDER:
        return render_template("workbench/holder.html", **_holder_view(account), **shared)
    return render_template("workbench/producer.html", **_producer_view(account), **shared)


def _producer_view(me: Account) -> dict[str, object]:
    """Mine to do first: what was returned, what was never handed in, what ends soon."""
    query = applications_for(me, today()).where(Application.open).order_by(Application.id.desc())
    under_way = list(db.session.scalars(query.limit(SHOWN)))
    held = list(db.session.scalars(licences_for(me, today()).order_by(Licence.id.desc()).limit(SHOWN)))
    producers = producers_of(me, today())
    return {
        "producers": producers,
        "members": _members(producers),
        "to_do": [a for a in under_way if a.stands in (State.DRAFT, State.RETURNED)],
        "waiting": [a for a in under_way if a.stands not in (State.DRAFT, State.RETURNED)],
        "licences": held,
        "ending": [one for one in held if may_renew_on(one.valid_to, today())],
    }


def _members(producers: list[Producer]) -> list[Producer]:
    """A grower who acts for the own household alone has no members."""
    if not any(p.kind == ProducerKind.COOPERATIVE for p in producers):
        return []
    return [p for p in producers if p.kind == ProducerKind.HOUSEHOLD]


def _holder_view(me: Account) -> dict[str, object]:
    waiting = waiting_for(me, today())
    return {
        "waiting": list(db.session.scalars(waiting.limit(SHOWN))),
        "waiting_count": count(waiting),
        "licences": count(licences_for(me, today())),
    }
