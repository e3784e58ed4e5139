"""What leaves the indicators through the API, field by field."""

from collections.abc import Mapping

from flask import current_app

from portal.lib.text import Text
from portal.targets.present import IndicatorRow
from portal.targets.rules import (
    actuals_of,
)


def indicator_as_json(row: IndicatorRow, region_names: Mapping[str, Text], plan: Text) -> dict[str, object]:
    facts = row.facts
    live = row.live
    region = region_names.get(facts["region"])
    return {
        "id": row.key,
        "name": facts["name"],
        "plan": {"document": facts["plan"], "title": plan.as_json()},
        "region": {"adcode": facts["region"], "name": region.as_json() if region else None},
        "part": facts["table"],
        "subject": facts["subject"],
        "unit": facts.get("unit"),
        "nature": facts["nature"],
        "base": point(facts.get("base")),
        "path": [point(one) for one in facts.get("path", [])],
        "target": point(facts.get("target")),
        "also_stated": [
            {
                "value": one["value"],
                "role": one["role"],
                "comparator": one.get("comparator", "="),
                "note": one["note"],
                "source": one["sources"],
            }
            for one in facts.get("also_stated", [])
        ],
        "actuals": [
            {"value": one["value"], "date": one["on"], "note": one.get("note"), "source": one["sources"]}
            for one in actuals_of(facts)
        ],
        "live": {"value": live.number, "definition": live.definition.as_json()} if live else None,
        "outcome": row.verdict.outcome.value,
        "basis": row.verdict.basis.value,
        "definition": facts.get("definition"),
        "conflicts": [conflict_as_json(one) for one in row.conflicts],
        "source": facts["sources"],
        "url": current_app.config["SETTINGS"].base_url + f"/targets/{row.key}",
    }


def point(facts: Mapping[str, object] | None) -> dict[str, object] | None:
    """A figure as exact decimal text; null where the plan leaves it open."""
    if not facts:
        return None
    return {
        "value": facts.get("value"),
        "year": facts.get("year"),
        "comparator": facts.get("comparator", "="),
    }


def conflict_as_json(row: object) -> dict[str, object]:
    return {"id": row.key, "title": row.title.as_json(), "words": row.words.as_json()}
