"""Who a producer is, when it stands on a roster, and where it stands. No clock, no session."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from portal.accounts.rules import OFFICIALS, Role
from portal.lib.text import Text
from portal.regions.rules import covers

NAME_LONGEST = 120
ADDRESS_LONGEST = 200
CONTACT_LONGEST = 60
PHONE_LONGEST = 40
NOTE_LONGEST = 500
LOCAL_NUMBER_LONGEST = 40

# The wording that a person agreed to when a name was made public; a new wording is a new version.
CONSENT_VERSION = "2026-1"

MICRO = 1_000_000
WEST, SOUTH, EAST, NORTH = 73, 3, 136, 54

EARLIEST_DAY = date(1949, 10, 1)


class ProducerKind(StrEnum):
    COMPANY = "company"
    COOPERATIVE = "cooperative"
    FAMILY_FARM = "family_farm"
    HOUSEHOLD = "household"
    INDIVIDUAL_BUSINESS = "individual_business"

    @property
    def text(self) -> Text:
        return KIND_NAMES[self]


KIND_NAMES = {
    ProducerKind.COMPANY: Text("企业", "Company"),
    ProducerKind.COOPERATIVE: Text("合作社", "Co-operative"),
    ProducerKind.FAMILY_FARM: Text("家庭农场", "Family farm"),
    ProducerKind.HOUSEHOLD: Text("农户", "Household"),
    ProducerKind.INDIVIDUAL_BUSINESS: Text("个体工商户", "Individual business"),
}

# Firms act under a public name. Behind every other kind stands one person, whose name is published
# only with a consent of its own (Personal Information Protection Law, article 25).
FIRMS = frozenset({ProducerKind.COMPANY, ProducerKind.COOPERATIVE})
NEEDS_CODE = FIRMS | {ProducerKind.INDIVIDUAL_BUSINESS}


def name_is_public(kind: ProducerKind, consent_on: date | None) -> bool:
    return kind in FIRMS or consent_on is not None


class Reason(StrEnum):
    """Why a producer on a roster is not authorised. That one is authorised is never kept here."""

    NOT_APPLIED = "not_applied"
    APPLYING = "applying"
    FAILS_STANDARD = "fails_standard"
    REFUSED = "refused"
    DOES_NOT_WANT = "does_not_want"
    CEASED = "ceased"
    UNKNOWN = "unknown"

    @property
    def text(self) -> Text:
        return REASON_NAMES[self]


REASON_NAMES = {
    Reason.NOT_APPLIED: Text("尚未申请", "Has not applied"),
    Reason.APPLYING: Text("正在申请", "Is applying"),
    Reason.FAILS_STANDARD: Text("未达标准", "Fails the standard"),
    Reason.REFUSED: Text("申请被驳回", "Was refused"),
    Reason.DOES_NOT_WANT: Text("不愿用标", "Does not want to"),
    Reason.CEASED: Text("已停用标志", "Ceased to use it"),
    Reason.UNKNOWN: Text("原因不详", "Reason unknown"),
}


# ---- time


def stands_on(from_on: date, ended_on: date | None, day: date) -> bool:
    """On the roster from `from_on` to the day before `ended_on`: the day it ends no longer counts."""
    return from_on <= day and (ended_on is None or day < ended_on)


def overlap(a_from: date, a_end: date | None, b_from: date, b_end: date | None) -> bool:
    """Whether two spells on a roster share a day."""
    return (b_end is None or a_from < b_end) and (a_end is None or b_from < a_end)


# ---- place


class PlaceFit(StrEnum):
    """Where a division lies against the divisions that the producing area names."""

    INSIDE = "inside"
    PARTLY = "partly"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"

    @property
    def text(self) -> Text:
        return FIT_NAMES[self]


FIT_NAMES = {
    PlaceFit.INSIDE: Text("在产地范围内", "inside the producing area"),
    PlaceFit.PARTLY: Text("只有一部分在产地范围内", "partly inside the producing area"),
    PlaceFit.OUTSIDE: Text("不在产地范围内", "outside the producing area"),
    PlaceFit.UNKNOWN: Text("无法判断是否在产地范围内", "cannot be held against the producing area"),
}


def place_fit(adcode: str, units: Collection[str]) -> PlaceFit:
    """A township is inside if it or its county is named; a county of which only some townships are
    named is partly inside. An area that names no division by code cannot be held against anything."""
    if not units:
        return PlaceFit.UNKNOWN
    if any(covers(unit, adcode) for unit in units):
        return PlaceFit.INSIDE
    return PlaceFit.PARTLY if any(covers(adcode, unit) for unit in units) else PlaceFit.OUTSIDE


def point_in_country(lon: int, lat: int) -> bool:
    """Whether micro-degrees can be a place in China at all."""
    return WEST * MICRO <= lon <= EAST * MICRO and SOUTH * MICRO <= lat <= NORTH * MICRO


def point_is_swapped(lon: int, lat: int) -> bool:
    """Longitude and latitude typed into each other's field."""
    return not point_in_country(lon, lat) and point_in_country(lat, lon)


# ---- people

ROSTER_READERS = OFFICIALS | {Role.AUDITOR}
ROSTER_KEEPERS = frozenset({Role.COUNTY, Role.CITY, Role.PROVINCE})


def may_read_rosters(role: Role) -> bool:
    return role in ROSTER_READERS


def may_keep_rosters(role: Role) -> bool:
    return role in ROSTER_KEEPERS
