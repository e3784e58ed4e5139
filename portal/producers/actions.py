"""Everything that changes producers and rosters one at a time. Files go through imports.py."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from portal.accounts.models import Account
from portal.catalogue.models import Indication
from portal.db import db, ensure_current
from portal.lib.folding import folded
from portal.lib.problems import NotAllowed, RuleBroken
from portal.lib.text import Text
from portal.producers import rules
from portal.producers.entries import (
    producer_state,
    record_counts,
    record_producer,
    record_roster,
    roster_counts,
    roster_state,
)
from portal.producers.models import Producer, RosterEntry
from portal.producers.naming import new_number, search_text
from portal.producers.queries import (
    divisions_of_area,
    ensure_keeper,
    find_producer_by_code,
    keeps_producer,
    may_be_named_to,
)
from portal.producers.rules import FIRMS, NEEDS_CODE, PlaceFit, ProducerKind, Reason
from portal.regions.queries import find_region
from portal.regions.rules import county_of, covers
from portal.register.actions import Actor

NOT_STORED = Text("没有保存", "Nothing was stored")


@dataclass(frozen=True)
class ProducerData:
    """What is said of a producer. `uscc` has been read and is sound, or is None."""

    name: str
    kind: ProducerKind
    adcode: str
    uscc: str | None = None
    local_number: str | None = None
    address: str | None = None
    contact: str | None = None
    phone: str | None = None
    lon: int | None = None
    lat: int | None = None
    consent_on: date | None = None


@dataclass(frozen=True)
class RosterData:
    adcode: str
    from_on: date
    ended_on: date | None = None
    reason: Reason = Reason.UNKNOWN
    note: str | None = None


# ---- rules that every way in asks


def producer_faults(wanted: ProducerData, today: date) -> dict[str, Text]:
    faults: dict[str, Text] = {}
    if not wanted.name:
        faults["name"] = Text("请填写名称", "Give a name")
    if wanted.kind in NEEDS_CODE and not wanted.uscc:
        faults["uscc"] = CODE_NEEDED
    if (wanted.lon is None) != (wanted.lat is None):
        faults["lat" if wanted.lat is None else "lon"] = POINT_HALF
    elif wanted.lon is not None and not rules.point_in_country(wanted.lon, wanted.lat):
        swapped = rules.point_is_swapped(wanted.lon, wanted.lat)
        faults["lon"] = POINT_SWAPPED if swapped else POINT_OUTSIDE
    if wanted.consent_on is not None and wanted.consent_on > today:
        faults["consent_on"] = IN_FUTURE
    if find_region(wanted.adcode) is None:
        faults["place"] = NO_PLACE
    return faults


CODE_NEEDED = Text(
    "企业、合作社和个体工商户要有统一社会信用代码",
    "A company, a co-operative and an individual business have a USCC",
)
POINT_HALF = Text("经度和纬度要一起填", "Give longitude and latitude together")
POINT_SWAPPED = Text("经度和纬度好像填反了", "Longitude and latitude seem exchanged")
POINT_OUTSIDE = Text("这个点不在中国境内", "This point is not in China")
IN_FUTURE = Text("不能晚于今天", "Must not be later than today")
NO_PLACE = Text("没有这个行政区划", "There is no such division")


def roster_faults(wanted: RosterData, units: Collection[str], regions: Collection[str]) -> dict[str, Text]:
    faults: dict[str, Text] = {}
    if find_region(wanted.adcode) is None:
        faults["place"] = NO_PLACE
    elif place_is_outside(wanted.adcode, units, regions):
        faults["place"] = OUTSIDE_AREA
    if not covers_county(wanted.adcode):
        faults["place"] = TOO_COARSE
    if wanted.from_on < rules.EARLIEST_DAY:
        faults["from_on"] = TOO_EARLY
    if wanted.ended_on is not None and wanted.ended_on <= wanted.from_on:
        faults["ended_on"] = END_BEFORE_START
    return faults


OUTSIDE_AREA = Text(
    "不在登记的产地范围和所在地区之内；如果范围登记有误，请先更正产地范围",
    "Outside the registered producing area and its regions; if those are wrong, correct them first",
)
TOO_COARSE = Text("要写到县或乡镇", "Name a county or a township")
TOO_EARLY = Text("日期太早", "Too early a day")
END_BEFORE_START = Text("离开日期要晚于列入日期", "The end must be later than the beginning")


def place_is_outside(adcode: str, units: Collection[str], regions: Collection[str]) -> bool:
    """Outside both the divisions of the area and those of the GI; where nothing is known, nothing is."""
    fits = {rules.place_fit(adcode, units), rules.place_fit(adcode, regions)}
    return fits <= {PlaceFit.OUTSIDE, PlaceFit.UNKNOWN} and PlaceFit.OUTSIDE in fits


def covers_county(adcode: str) -> bool:
    """Whether a code is that of a county or of something in one."""
    return len(adcode) == 9 or not adcode.endswith("00")


# ---- producers


def create_producer(actor: Actor, wanted: ProducerData, today: date, demo: bool = False) -> Producer:
    number = wanted.uscc if wanted.kind in FIRMS else new_number()
    producer = Producer(number=number, created_on=today, demo=demo)
    _set_producer(producer, wanted)
    db.session.add(producer)
    db.session.flush()
    record_producer(actor, "created", number, {}, producer_state(producer))
    return producer


def amend_producer(
    official: Account, producer: Producer, wanted: ProducerData, version_seen: int, today: date
) -> None:
    """Change a producer's own data; only its own county, and those above it, may."""
    ensure_keeper(official)
    if not keeps_producer(official, producer):
        raise NotAllowed(
            Text("这个生产者由其所在地维护", "This producer is kept by the region where it is"),
        )
    ensure_current(producer, version_seen)
    faults = producer_faults(wanted, today)
    if not covers(official.region, wanted.adcode):
        faults["place"] = OUTSIDE_SCOPE
    other = find_producer_by_code(wanted.uscc) if wanted.uscc else None
    if other is not None and other.id != producer.id:
        faults["uscc"] = Text("另一个生产者已用这个代码登记", "Another producer has this code")
    if faults:
        raise RuleBroken(NOT_STORED, faults)
    before = producer_state(producer)
    _set_producer(producer, wanted)
    record_producer(official.as_actor(), "amended", producer.number, before, producer_state(producer))


