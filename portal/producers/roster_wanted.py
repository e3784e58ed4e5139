"""What a row of a roster asks for: the state after it, of the producer and of its line."""

from collections.abc import Mapping
from datetime import date

from portal.producers import rules
from portal.producers.entries import producer_state
from portal.producers.rules import FIRMS, Reason

OWN_FIELDS = ("uscc", "local_number", "name", "kind", "address", "contact", "phone", "lon", "lat")


def wanted_producer(
    values: Mapping[str, object], before: Mapping[str, object], with_roster: bool
) -> dict[str, object]:
    """The state after the row: what it gives, over what there was. An empty cell changes nothing."""
    wanted = dict(before) or dict.fromkeys(producer_state({}))
    wanted |= {name: values[name] for name in OWN_FIELDS if name in values}
    if not before or not with_roster:
        wanted["adcode"] = values["adcode"]
    if "consent_on" in values:
        wanted["consent_on"] = values["consent_on"].isoformat()
    if wanted["kind"] in FIRMS:
        wanted["consent_on"] = None
    wanted["consent_version"] = (
        wanted["consent_version"] or rules.CONSENT_VERSION if wanted["consent_on"] else None
    )
    wanted["name_public"] = wanted["kind"] in FIRMS or wanted["consent_on"] is not None
    return wanted


def wanted_line(
    values: Mapping[str, object], before: Mapping[str, object], default_day: date
) -> dict[str, object]:
    wanted = dict(before) or {
        "adcode": None,
        "from_on": default_day.isoformat(),
        "ended_on": None,
        "unauthorised_reason": Reason.UNKNOWN.value,
        "note": None,
    }
    wanted["adcode"] = values["adcode"]
    for name in ("from_on", "ended_on"):
        if name in values:
            wanted[name] = values[name].isoformat()
    if "reason" in values:
        wanted["unauthorised_reason"] = values["reason"]
    if "note" in values:
        wanted["note"] = values["note"]
    return wanted
