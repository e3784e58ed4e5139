"""What of a producer and of a roster stands open in an entry of the log, and what is sealed beside it.

The name of a person never stands open, even where its publication was agreed to: a consent can be
withdrawn, an entry cannot. The open part of a roster entry says county and dates; the reason why
somebody is not authorised is sealed.
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select

from portal.db import db
from portal.producers import words  # noqa: F401 - gives the entries written here their words
from portal.producers.models import Producer, RosterEntry
from portal.producers.rules import FIRMS
from portal.regions.rules import county_of
from portal.register.actions import Actor, record, record_new
from portal.register.rules import Changes, changed

Values = Mapping[str, object]

PRODUCER_STATE = (
    "uscc", "local_number", "kind", "name", "name_public", "consent_on", "consent_version",
    "adcode", "address", "contact", "phone", "lon", "lat", "ended_on", "ended_reason",
)  # fmt: skip
ROSTER_STATE = ("adcode", "from_on", "ended_on", "unauthorised_reason", "note")


def state_of(row: object, fields: tuple[str, ...]) -> dict[str, object]:
    """The fields of a row or of values about to become one, days as text, as an entry keeps them."""
    read = row.get if isinstance(row, Mapping) else lambda name: getattr(row, name)
    return {name: _plain(read(name)) for name in fields}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def record_producer(actor: Actor, verb: str, number: str, before: Values, after: Values) -> None:
    """One entry for what differs between two states of a producer; none where nothing differs."""
    shut = changed(_shut_producer(before), _shut_producer(after))
    public = bool(before.get("name_public") or after.get("name_public"))
    _record(actor, verb, f"producer:{number}", _open_producer(before), _open_producer(after), shut, public)


def _record(
    actor: Actor, verb: str, subject: str, before: Values, after: Values, shut: Changes, public: bool
) -> bool:
    """One entry for what differs between what stands open before and after, and for what is shut; whether
    anything open did. Without anything open it is not public."""
    opened = changed(before, after) if before else after
    if opened or shut:
        write = record if before else record_new
        write(actor, verb, subject, opened, public=bool(opened) and public, sealed=shut or None)
    return bool(opened)


def _open_producer(state: Values) -> dict[str, object]:
    if not state:
        return {}
    shown = {
        "kind": state["kind"],
        "county": county_of(state["adcode"]),
        "name_public": state["name_public"],
        "ended_on": state["ended_on"],
    }
    if state["kind"] in FIRMS:
        shown |= {"name": state["name"], "uscc": state["uscc"]}
    return _without_none(shown)


def _shut_producer(state: Values) -> dict[str, object]:
    if not state:
        return {}
    hidden = {name: state[name] for name in PRODUCER_STATE if name not in ("kind", "name_public", "ended_on")}
    if state["kind"] in FIRMS:
        del hidden["name"], hidden["uscc"]
    return _without_none(hidden)


def record_roster(
    actor: Actor, verb: str, slug: str, number: str, name_public: bool, before: Values, after: Values
) -> bool:
    """One entry for what differs; whether it touched what counts: place and dates."""
    shut = changed(_shut_roster(before), _shut_roster(after))
    subject = f"roster:{slug}/{number}"
    return _record(actor, verb, subject, _open_roster(before), _open_roster(after), shut, name_public)


def _open_roster(state: Values) -> dict[str, object]:
    if not state:
        return {}
    shown = {"county": county_of(state["adcode"]), "from_on": state["from_on"], "ended_on": state["ended_on"]}
    return _without_none(shown)


def _shut_roster(state: Values) -> dict[str, object]:
    if not state:
        return {}
    names = ("adcode", "unauthorised_reason", "note")
    return _without_none({name: state[name] for name in names})


def _without_none(values: Values) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}


# ---- how many there are, which is public even where the names are not


def roster_counts(indication_id: int) -> dict[str, int]:
    """How many stand on the roster of a GI without an end, by county."""
    county = func.substr(RosterEntry.adcode, 1, 6)
    query = (
        select(county, func.count())
        .where(RosterEntry.indication_id == indication_id, RosterEntry.ended_on.is_(None))
        .group_by(county)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def record_counts(
    actor: Actor, slug: str, indication_id: int, before: dict[str, int], touched: set[str]
) -> None:
    """A public entry for each county whose roster changed. Households are not named in public, but
    whatever is counted from them must be counted anew: the register's version has to move."""
    db.session.flush()
    after = roster_counts(indication_id)
    for county in sorted(touched):
        changes = {"producers": {"from": before.get(county, 0), "to": after.get(county, 0)}}
        record(actor, "counted", f"roster:{slug}@{county}", changes)


def producer_state(producer: Producer | Values) -> dict[str, object]:
    return state_of(producer, PRODUCER_STATE)


def roster_state(entry: RosterEntry | Values) -> dict[str, object]:
    return state_of(entry, ROSTER_STATE)
