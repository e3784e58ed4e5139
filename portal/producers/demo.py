"""Made-up producers for trying the portal: every name ends in （演示）, every code is synthetic.

The organisation codes begin with DEMO, which no issued code does; the check characters are right.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Account
from portal.accounts.queries import find_account_by_email
from portal.catalogue.models import Indication
from portal.db import db
from portal.lib.uscc import complete_uscc
from portal.producers.actions import ProducerData, RosterData, add_line, create_producer, end_line_for
from portal.producers.membership_actions import join, link_account
from portal.producers.models import Membership, Producer, ProducerAccount, RosterEntry
from portal.producers.queries import divisions_of_area, find_producer_by_code
from portal.producers.rules import ProducerKind, Reason
from portal.register.actions import PORTAL

MARK = "（演示）"
# A code has no letter O; the zero stands for it.
PREFIX = "DEM0"
REGISTRARS = {
    ProducerKind.COMPANY: "91",
    ProducerKind.COOPERATIVE: "93",
    ProducerKind.INDIVIDUAL_BUSINESS: "92",
}
FIRM_WORDS = (
    "红河川", "清水湾", "金滩", "塞上", "河套湾", "长渠", "沙湖里", "绿洲", "南山口", "北塬",
    "五里墩", "新渠桥", "东风渠", "西河沿", "阳坡", "大柳树", "双井", "石空渡", "白杨林", "三道渠",
)  # fmt: skip
FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
REASONS = (
    Reason.NOT_APPLIED, Reason.NOT_APPLIED, Reason.APPLYING, Reason.FAILS_STANDARD, Reason.DOES_NOT_WANT,
    Reason.NOT_APPLIED, Reason.UNKNOWN, Reason.CEASED,
)  # fmt: skip


@dataclass(frozen=True)
class DemoRoster:
    """How many of each kind one GI gets, and by which word its firms are told apart."""

    slug: str
    key: str
    region: str
    goods: str
    companies: int
    cooperatives: int
    farms: int
    households: int
    # Where its producers are, if not in the townships of the region that its codes name.
    places: tuple[str, ...] = ()

    @property
    def firms(self) -> int:
        return self.companies + self.cooperatives


ROSTERS = (
    DemoRoster("zhongning-gouqi", "A", "640521", "枸杞", 14, 10, 4, 12),
    DemoRoster("wuyuan-xiangrikui", "B", "150821", "向日葵", 10, 8, 4, 8),
    DemoRoster("guyang-huangqi", "C", "150222", "黄芪", 5, 4, 2, 5),
    DemoRoster("xinganmeng-dami", "D", "152201", "大米", 7, 6, 3, 6, ("152201", "152221", "152223")),
    DemoRoster("shapotou-pingguo", "E", "640502", "苹果", 4, 4, 2, 4),
)
ACTS = (("producer@demo", "zhongning-gouqi"), ("producer2@demo", "wuyuan-xiangrikui"))


def demo_code(key: str, number: int, kind: ProducerKind, region: str) -> str:
    return complete_uscc(f"{REGISTRARS[kind]}{region}", f"{PREFIX}{key}{number:03d}")


def load_demo_producers(today: date, _now: datetime) -> int:
    """Rosters that are not there yet, and those that were removed again; how many lines were added."""
    added = 0
    for roster in ROSTERS:
        indication = db.session.scalar(select(Indication).where(Indication.slug == roster.slug))
        if indication is None:
            continue
        loaded = _is_loaded(roster)
        added += _bring_back(indication, today) if loaded else _load(roster, indication, today)
    _link_people(today)
    return added


def _is_loaded(roster: DemoRoster) -> bool:
    return find_producer_by_code(demo_code(roster.key, 1, ProducerKind.COMPANY, roster.region)) is not None


def _load(roster: DemoRoster, indication: Indication, today: date) -> int:
    # Always the same people, whoever loads them and when.
    chance = random.Random(roster.slug)  # noqa: S311 - makes up names, guards nothing
    places = list(roster.places) or _places(indication, roster.region)
    cooperatives, count = [], 0
    for number, data in enumerate(_producers(roster, places, chance), 1):
        producer = create_producer(PORTAL, data, today, demo=True)
        reason = chance.choice(REASONS)
        begun = date(2021, 1, 1) + timedelta(days=chance.randrange(0, 4 * 365))
        add_line(PORTAL, indication, producer, RosterData(data.adcode, begun, None, reason))
        if data.kind is ProducerKind.COOPERATIVE:
            cooperatives.append(producer)
        elif data.kind is ProducerKind.HOUSEHOLD and cooperatives and number % 2:
            join(PORTAL, cooperatives[number % len(cooperatives)], producer, begun)
        count += 1
    return count


def _bring_back(indication: Indication, today: date) -> int:
    """After a removal everybody stands on the roster again from today; a roster in use is left alone."""
    query = (
        select(RosterEntry)
        .join(Producer, Producer.id == RosterEntry.producer_id)
        .where(Producer.demo, RosterEntry.indication_id == indication.id)
        .options(joinedload(RosterEntry.producer))
        .order_by(RosterEntry.id)
    )
    lines = list(db.session.scalars(query))
    if any(line.ended_on is None for line in lines):
        return 0
    newest = {line.producer_id: line for line in lines}
    for line in newest.values():
        begun = max(today, line.ended_on)
        data = RosterData(line.adcode, begun, None, Reason(line.unauthorised_reason))
        add_line(PORTAL, indication, line.producer, data)
    return len(newest)


def _places(indication: Indication, region: str) -> list[str]:
    """Townships of the area where it names some in this region, else the county itself."""
    units, _ = divisions_of_area(indication.id)
    return sorted(code for code in units if code.startswith(region)) or [region]


def _producers(roster: DemoRoster, places: list[str], chance: random.Random) -> Iterator[ProducerData]:
    for number in range(1, roster.companies + 1):
        name = f"{FIRM_WORDS[number % len(FIRM_WORDS)]}{roster.goods}有限公司{MARK}"
        yield _firm(roster, number, ProducerKind.COMPANY, name, places, chance)
    for number in range(roster.companies + 1, roster.firms + 1):
        name = f"{FIRM_WORDS[number % len(FIRM_WORDS)]}{roster.goods}专业合作社{MARK}"
        yield _firm(roster, number, ProducerKind.COOPERATIVE, name, places, chance)
    for number in range(roster.farms):
        name = f"{chance.choice(FAMILY)}家{FIRM_WORDS[number]}家庭农场{MARK}"
        yield _person(ProducerKind.FAMILY_FARM, name, f"F{number + 1:03d}{roster.key}", places, chance)
    for number in range(roster.households):
        name = f"{FAMILY[number % len(FAMILY)]}某{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{MARK}"
        yield _person(ProducerKind.HOUSEHOLD, name, f"H{number + 1:03d}{roster.key}", places, chance)


def _firm(
    roster: DemoRoster, number: int, kind: ProducerKind, name: str, places: list[str], chance: random.Random
) -> ProducerData:
    code = demo_code(roster.key, number, kind, roster.region)
    return ProducerData(name, kind, chance.choice(places), uscc=code, contact=f"联系人{MARK}")


def _person(
    kind: ProducerKind, name: str, local: str, places: list[str], chance: random.Random
) -> ProducerData:
    return ProducerData(name, kind, chance.choice(places), local_number=local)


def _link_people(today: date) -> None:
    for email, slug in ACTS:
        account, roster = find_account_by_email(email), next(r for r in ROSTERS if r.slug == slug)
        producer = find_producer_by_code(demo_code(roster.key, 1, ProducerKind.COMPANY, roster.region))
        if account is not None and producer is not None:
            link_account(PORTAL, producer, account, today)
    _link_cooperative(today)


def _link_cooperative(today: date) -> None:
    """A co-operative with several households, for whoever tries to file for them."""
    account, roster = find_account_by_email("coop@demo"), ROSTERS[0]
    number = roster.companies + 1
    code = demo_code(roster.key, number, ProducerKind.COOPERATIVE, roster.region)
    cooperative = find_producer_by_code(code)
    if account is None or cooperative is None or _acts(account, cooperative):
        return
    link_account(PORTAL, cooperative, account, today)
    joined = select(Membership.member_id).where(Membership.ended_on.is_(None))
    households = db.session.scalars(
        select(Producer)
        .where(
            Producer.demo,
            Producer.kind == ProducerKind.HOUSEHOLD,
            Producer.local_number.endswith(roster.key),
            Producer.ended_on.is_(None),
            Producer.id.not_in(joined),
        )
        .order_by(Producer.id)
    )
    for household in list(households):
        join(PORTAL, cooperative, household, today)


def _acts(account: Account, producer: Producer) -> bool:
    query = select(ProducerAccount.id).where(
        ProducerAccount.account_id == account.id, ProducerAccount.producer_id == producer.id
    )
    return db.session.scalar(query) is not None


def remove_demo_producers(today: date, _now: datetime) -> int:
    """End every line of a made-up producer; the rows stay, as what happened stays in the log."""
    query = (
        select(RosterEntry)
        .join(Producer, Producer.id == RosterEntry.producer_id)
        .where(Producer.demo, RosterEntry.ended_on.is_(None))
    )
    entries = list(db.session.scalars(query))
    for entry in entries:
        end_line_for(PORTAL, entry, max(today, entry.from_on + timedelta(days=1)))
    return len(entries)
