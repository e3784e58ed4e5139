"""What labels put on a desk, and the documents that came with them."""

from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.authorisation.queries import producers_of
from portal.db import db
from portal.labels import present
from portal.labels.queries import (
    get_part_for,
    handovers_of,
    papers_of,
    parts_held_by,
    parts_to_confirm,
    requests_in,
)
from portal.labels.rules import KEEPERS, HandoverState, RequestState
from portal.lib.clock import today
from portal.lib.text import Text
from portal.office.desk import Item, Tray, add_tray
from portal.paging import page_of
from portal.papers.binders import Binder, add_binder, number_in, sheets_of

SHOWN = 5


def to_decide(account: Account) -> Tray | None:
    if account.role not in KEEPERS:
        return None
    page = page_of(requests_in(account, RequestState.ASKED.value), 1, SHOWN)
    items = [
        Item(
            Text("{who} · {n} · {gi}", "{who} · {n} · {gi}").format(
                who=one.producer.name, n=present.label_count(one.count), gi=present.gi_name(one)
            ),
            f"/office/labels/requests/{one.number}",
        )
        for one in page.items
    ]
    return Tray(Text("待审核的标签申领", "Requests for labels"), page.total, items, "/office/labels")


def to_confirm(account: Account) -> Tray | None:
    if account.role not in KEEPERS:
        return None
    page = page_of(parts_to_confirm(account), 1, SHOWN)
    items = [
        Item(
            Text("{who} · {n} · {state}", "{who} · {n} · {state}").format(
                who=part.holder.name, n=present.label_count(part.span.count), state=part.stands.text
            ),
            "/office/labels/confirm",
        )
        for part in page.items
    ]
    title = Text("退回和销毁待确认", "Labels given back or destroyed")
    return Tray(title, page.total, items, "/office/labels/confirm")


def to_account_for(account: Account) -> Tray | None:
    """Labels that have expired, and those another producer hands over."""
    if account.role is not Role.PRODUCER:
        return None
    day = today()
    mine = {producer.id for producer in producers_of(account, day)}
    coming = [
        one
        for one in db.session.scalars(handovers_of(account, day).limit(50))
        if one.stands is HandoverState.OFFERED and one.to_producer_id in mine
    ]
    expired = [part for part in db.session.scalars(parts_held_by(account, day)) if day > part.set.expires_on]
    items = [
        Item(
            Text("接收 {n}", "Take over {n}").format(n=present.label_count(one.part.span.count)),
            "/workbench/labels",
        )
        for one in coming
    ]
    items += [
        Item(
            Text("过期未用 {n}，须退回或销毁", "{n} expired: give back or destroy").format(
                n=present.label_count(part.span.count)
            ),
            f"/workbench/labels/parts/{part.id}",
        )
        for part in expired
    ]
    return Tray(Text("标签", "Labels"), len(items), items[:SHOWN], "/workbench/labels")


def papers_binder(viewer: Account, key: str) -> Binder:
    part = get_part_for(viewer, number_in(key), today())
    own = viewer.role is Role.PRODUCER
    at = "/workbench/labels" if own else "/office/labels"
    url = f"{at}/parts/{part.id}" if own else f"{at}/sets/{part.set_id}"
    papers = papers_of([part.id]).get(part.id, [])
    return Binder(present.piece_text(part), url, sheets_of(papers, at + "/papers/{}"))


add_tray("labels", 32, to_decide)
add_tray("labels-confirm", 33, to_confirm)
add_tray("labels-own", 34, to_account_for)
add_binder("labels", papers_binder)
