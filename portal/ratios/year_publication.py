"""A whole year at once: which GIs may be published together, which are left out and why, and doing it.

Everything is counted in a few statements for some hundreds of GIs at a time; row, digest and entry of each GI
are made by the one function that also publishes a single one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256

from sqlalchemy import Row, select

from portal.accounts.models import Account
from portal.catalogue.models import Indication
from portal.db import db
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.said import Worded
from portal.lib.text import Text
from portal.ratios.actions import Counted, official_of, store_after
from portal.ratios.heads import Head
from portal.ratios.ledger import Figures, figures_of_year
from portal.ratios.members import Member, members_of_all
from portal.ratios.models import PublishedRatio
from portal.ratios.queries import (
    PUBLISHERS,
    indications_for,
    last_go,
    newest_editions,
    published_in_one_go,
    publishes,
)
from portal.ratios.rules import DEFINITION, Outcome, reference_day
from portal.register.actions import Actor
from portal.returns.models import OfficialOutput

AT_ONCE = 500


class LeftOut(Worded):
    """Why a GI is not published together with the others."""

    INCONSISTENT = "inconsistent", Text("数据矛盾，先改正", "Contradictory data, to be corrected first")
    UNDETERMINED = "undetermined", Text("缺申报，结论还不能定", "Returns are missing and decide the outcome")
    NOT_COMPUTABLE = "not_computable", Text("没有名录或已接受的申报", "No roster or no accepted return")
    UNCHANGED = "unchanged", Text("已公布，底数没有变化", "Published, inputs unchanged")
    BEYOND = "beyond", Text("产地跨出本地区", "Its area reaches beyond your region")


UNSETTLED = {
    Outcome.INCONSISTENT: LeftOut.INCONSISTENT,
    Outcome.UNDETERMINED: LeftOut.UNDETERMINED,
    Outcome.NOT_COMPUTABLE: LeftOut.NOT_COMPUTABLE,
}


@dataclass(frozen=True)
class Line:
    """One GI of the year: what is counted, which edition it would be, why it is left out."""

    gi: Head
    figures: Figures
    digest: str
    stands: PublishedRatio | None
    left_out: LeftOut | None

    @property
    def edition(self) -> int:
        return 1 + (self.stands.edition if self.stands else 0)


@dataclass(frozen=True)
class Plan:
    """What an official would publish with one confirmation."""

    year: int
    lines: Sequence[Line]

    @cached_property
    def ready(self) -> list[Line]:
        return [line for line in self.lines if line.left_out is None]

    @cached_property
    def reasons(self) -> Counter[LeftOut]:
        return Counter(line.left_out for line in self.lines if line.left_out)

    @property
    def corrections(self) -> int:
        return sum(1 for line in self.ready if line.stands)

    @property
    def digest(self) -> str:
        return digest_of_editions(
            self.year, ((line.gi.slug, line.edition, line.digest) for line in self.ready)
        )


def digest_of_editions(year: int, editions: Iterable[tuple[str, int, str]]) -> str:
    """Of GI, edition and inputs digest: another as soon as anything of what would be published is another."""
    told = (f"{slug} {edition} {digest}\n" for slug, edition, digest in sorted(editions))
    return sha256("".join([f"{year} {DEFINITION}\n", *told]).encode()).hexdigest()


def count_all(
    indications: Sequence[int],
    year: int,
    today: date,
    before: Mapping[int, list[Member]] | None = None,
) -> dict[int, Counted]:
    """`count` for many GIs. `before`: their members of the year before, where they are known already."""
    day = reference_day(year, today)
    figures = figures_of_year(year, today, only=indications)
    members = members_of_all(indications, year, day)
    if before is None:
        before = members_of_all(indications, year - 1, reference_day(year - 1, today))
    stated = _official({one.official_id for one in figures.values() if one.official_id})
    return {
        number: Counted(own, members[number], before[number], official_of(stated.get(own.official_id)))
        for number in indications
        for own in [figures.get(number) or Figures(number, year, day)]
    }


def _official(numbers: set[int]) -> dict[int, OfficialOutput]:
    query = select(OfficialOutput).where(OfficialOutput.id.in_(numbers))
    return {one.id: one for one in db.session.scalars(query)} if numbers else {}


def publishing_plan(account: Account, year: int, today: date) -> Plan:
    """Every GI of the official's region in the order of the list."""
    refuse_others(account)
    return Plan(year, [line for line, _ in _lines(account, year, today)])


