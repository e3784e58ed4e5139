"""Who a producer is, when it stands on a roster, and where it stands. No clock, no session."""

from collections.abc import Collection
from datetime import date

from portal.accounts.rules import OFFICIALS, Role
from portal.lib.said import Worded
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


class ProducerKind(Worded):
    COMPANY = "company", Text("企业", "Company")
    COOPERATIVE = "cooperative", Text("合作社", "Co-operative")
    FAMILY_FARM = "family_farm", Text("家庭农场", "Family farm")
    HOUSEHOLD = "household", Text("农户", "Household")
    INDIVIDUAL_BUSINESS = "individual_business", Text("个体工商户", "Individual business")


# Firms act under a public name. Behind every other kind stands one person, whose name is published
# only with a consent of its own (Personal Information Protection Law, article 25).
FIRMS = frozenset({ProducerKind.COMPANY, ProducerKind.COOPERATIVE})
NEEDS_CODE = FIRMS | {ProducerKind.INDIVIDUAL_BUSINESS}


def name_is_public(kind: ProducerKind, consent_on: date | None) -> bool:
    return kind in FIRMS or consent_on is not None


class Reason(Worded):
    """Why a producer on a roster is not authorised. That one is authorised is never kept here."""

    NOT_APPLIED = "not_applied", Text("尚未申请", "Has not applied")
    APPLYING = "applying", Text("正在申请", "Is applying")
    FAILS_STANDARD = "fails_standard", Text("未达标准", "Fails the standard")
    REFUSED = "refused", Text("申请被驳回", "Was refused")
    DOES_NOT_WANT = "does_not_want", Text("不愿用标", "Does not want to")
    CEASED = "ceased", Text("已停用标志", "Ceased to use it")
    UNKNOWN = "unknown", Text("原因不详", "Reason unknown")


# ---- time


def stands_on(from_on: date, ended_on: date | None, day: date) -> bool:
    """On the roster from `from_on` to the day before `ended_on`: the day it ends no longer counts."""
    return from_on <= day and (ended_on is None or day < ended_on)


def overlap(a_from: date, a_end: date | None, b_from: date, b_end: date | None) -> bool:
    """Whether two spells on a roster share a day."""
    return (b_end is None or a_from < b_end) and (a_end is None or b_from < a_end)


# ---- place


class PlaceFit(Worded):
    """Where a division lies against the divisions that the producing area names."""

    INSIDE = "inside", Text("在产地范围内", "inside the producing area")
    PARTLY = "partly", Text("只有一部分在产地范围内", "partly inside the producing area")
    OUTSIDE = "outside", Text("不在产地范围内", "outside the producing area")
    UNKNOWN = "unknown", Text("无法判断是否在产地范围内", "cannot be held against the producing area")


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