OUTSIDE_SCOPE = Text("不在您的地区之内", "Outside your region")


def _set_producer(producer: Producer, wanted: ProducerData) -> None:
    for name in ("name", "adcode", "uscc", "local_number", "address", "contact", "phone", "lon", "lat"):
        setattr(producer, name, getattr(wanted, name))
    producer.kind = wanted.kind.value
    # A firm needs no consent; one that was given is not kept for it.
    producer.consent_on = None if wanted.kind in FIRMS else wanted.consent_on
    producer.consent_version = rules.CONSENT_VERSION if producer.consent_on else None
    producer.name_public = rules.name_is_public(wanted.kind, producer.consent_on)
    producer.search_text = search_text(wanted.name, wanted.uscc, producer.number, wanted.local_number)


# ---- rosters


def enrol(
    official: Account, indication: Indication, producer: ProducerData, roster: RosterData, today: date
) -> RosterEntry:
    """Put a producer on a roster. One that is known by its code is taken as it is, never doubled."""
    ensure_keeper(official)
    known = find_producer_by_code(producer.uscc) if producer.uscc else None
    faults = {} if known else producer_faults(producer, today)
    faults |= roster_faults(roster, *divisions_of_area(indication.id))
    if not covers(official.region, roster.adcode):
        faults["place"] = OUTSIDE_SCOPE
    if known is not None and folded(known.name) != folded(producer.name):
        faults["name"] = _other_name(official, known)
    if faults:
        raise RuleBroken(NOT_STORED, faults)
    actor = official.as_actor()
    return add_line(actor, indication, known or create_producer(actor, producer, today), roster)


def _other_name(official: Account, known: Producer) -> Text:
    """The registered name of a code, told only to those who may know it."""
    if may_be_named_to(official, known):
        said = Text("这个代码已用“{name}”的名称登记", "This code is registered under the name “{name}”")
        return said.format(name=known.name)
    return Text(
        "这个代码已在别处用另一个名称登记；请核对，或请上级查询",
        "This code is registered elsewhere under another name; check it or ask the level above",
    )