def refuse_others(account: Account) -> None:
    if account.role not in PUBLISHERS:
        raise NotAllowed(
            Text("由地理标志所在市或自治区的官员公布", "The city or province in which a GI lies publishes")
        )


def _lines(account: Account, year: int, today: date) -> Iterator[tuple[Line, Counted | None]]:
    day = reference_day(year, today)
    for part in in_hundreds(indications_for(account)):
        own = [head.id for head in part if publishes(account, head.regions)]
        counted, standing = count_all(own, year, today), newest_editions(own, year)
        for head in part:
            one = counted.get(head.id)
            if one is None:
                yield Line(head, Figures(head.id, year, day), "", None, LeftOut.BEYOND), None
                continue
            stands = standing.get(head.id)
            yield Line(head, one.figures, one.digest, stands, _left_out(one, stands)), one


def _left_out(counted: Counted, stands: PublishedRatio | None) -> LeftOut | None:
    if stands and stands.inputs_digest == counted.digest and stands.definition == DEFINITION:
        return LeftOut.UNCHANGED
    return UNSETTLED.get(counted.figures.outcome)


def in_hundreds(items: Sequence) -> Iterator[Sequence]:
    for first in range(0, len(items), AT_ONCE):
        yield items[first : first + AT_ONCE]


def publish_together(
    account: Account, year: int, today: date, now: datetime, digest_seen: str, remark: str | None = None
) -> int:
    """Publish every GI that is ready; what the official saw must still be what is counted."""
    refuse_others(account)
    found = list(_lines(account, year, today))
    plan = Plan(year, [line for line, _ in found])
    if plan.digest != digest_seen:
        raise RuleBroken(
            Text(
                "您看过之后，底数有了变化；一个也没有公布",
                "The inputs changed after you looked; nothing at all was published",
            ),
            next_step=Text("请看过新的清单再公布", "Look at the new list, then publish"),
        )
    if not plan.ready:
        raise RuleBroken(Text("没有可以公布的", "There is nothing to publish"))
    ready = {line.gi.id: (line, counted) for line, counted in found if line.left_out is None}
    names = named(ready)
    for number, (line, counted) in ready.items():
        store_after(
            line.stands, account.as_actor(), names[number], counted, today, now, account.id, remark=remark
        )
    return len(ready)


def published_already(account: Account, year: int, digest_seen: str) -> datetime | None:
    """When exactly what was seen was published by the same official: the button was pressed twice."""
    at = last_go(account, year)
    rows = published_in_one_go(account, year, at) if at else []
    told = [(row.indication.slug, row.edition, row.inputs_digest) for row in rows]
    return at if rows and digest_of_editions(year, told) == digest_seen else None


def named(numbers: Iterable[int]) -> dict[int, Row]:
    """What a publication says of its GI, without the facts."""
    columns = Indication.id, Indication.slug, Indication.demo
    found = {}
    for part in in_hundreds(list(numbers)):
        query = select(*columns).where(Indication.id.in_(part)).order_by(Indication.id)
        found |= {row.id: row for row in db.session.execute(query)}
    return found


def store_all(
    actor: Actor, names: Mapping[int, Row], counted: Mapping[int, Counted], year: int, today: date,
    now: datetime, remark: str,
) -> list[PublishedRatio]:  # fmt: skip
    """Publish the year of each of these GIs that has a roster."""
    standing = newest_editions(list(counted), year)
    return [
        store_after(standing.get(number), actor, names[number], one, today, now, remark=remark)
        for number, one in counted.items()
        if one.figures.producers
    ]
