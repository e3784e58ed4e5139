"""Labels of the demonstration: issued, partly in use, one request that waits, one balance that blocks."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.accounts.models import Account
from portal.accounts.queries import find_account_by_email
from portal.authorisation.models import Licence
from portal.authorisation.queries import in_force_on, own_producer_ids
from portal.catalogue.models import Indication
from portal.db import db
from portal.labels.actions import ask_for_labels, issue
from portal.labels.models import LabelAccount, LabelRequest, LabelSet
from portal.labels.part_actions import end_labels
from portal.labels.queries import parts_of_set
from portal.labels.rules import OPEN, PartState, RequestState, Span
from portal.land.models import Plot
from portal.producers.demo import ACTS
from portal.register.actions import PORTAL, record
from portal.register.demo import is_loaded, note_removal

GRAMS_EACH = 500
SHOWN, BLOCKED = ACTS[0][0], ACTS[1][0]


def load_demo_labels(today: date, now: datetime) -> int:
    """The first producer has labels in every state and a request that waits; the second still has labels
    of last year open, which block the next issue."""
    if is_loaded(LabelSet, LabelSet.demo):
        return 0
    _open_again()
    touched = 0
    for email, slug in ACTS:
        account = find_account_by_email(email)
        licence = _licence(account, slug, today) if account else None
        if licence is not None and _has_land(licence):
            touched += (_shown if email == SHOWN else _blocked)(account, licence, today, now)
    return touched


def _open_again() -> None:
    """The accounts of a demonstration that was removed; there is one for each producer and year."""
    for ledger in db.session.scalars(select(LabelAccount).where(LabelAccount.demo)):
        ledger.closed_on = ledger.closed_by = None


def _licence(account: Account, slug: str, today: date) -> Licence | None:
    query = (
        select(Licence)
        .join(Licence.indication)
        .where(
            Indication.slug == slug,
            Licence.producer_id.in_(own_producer_ids(account, today)),
            in_force_on(today),
            Licence.demo,
        )
        .options(selectinload(Licence.spells))
        .order_by(Licence.id)
    )
    return db.session.scalar(query.limit(1))


def _has_land(licence: Licence) -> bool:
    query = select(Plot.id).where(
        Plot.indication_id == licence.indication_id, Plot.producer_id == licence.producer_id, Plot.demo
    )
    return db.session.scalar(query.limit(1)) is not None


def _shown(account: Account, licence: Licence, today: date, now: datetime) -> int:
    first = _issued(account, licence, today.year, 1200, today, now)
    for piece, state, words in (
        (Span(1, 600), PartState.USED, ""),
        (Span(601, 620), PartState.DESTROYED, "演示：印刷时卡纸损坏"),
        (Span(621, 625), PartState.LOST, "演示：运输途中遗失"),
    ):
        part = next(one for one in parts_of_set(first.id) if one.stands is PartState.HELD)
        end_labels(account, part, piece, state, words, part.version, today, now)
    ask_for_labels(account, licence, today.year, 2000, GRAMS_EACH, "", "", today, now)
    return 2


def _blocked(account: Account, licence: Licence, today: date, now: datetime) -> int:
    one = _issued(account, licence, today.year - 1, 800, today, now)
    (part,) = parts_of_set(one.id)
    end_labels(account, part, Span(1, 500), PartState.RETURNED, "", part.version, today, now)
    return 1


def _issued(
    account: Account, licence: Licence, year: int, count: int, today: date, now: datetime
) -> LabelSet:
    """As if asked for and granted in its year; the rule of the season is the demonstration's own here."""
    request = LabelRequest(
        number=f"BDEMO-{licence.id}-{year}",
        indication_id=licence.indication_id,
        producer_id=licence.producer_id,
        licence_id=licence.id,
        year=year,
        adcode=licence.adcode,
        count=count,
        grams_each=GRAMS_EACH,
        goods=licence.goods[:120],
        state=RequestState.GRANTED.value,
        asked_at=now,
        asked_by=account.id,
        decided_at=now,
        demo=True,
    )
    db.session.add(request)
    db.session.flush()
    (one,) = issue(PORTAL, request, today, now, None)
    return one


def remove_demo_labels(today: date, now: datetime) -> int:
    """What is open is destroyed, what waits is withdrawn, the accounts are closed; rows stay."""
    ended = 0
    for one in db.session.scalars(
        select(LabelRequest).where(LabelRequest.demo, LabelRequest.state == RequestState.ASKED.value)
    ):
        one.state, one.decided_at = RequestState.WITHDRAWN.value, now
        record(PORTAL, "withdrawn", one.subject, {}, public=False)
        ended += 1
    for one in db.session.scalars(select(LabelSet).where(LabelSet.demo)):
        for part in parts_of_set(one.id):
            if part.stands in OPEN:
                part.state, part.since, part.confirmed_at = PartState.DESTROYED.value, now, now
                record(PORTAL, "destroyed", one.subject, {}, public=False)
                ended += 1
    for ledger in db.session.scalars(select(LabelAccount).where(LabelAccount.demo)):
        ledger.closed_on = ledger.closed_on or today
    note_removal(LabelSet)
    return ended
