"""What the shipped files say of plans, agreements and regions outside them, in the register's shape."""

from collections.abc import Iterable, Mapping

Facts = Mapping[str, object]
NOT_OF_A_PLAN = ("plan", "indicators", "checked")


def facts_of_plans(plans: Mapping[str, Facts]) -> dict[str, dict[str, object]]:
    """Each plan by its document; which indicators it sets stands with the indicators."""
    return {
        facts["plan"]: {name: value for name, value in facts.items() if name not in NOT_OF_A_PLAN}
        for facts in plans.values()
    }


def facts_of_indicators(plans: Mapping[str, Facts]) -> dict[str, dict[str, object]]:
    """Each indicator by its id, with its plan, its region and its place in the plan."""
    return {
        one["id"]: {
            **{name: value for name, value in one.items() if name != "id"},
            "plan": facts["plan"],
            "region": facts["region"]["code"],
            "place": place,
            "checked": facts["checked"],
        }
        for facts in plans.values()
        for place, one in enumerate(facts["indicators"], start=1)
    }


def without_id(facts: Facts) -> dict[str, object]:
    return {name: value for name, value in facts.items() if name != "id"}


def facts_of_agreements(
    agreements: Mapping[str, Facts], outsiders: Iterable[Facts]
) -> dict[str, dict[str, object]]:
    """Agreements by id; a region that is party to none is kept so that nobody assumes recognition."""
    found = {key: without_id(facts) for key, facts in agreements.items()}
    for facts in outsiders:
        found[f"outsider-{facts['place']['code']}"] = {**facts, "kind": "outsider"}
    return found
