"""The report on use of the special mark (Announcement 354 of 2020: users report their use regularly to the
local office). Nobody files it a second time: it is put together from licences, accepted returns and the
uses that were reported in between."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select

from portal.authorisation.models import Licence, UsageRecord
from portal.authorisation.queries import licences
from portal.authorisation.rules import LicenceState
from portal.db import db
from portal.producers.models import Producer
from portal.producers.queries import within
from portal.returns.models import AnnualReturn
from portal.returns.rules import State


@dataclass(frozen=True)
class UseLine:
    """One user of the mark in a year: its licences, what its return says, when it last told of a use."""

    producer: Producer
    licences: tuple[Licence, ...]
    filed: AnnualReturn | None
    last_use: date | None
    last_day: date

    @property
    def reported(self) -> bool:
        return self.filed is not None or self.last_use is not None

    @property
    def standing(self) -> LicenceState:
        """How the newest licence stood on the last day of the year."""
        return self.licences[-1].state_on(self.last_day)

    @property
    def adcode(self) -> str:
        return self.licences[-1].adcode


@dataclass(frozen=True)
class UseTotals:
    """Sums over the `filed` users whose return was accepted; None where nobody stated the figure."""

    users: int
    reported: int
    filed: int
    quantity_g: int | None
    mark_value_fen: int | None
    labels: int | None


def with_users(scope: str) -> set[int]:
    """The GIs of which anybody in a region was ever licensed."""
    query = select(Licence.indication_id).where(within(Licence.adcode, scope)).distinct()
    return set(db.session.scalars(query))


def mark_use_of(indication_id: int, year: int, scope: str, today: date) -> list[UseLine]:
    """Everybody who was licensed at any time of a year within a region: three queries."""
    first, last = date(year, 1, 1), min(date(year, 12, 31), today)
    query = (
        licences()
        .where(
            Licence.indication_id == indication_id,
            Licence.valid_from <= last,
            or_(Licence.valid_to.is_(None), Licence.valid_to >= first),
            within(Licence.adcode, scope),
        )
        .order_by(Licence.valid_from, Licence.id)
    )
    own: dict[int, list[Licence]] = defaultdict(list)
    for one in db.session.scalars(query):
        if _was_live(one, first):
            own[one.producer_id].append(one)
    filed, used = _returns(indication_id, year, own), _uses(own, first, last)
    lines = [
        UseLine(
            ones[-1].producer,
            tuple(ones),
            filed.get(number),
            max((used[one.id] for one in ones if one.id in used), default=None),
            last,
        )
        for number, ones in own.items()
    ]
    return sorted(lines, key=lambda line: (line.reported, line.producer.name, line.producer.id))


def _was_live(licence: Licence, first: date) -> bool:
    """Not one that was over for good before the year began."""
    return any(
        spell.state in (LicenceState.IN_FORCE, LicenceState.SUSPENDED)
        and (spell.ended_on is None or spell.ended_on > first)
        for spell in licence.spells
    )


def _returns(indication_id: int, year: int, producers: Iterable[int]) -> dict[int, AnnualReturn]:
    query = select(AnnualReturn).where(
        AnnualReturn.indication_id == indication_id,
        AnnualReturn.year == year,
        AnnualReturn.state == State.ACCEPTED.value,
        AnnualReturn.producer_id.in_(list(producers)),
    )
    return {one.producer_id: one for one in db.session.scalars(query)}


def _uses(own: dict[int, list[Licence]], first: date, last: date) -> dict[int, date]:
    numbers = [one.id for ones in own.values() for one in ones]
    query = (
        select(UsageRecord.licence_id, func.max(UsageRecord.on))
        .where(UsageRecord.licence_id.in_(numbers), UsageRecord.on.between(first, last))
        .group_by(UsageRecord.licence_id)
    )
    return dict(db.session.execute(query).all())


def totals_of(lines: Iterable[UseLine]) -> UseTotals:
    lines = list(lines)
    filed = [line.filed for line in lines if line.filed is not None]
    return UseTotals(
        len(lines),
        sum(1 for line in lines if line.reported),
        len(filed),
        _sum(one.quantity_g for one in filed),
        _sum(one.mark_value_fen for one in filed),
        _sum(one.labels for one in filed),
    )


def _sum(stated: Iterable[int | None]) -> int | None:
    known = [value for value in stated if value is not None]
    return sum(known) if known else None


MARK_USE_HEADINGS = {
    "zh": (
        "使用人", "统一社会信用代码", "登记编号", "所在地", "授权编号", "产品", "年末状态", "产量（公斤）",
        "使用标志销售额（元）", "使用标签数", "最近一次报告用标", "已报告",
    ),
    "en": (
        "user", "USCC", "number", "place", "licences", "goods", "state at year's end", "quantity (kg)",
        "sold under the mark (yuan)", "labels used", "last use reported", "reported",
    ),
}  # fmt: skip
