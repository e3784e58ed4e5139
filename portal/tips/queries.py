"""Everything that reads tips. Officials see those of their region, a sender its own by number and secret."""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import Account
from portal.accounts.rules import is_adcode, scope_covers
from portal.catalogue.models import Indication
from portal.db import db
from portal.lib.clock import CHINA, day_of
from portal.lib.periods import in_time
from portal.lib.problems import NotAllowed, NotFound
from portal.lib.text import Text
from portal.producers.queries import within
from portal.tips.models import Tip, TipClock, TipPhotograph, TipStep
from portal.tips.rules import HANDLERS, OPEN, READERS, Clock, Kind, State

NO_TIP = Text("没有这件投诉举报", "There is no such complaint or tip")
WRONG_RECEIPT = Text("回执号或查询密码不对", "The receipt number or the secret is not right")


def digest_of(secret: str) -> str:
    return sha256(b"tip secret " + secret.strip().upper().replace("-", "").encode()).hexdigest()


def scope_of(viewer: Account) -> str:
    if viewer.role not in READERS or not is_adcode(viewer.region):
        raise NotAllowed(Text("投诉举报只对官员开放", "Complaints and tips are open to officials only"))
    return viewer.region


def ensure_handler(account: Account, tip: Tip) -> None:
    if account.role not in HANDLERS or not scope_covers(account.region, tip.adcode):
        raise NotAllowed(Text("由承办地的官员办理", "It is for the officials of the place to handle"))


_SHOWN = (joinedload(Tip.indication), joinedload(Tip.producer), selectinload(Tip.clocks))


@dataclass(frozen=True)
class TipFilter:
    kind: str = ""
    state: str = "open"
    matter: str = ""
    gi: str = ""
    text: str = ""


def tips_in(viewer: Account, asked: TipFilter) -> Select[tuple[Tip]]:
    """What falls due first comes first; what has no clock comes last."""
    query = select(Tip).where(within(Tip.adcode, scope_of(viewer))).options(*_SHOWN)
    if asked.kind:
        query = query.where(Tip.kind == asked.kind)
    if asked.state == "open":
        query = query.where(Tip.state.in_([state.value for state in OPEN]))
    elif asked.state and asked.state != "all":
        query = query.where(Tip.state == asked.state)
    if asked.matter:
        query = query.where(Tip.matter == asked.matter)
    if asked.gi:
        query = query.join(Tip.indication).where(Indication.slug == asked.gi)
    if asked.text:
        query = query.where(
            Tip.number.contains(asked.text.upper(), autoescape=True)
            | Tip.respondent.contains(asked.text, autoescape=True)
            | Tip.facts.contains(asked.text, autoescape=True)
        )
    first_due = TipClock.first_due(TipClock.tip_id == Tip.id)
    return query.order_by(first_due.is_(None), first_due, Tip.id.desc())


def get_tip_for(viewer: Account, number: str) -> Tip:
    query = select(Tip).where(Tip.number == number, within(Tip.adcode, scope_of(viewer))).options(*_SHOWN)
    tip = db.session.scalar(query.execution_options(populate_existing=True))
    if tip is None:
        raise NotFound(NO_TIP)
    return tip


def get_by_receipt(number: str, secret: str) -> Tip:
    """The sender's own; a wrong number and a wrong secret look alike and take as long."""
    query = select(Tip).where(Tip.number == number.strip().upper()).options(*_SHOWN)
    tip = db.session.scalar(query)
    if not hmac.compare_digest(digest_of(secret), tip.secret if tip else "0" * 64) or tip is None:
        raise NotFound(WRONG_RECEIPT)
    return tip


def find_by_key(key: str) -> Tip | None:
    """The tip that a device sent under this key already."""
    return db.session.scalar(select(Tip).where(Tip.client_key == key))


def steps_of(tip: Tip) -> list[TipStep]:
    query = select(TipStep).where(TipStep.tip_id == tip.id).order_by(TipStep.n)
    return list(db.session.scalars(query))


def photographs_of(tip: Tip) -> list[TipPhotograph]:
    query = select(TipPhotograph).where(TipPhotograph.tip_id == tip.id).order_by(TipPhotograph.id)
    return list(db.session.scalars(query))