def add_line(actor: Actor, indication: Indication, producer: Producer, roster: RosterData) -> RosterEntry:
    """A new line of a roster with its entry; the caller has asked the rules about place and scope."""
    refuse_second_spell(indication.id, producer.id, roster.from_on, roster.ended_on)
    before = roster_counts(indication.id)
    entry = RosterEntry(indication_id=indication.id, producer_id=producer.id)
    _set_line(entry, roster)
    db.session.add(entry)
    db.session.flush()
    record_roster(
        actor, "enrolled", indication.slug, producer.number, producer.name_public, {}, roster_state(entry)
    )
    record_counts(actor, indication.slug, indication.id, before, {county_of(entry.adcode)})
    return entry


def refuse_second_spell(
    indication_id: int, producer_id: int, from_on: date, ended_on: date | None, besides: int | None = None
) -> None:
    """A producer counts once: two spells on one roster must not share a day."""
    query = select(RosterEntry.id, RosterEntry.from_on, RosterEntry.ended_on).where(
        RosterEntry.indication_id == indication_id, RosterEntry.producer_id == producer_id
    )
    for number, begun, ended in db.session.execute(query):
        if number != besides and rules.overlap(begun, ended, from_on, ended_on):
            raise RuleBroken(
                NOT_STORED,
                {
                    "from_on": Text(
                        "这个生产者在这段时间已经在名录中",
                        "This producer is already on the roster in that time",
                    )
                },
            )


def amend_line(official: Account, entry: RosterEntry, wanted: RosterData, version_seen: int) -> None:
    """Change place, dates, reason or note of a line that was fetched through the official's region."""
    ensure_keeper(official)
    ensure_current(entry, version_seen)
    faults = roster_faults(wanted, *divisions_of_area(entry.indication_id))
    if not covers(official.region, wanted.adcode):
        faults["place"] = OUTSIDE_SCOPE
    if faults:
        raise RuleBroken(NOT_STORED, faults)
    refuse_second_spell(entry.indication_id, entry.producer_id, wanted.from_on, wanted.ended_on, entry.id)
    _store_line(official.as_actor(), entry, wanted, "amended")


def end_line(official: Account, entry: RosterEntry, on: date, version_seen: int) -> None:
    """Take a producer off the roster from a day on. Sent twice it stays as it is."""
    ensure_keeper(official)
    if entry.ended_on is not None:
        return
    ensure_current(entry, version_seen)
    end_line_for(official.as_actor(), entry, on)


def end_line_for(actor: Actor, entry: RosterEntry, on: date) -> None:
    """For those who asked the rules about scope themselves."""
    if on <= entry.from_on:
        raise RuleBroken(NOT_STORED, {"ended_on": END_BEFORE_START})
    _store_line(actor, entry, replace(line_data(entry), ended_on=on), "struck")


def set_reason(actor: Actor, entry: RosterEntry, reason: Reason) -> None:
    """For rooms above: an application that was sent or refused changes the reason."""
    _store_line(actor, entry, replace(line_data(entry), reason=reason), "amended")


def line_data(entry: RosterEntry) -> RosterData:
    reason = Reason(entry.unauthorised_reason)
    return RosterData(entry.adcode, entry.from_on, entry.ended_on, reason, entry.note)


def _store_line(actor: Actor, entry: RosterEntry, wanted: RosterData, verb: str) -> None:
    before = roster_state(entry)
    counts = roster_counts(entry.indication_id)
    counties = {county_of(entry.adcode), county_of(wanted.adcode)}
    _set_line(entry, wanted)
    indication = db.session.get_one(Indication, entry.indication_id)
    producer = db.session.get_one(Producer, entry.producer_id)
    counted = record_roster(
        actor, verb, indication.slug, producer.number, producer.name_public, before, roster_state(entry)
    )
    if counted:
        record_counts(actor, indication.slug, indication.id, counts, counties)


def _set_line(entry: RosterEntry, wanted: RosterData) -> None:
    entry.adcode, entry.from_on, entry.ended_on = wanted.adcode, wanted.from_on, wanted.ended_on
    entry.unauthorised_reason, entry.note = wanted.reason.value, wanted.note


# ---- co-operatives


# ---- who may act for a producer
