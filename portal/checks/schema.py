"""What leaves through the API of a check by lot, field by field."""

from collections.abc import Mapping, Sequence

from portal.checks.models import Check, CheckPlan, Commitment
from portal.checks.present import public_name
from portal.lib.clock import instant_text
from portal.regions.models import Region


def plan_as_item(plan: CheckPlan, regions: Mapping[str, Region], base: str) -> dict[str, object]:
    region = regions.get(plan.adcode)
    return {
        "number": plan.number,
        "title": plan.title,
        "state": plan.state,
        "region": {"adcode": plan.adcode, "name": region.name if region else None},
        "gi": plan.indication.slug if plan.indication else None,
        "wanted": plan.wanted,
        "officers_each": plan.officers_each,
        "seed_kind": plan.seed_kind,
        "round": plan.round,
        "frozen_at": instant_text(plan.frozen_at) if plan.frozen_at else None,
        "drawn_at": instant_text(plan.drawn_at) if plan.drawn_at else None,
        "url": f"{base}/checks/{plan.number}",
        "proof_url": f"{base}/checks/{plan.number}/proof" if plan.drawn_at else None,
        "demo": plan.demo,
    }


def plan_as_json(
    plan: CheckPlan,
    regions: Mapping[str, Region],
    base: str,
    commitments: Sequence[Commitment],
    checks: Sequence[Check],
) -> dict[str, object]:
    published = [one for one in checks if one.published_at is not None and one.round == plan.round]
    return plan_as_item(plan, regions, base) | {
        "basis": plan.basis,
        "tickets_digest": plan.tickets_digest,
        "officers_digest": plan.officers_digest,
        "lists_digest": plan.sealed_digest,
        "commitments": [
            {
                "round": one.round,
                "by": one.who,
                "digest": one.digest,
                "committed_at": instant_text(one.committed_at),
                "revealed_at": instant_text(one.revealed_at) if one.revealed_at else None,
            }
            for one in commitments
        ],
        "named_beforehand": plan.later_source,
        "value_read_at": plan.seed_source,
        "seed": plan.seed,
        "results": [
            {
                "subject": one.producer.number,
                "name": public_name(one) if one.producer.name_public else None,
                "visited_on": one.visited_on.isoformat(),
                "result": one.result,
                "due_on": one.due_on.isoformat() if one.due_on else None,
                "final": one.final,
            }
            for one in published
        ],
    }