def get_photograph_for(viewer: Account, tip_number: str, number: int) -> TipPhotograph:
    tip = get_tip_for(viewer, tip_number)
    found = db.session.get(TipPhotograph, number)
    if found is None or found.tip_id != tip.id:
        raise NotFound(Text("没有这张照片", "There is no such photograph"))
    return found


def from_the_same(sender: str, now: datetime) -> int:
    """How many came from one sender within an hour."""
    query = select(func.count(Tip.id)).where(Tip.sender == sender, Tip.received_at > now - timedelta(hours=1))
    return db.session.scalar(query) or 0


def similar_to(tip: Tip) -> list[Tip]:
    """Open ones of the same place that name the same code, producer or GI: perhaps the same thing."""
    query = select(Tip).where(
        Tip.id != tip.id,
        Tip.adcode == tip.adcode,
        Tip.kind == tip.kind,
        Tip.state.in_([state.value for state in OPEN - {State.HELD}]),
    )
    same = [
        column == value
        for column, value in (
            (Tip.code, tip.code),
            (Tip.producer_id, tip.producer_id),
            (Tip.indication_id, tip.indication_id),
        )
        if value
    ]
    if not same:
        return []
    condition = same[0]
    for one in same[1:]:
        condition = condition | one
    return list(db.session.scalars(query.where(condition).options(*_SHOWN).order_by(Tip.id).limit(10)))


def joined_to(tip: Tip) -> list[Tip]:
    return list(db.session.scalars(select(Tip).where(Tip.joined_to_id == tip.id).order_by(Tip.id)))


# ---- what is due


def due_by(viewer: Account, last: date) -> list[tuple[TipClock, Tip]]:
    """Clocks of tips that run out up to a day, soonest first."""
    query = (
        select(TipClock, Tip)
        .join(Tip, Tip.id == TipClock.tip_id)
        .where(within(Tip.adcode, scope_of(viewer)), TipClock.runs(), TipClock.due_on <= last)
        .order_by(TipClock.due_on, Tip.id)
    )
    return [(clock, tip) for clock, tip in db.session.execute(query)]


# ---- figures


@dataclass(frozen=True)
class TipFigures:
    """What a report says of a year: how many came, how they ended, how many in time. Nobody is named."""

    received: Mapping[Kind, int]
    ended: Mapping[State, int]
    in_time: int
    late: int


def figures_of(scope: str, year: int, indication_ids: Iterable[int] | None = None) -> TipFigures:
    inside = [within(Tip.adcode, scope), *_in_year(year)]
    if indication_ids is not None:
        inside.append(Tip.indication_id.in_(set(indication_ids)))
    kinds = db.session.execute(select(Tip.kind, func.count()).where(*inside).group_by(Tip.kind))
    states = db.session.execute(select(Tip.state, func.count()).where(*inside).group_by(Tip.state))
    kept = in_time(TipClock.done_on, TipClock.due_on)
    clocks = select(kept, func.count()).join(Tip, Tip.id == TipClock.tip_id).group_by(kept)
    counted = clocks.where(*inside, TipClock.done_on.is_not(None), TipClock.clock != Clock.TELL.value)
    done = dict(db.session.execute(counted).all())
    return TipFigures(
        received={Kind(kind): count for kind, count in kinds},
        ended={State(state): count for state, count in states if State(state) not in OPEN},
        in_time=done.get(True, 0),
        late=done.get(False, 0),
    )


def provinces_with_tips(year: int) -> list[str]:
    """The provinces in which anything was told that year."""
    start = func.substr(Tip.adcode, 1, 2)
    found = db.session.scalars(select(start).where(*_in_year(year)).distinct().order_by(start))
    return [f"{two}0000" for two in found]


def first_year(today: date) -> int:
    """The year of the oldest tip; this one where there is none yet."""
    oldest = db.session.scalar(select(func.min(Tip.received_at)))
    return day_of(oldest).year if oldest else today.year


def _in_year(year: int) -> list[object]:
    first = datetime(year, 1, 1, tzinfo=CHINA).astimezone(UTC)
    last = datetime(year + 1, 1, 1, tzinfo=CHINA).astimezone(UTC)
    return [Tip.received_at >= first, Tip.received_at < last]
