"""The parts of loading that bring in plans, indicators, conflicts, programmes and agreements."""

from collections.abc import Mapping
from datetime import date

from gi_data.fact_writing import as_plain
from gi_data.facts import Facts
from portal.register.actions import PORTAL
from portal.targets import actions, queries
from portal.targets.loading import facts_of_agreements, facts_of_indicators, facts_of_plans, without_id

Fields = Mapping[str, object]


def target_parts() -> list[tuple]:
    """(kind, title, shipped, current, state) for each part; indicators come after their plans."""
    return [
        ("plan", "plans", _plans, queries.plan_fields, _stating(actions.state_plan)),
        ("indicator", "indicators", _indicators, queries.indicator_fields, _state_indicator),
        ("conflict", "conflicts", _conflicts, queries.conflict_fields, _stating(actions.state_conflict)),
        ("programme", "programmes", _programmes, queries.programme_fields, _state_programme),
        ("agreement", "agreements", _agreements, queries.agreement_fields, _stating(actions.state_agreement)),
    ]


def _plans(facts: Facts) -> dict[str, Fields]:
    return facts_of_plans(as_plain(facts.plans))


def _indicators(facts: Facts) -> dict[str, Fields]:
    found = facts_of_indicators(as_plain(facts.plans))
    return {key: actions.as_entry_fields(one) for key, one in found.items()}


def _conflicts(facts: Facts) -> dict[str, Fields]:
    return {key: without_id(one) for key, one in as_plain(facts.conflicts).items()}


def _programmes(facts: Facts) -> dict[str, Fields]:
    return {key: without_id(one) for key, one in as_plain(facts.programmes).items()}


def _agreements(facts: Facts) -> dict[str, Fields]:
    return facts_of_agreements(as_plain(facts.agreements), as_plain(facts.outsiders))


def _stating(state: object) -> object:
    return lambda key, fields: state(PORTAL, key, fields, verb="loaded")


def _state_indicator(key: str, fields: Fields) -> None:
    facts = actions.facts_of_entry_fields(fields)
    actions.state_indicator(PORTAL, key, facts, _checked_on(fields), verb="loaded")


def _state_programme(key: str, fields: Fields) -> None:
    actions.state_programme(PORTAL, key, fields, _checked_on(fields), verb="loaded")


def _checked_on(fields: Fields) -> date:
    """The day on which the file was last held against its documents, as the file itself says."""
    return date.fromisoformat(fields["checked"])
