"""Publishing a year's shares. What was published is never changed: a correction is a new edition."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Protocol

from portal.accounts.models import Account
from portal.catalogue.models import Indication
from portal.db import db
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.producers.parts import is_whole
from portal.ratios import words  # noqa: F401 - gives the entries written here their words
from portal.ratios.change import (
    as_plain,
    producers_change,
    users_change,
    value_change,
    values_are_known,
    whole_change,
)
from portal.ratios.ledger import Figures, figures_of
from portal.ratios.members import Member, digest_of_inputs, members_of, public_view
from portal.ratios.models import PublishedRatio
from portal.ratios.queries import editions_of, may_publish
from portal.ratios.rules import DEFINITION, Outcome, reference_day
from portal.register.actions import Actor, record
from portal.register.rules import changed
from portal.returns.models import OfficialOutput

REMARK_LONGEST = 500
STATED = (
    "edition", "definition", "users_n", "users_d", "off_roster", "output_n", "output_d", "mark_value",
    "basis", "missing_users", "missing_others", "users_outcome", "output_outcome", "outcome", "official",
    "inputs_digest", "remark",
)  # fmt: skip


@dataclass(frozen=True)
class Counted:
    """Everything a publication rests on."""

    figures: Figures
    members: list[Member]
    before: list[Member]
    official: dict[str, object] | None

    @cached_property
    def digest(self) -> str:
        return digest_of_inputs(self.members, self.official)


def count(indication: Indication, year: int, today: date, zone: str = "") -> Counted:
    """Count one GI's year and list who is behind every number."""
    figures = figures_of(indication.id, year, today, zone)
    members = members_of(indication.id, year, figures.day, zone)
    before = members_of(indication.id, year - 1, reference_day(year - 1, today), zone)
    stated = db.session.get(OfficialOutput, figures.official_id) if figures.official_id else None
    return Counted(figures, members, before, official_of(stated))


def official_of(stated: OfficialOutput | None) -> dict[str, object] | None:
    if stated is None:
        return None
    return {
        "value_fen": stated.value_fen,
        "issuer": stated.issuer,
        "document": stated.document,
        "document_on": stated.document_on.isoformat(),
    }


def publish(
    account: Account,
    indication: Indication,
    year: int,
    today: date,
    now: datetime,
    zone: str = "",
    remark: str | None = None,
    digest_seen: str | None = None,
) -> PublishedRatio:
    """Publish what is counted now; what the official saw must still be what is counted."""
    if not may_publish(account, indication, zone):
        raise NotAllowed(
            Text("由地理标志所在市或自治区的官员公布", "The city or province in which the GI lies publishes"),
        )
    counted = count(indication, year, today, zone)
    if digest_seen is not None and digest_seen != counted.digest:
        raise RuleBroken(
            Text(
                "您看过之后，底数有了变化；没有公布",
                "The inputs changed after you looked; nothing was published",
            ),
            next_step=Text("请看过新的数字再公布", "Look at the new figures, then publish"),
        )
    return store_publication(account.as_actor(), indication, counted, today, now, account.id, zone, remark)


def store_publication(
    actor: Actor,
    indication: Indication,
    counted: Counted,
    today: date,
    now: datetime,
    by: int | None = None,
    zone: str = "",
    remark: str | None = None,
) -> PublishedRatio:
    _refuse_zone(indication, counted.figures, zone)
    known = editions_of(indication.id, counted.figures.year, zone)
    return store_after(known[0] if known else None, actor, indication, counted, today, now, by, zone, remark)


class Named(Protocol):
    """What a publication needs of its GI."""

    id: int
    slug: str
    demo: bool


def store_after(
    last: PublishedRatio | None,
    actor: Actor,
    indication: Named,
    counted: Counted,
    today: date,
    now: datetime,
    by: int | None = None,
    zone: str = "",
    remark: str | None = None,
) -> PublishedRatio:
    """The next edition after the one that stands, which the caller has read."""
    figures = counted.figures
    _refuse_unfit(figures, today, remark)
    if last is not None and last.inputs_digest == counted.digest and last.definition == DEFINITION:
        raise RuleBroken(
            Text("底数没有变化，不需要再公布", "The inputs are the same; there is nothing to publish anew")
        )
    row = _row(indication, counted, zone, 1 + (last.edition if last else 0), remark)
    row.published_at, row.published_by, row.published_as = now, by, actor.name
    db.session.add(row)
    before = _stated(last) if last else {}
    subject = f"ratio:{indication.slug}/{figures.year}" + (f"@{zone}" if zone else "")
    record(actor, "republished" if last else "published", subject, changed(before, _stated(row)))
    return row


def _refuse_unfit(figures: Figures, today: date, remark: str | None) -> None:
    if figures.year >= today.year:
        raise RuleBroken(
            Text("年度结束后才能公布", "A year is published when it is over"),
            next_step=Text("在此之前可看实时数据", "Until then the live figures show it"),
        )
    if figures.outcome is Outcome.INCONSISTENT:
        raise RuleBroken(
            Text(
                "部分大于整体：先改正数据再公布",
                "A part exceeds its whole: correct the data before publishing",
            )
        )
    if remark and len(remark) > REMARK_LONGEST:
        limit = Text(f"最多 {REMARK_LONGEST} 字", f"At most {REMARK_LONGEST} characters")
        raise RuleBroken(Text("没有公布", "Nothing was published"), {"remark": limit})


def _refuse_zone(indication: Indication, figures: Figures, zone: str) -> None:
    if not zone:
        return
    if is_whole(indication.id, zone):
        raise RuleBroken(
            Text(
                "这个区域就是整个产地，请按整个产地公布",
                "This zone is the whole producing area; publish it as such",
            )
        )
    if not figures.producers:
        raise RuleBroken(
            Text("这个区域的名录上没有生产者", "No producer of this zone stands on the roster"),
        )


def _row(indication: Named, counted: Counted, zone: str, edition: int, remark: str | None) -> PublishedRatio:
    figures = counted.figures
    users, output = figures.users_share, figures.output_share
    return PublishedRatio(
        indication_id=indication.id,
        zone=zone,
        year=figures.year,
        edition=edition,
        definition=DEFINITION,
        counted_on=figures.day,
        users_n=users.n,
        users_d=users.d,
        off_roster=figures.off_roster,
        output_n=output.n,
        output_d=output.d,
        mark_value=figures.mark_share.n,
        basis=figures.basis.value if figures.basis else None,
        official=counted.official,
        missing_users=figures.missing_users,
        missing_others=figures.missing_others,
        users_outcome=users.outcome.value,
        output_outcome=output.outcome.value,
        outcome=figures.outcome.value,
        counted=public_view(counted.members) | _changes(counted),
        inputs_digest=counted.digest,
        remark=remark or None,
        demo=indication.demo or any(m.name.endswith("（演示）") for m in counted.members[:1]),
    )


def _changes(counted: Counted) -> dict[str, object]:
    """The way from last year, kept with the publication; nothing where last year is empty."""
    if not counted.before:
        return {}
    pair = counted.before, counted.members
    heads = {"users_change": users_change(*pair), "producers_change": producers_change(*pair)}
    values = {"value_change": value_change(*pair), "whole_change": whole_change(*pair)}
    shown = heads | values if all(values_are_known(one) for one in pair) else heads
    return {key: as_plain(steps) for key, steps in shown.items()}


def _stated(row: PublishedRatio) -> dict[str, object]:
    values = {name: getattr(row, name) for name in STATED}
    values["counted_on"] = row.counted_on.isoformat()
    return {name: value for name, value in values.items() if value is not None}
