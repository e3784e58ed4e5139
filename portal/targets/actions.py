"""Everything that changes indicators, conflicts, programmes and agreements; facts first, rows from them."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.db import db
from portal.lib.problems import DAY_AHEAD, RuleBroken
from portal.register.actions import Actor, record
from portal.register.rules import changed
from portal.targets import words  # noqa: F401 - the log learns what these objects are called
from portal.targets.models import (
    Agreement,
    Conflict,
    Indicator,
    IndicatorValue,
    Plan,
    Programme,
    ProgrammeRegion,
)
from portal.targets.programme_rules import (
    current_stage,
)

Facts = Mapping[str, object]


def state_plan(actor: Actor, key: str, facts: Facts, verb: str = "stated") -> bool:
    known = db.session.get(Plan, key)
    changes = changed(known.facts if known else {}, facts)
    if not changes:
        return False
    if known is None:
        known = Plan(id=key)
        db.session.add(known)
    known.region, known.facts = facts["region"]["code"], dict(facts)
    # Its indicators point at it.
    db.session.flush()
    record(actor, verb, f"plan:{key}", changes)
    return True


def state_indicator(
    actor: Actor,
    key: str,
    facts: Facts,
    on: date,
    verb: str = "stated",
    sealed: Mapping[str, object] | None = None,
) -> bool:
    """Make the register say exactly these facts of an indicator; return whether anything differed."""
    known = db.session.scalar(
        select(Indicator).where(Indicator.id == key).options(selectinload(Indicator.values))
    )
    changes = changed(as_entry_fields(known.facts) if known else {}, as_entry_fields(facts))
    if not changes:
        return False
    if known is None:
        known = Indicator(id=key, values=[])
        db.session.add(known)
    known.facts, known.checked_on = dict(facts), max(known.checked_on or on, on)
    known.plan_id, known.region = facts["plan"], facts["region"]
    known.part, known.subject = facts["table"], facts["subject"]
    _work_out_values(known)
    record(actor, verb, f"indicator:{key}", changes, sealed=sealed)
    return True


def as_entry_fields(facts: Facts) -> dict[str, object]:
    """Field by field as an entry keeps them; each actual value is a field of its own."""
    fields = {name: value for name, value in facts.items() if name != "actuals"}
    for actual in facts.get("actuals", []):
        fields[f"actual/{actual['key']}"] = actual
    return fields


def facts_of_entry_fields(fields: Facts) -> dict[str, object]:
    facts = {name: value for name, value in fields.items() if not name.startswith("actual/")}
    actuals = [value for name, value in fields.items() if name.startswith("actual/")]
    if actuals:
        facts["actuals"] = sorted(actuals, key=lambda one: one["key"])
    return facts


def with_actual(facts: Facts, actual: Facts, today: date) -> dict[str, object]:
    """The facts with one more actual value; two sources for one day stand side by side."""
    if actual["on"] > today.isoformat():
        raise RuleBroken(DAY_AHEAD, {"on": DAY_AHEAD})
    actuals = list(facts.get("actuals", []))
    same = [one for one in actuals if {**one, "key": ""} == {**actual, "key": ""}]
    if same:
        return dict(facts)
    key, number, taken = actual["on"], 2, {one["key"] for one in actuals}
    while key in taken:
        key, number = f"{actual['on']}-{number}", number + 1
    return {**facts, "actuals": [*actuals, {**actual, "key": key}]}


def _work_out_values(indicator: Indicator) -> None:
    wanted = {value.key: value for value in _values(indicator.facts)}
    kept = {value.key: value for value in indicator.values}
    for key in kept.keys() - wanted.keys():
        indicator.values.remove(kept[key])
    for key, value in wanted.items():
        if key not in kept:
            indicator.values.append(value)
        else:
            kept[key].on_text, kept[key].value_text = value.on_text, value.value_text
            kept[key].comparator = value.comparator


def _values(facts: Facts) -> list[IndicatorValue]:
    """Base, path, target and actual values as rows."""
    rows = []
    points = [("base", facts.get("base")), ("target", facts.get("target"))]
    points += [("path", point) for point in facts.get("path", [])]
    for role, point in points:
        if point:
            key = f"{role}-{point['year']}" if role == "path" else role
            rows.append(_row(key, role, point.get("year"), point))
    rows += [_row(f"actual-{one['key']}", "actual", one["on"], one) for one in facts.get("actuals", [])]
    return rows


def _row(key: str, role: str, on: str | None, point: Facts) -> IndicatorValue:
    return IndicatorValue(
        key=key,
        role=role,
        on_text=on,
        value_text=point.get("value"),
        comparator=point.get("comparator", "="),
    )


def state_conflict(actor: Actor, key: str, facts: Facts, verb: str = "stated") -> bool:
    return _state_plain(actor, Conflict, "conflict", key, facts, verb)


def state_agreement(actor: Actor, key: str, facts: Facts, verb: str = "stated") -> bool:
    return _state_plain(actor, Agreement, "agreement", key, facts, verb)


def _state_plain(actor: Actor, model: type, kind: str, key: str, facts: Facts, verb: str) -> bool:
    known = db.session.get(model, key)
    changes = changed(known.facts if known else {}, facts)
    if not changes:
        return False
    if known is None:
        known = model(id=key)
        db.session.add(known)
    known.facts = dict(facts)
    record(actor, verb, f"{kind}:{key}", changes)
    return True


def state_programme(
    actor: Actor,
    key: str,
    facts: Facts,
    on: date,
    verb: str = "stated",
    sealed: Mapping[str, object] | None = None,
) -> bool:
    """Make the register say exactly these facts of a zone, project or station."""
    known = db.session.scalar(
        select(Programme).where(Programme.id == key).options(selectinload(Programme.regions))
    )
    changes = changed(known.facts if known else {}, facts)
    if not changes:
        return False
    if known is None:
        known = Programme(id=key, regions=[])
        db.session.add(known)
    known.facts, known.checked_on = dict(facts), max(known.checked_on or on, on)
    known.kind, known.stage = facts["kind"], current_stage(facts["stages"]).value
    _keep_regions(known, {place["code"] for place in facts["places"]})
    record(actor, verb, f"programme:{key}", changes, sealed=sealed)
    return True


def _keep_regions(programme: Programme, wanted: set[str]) -> None:
    kept = {row.adcode: row for row in programme.regions}
    for code in kept.keys() - wanted:
        programme.regions.remove(kept[code])
    for code in sorted(wanted - kept.keys()):
        programme.regions.append(ProgrammeRegion(adcode=code))
