"""How proposals read, check and store a brand: the second person's confirmation is the one public entry."""

from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, literal, select

from portal.brands.actions import (
    as_entry_fields,
    facts_of_entry_fields,
    restore_brand,
    state_brand,
    withdraw_brand,
)
from portal.brands.edits import verb_for
from portal.brands.models import Brand, BrandRegion
from portal.brands.queries import find_brand, get_brand, indications_by_slug
from portal.brands.rules import MemberKind, Standing, check_facts
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.proposals.fact_words import add_words
from portal.proposals.kinds import Confirmation, Kind, Present, add_kind
from portal.proposals.models import Proposal
from portal.proposals.rules import ACT_VERBS, Act, Changes, merged
from portal.regions.queries import regions_by_code


def find(slug: str) -> Present | None:
    brand = find_brand(slug)
    if brand is None:
        return None
    fields = as_entry_fields(brand.facts)
    if brand.withdrawn_on is not None:
        fields["withdrawn_on"] = brand.withdrawn_on.isoformat()
    regions = tuple(row.adcode for row in brand.regions)
    return Present(fields, brand.version, regions, Text(brand.name_zh, brand.name_en))


def check(slug: str, present: Present | None, proposal: Proposal) -> None:
    after = merged(present.fields if present else {}, proposal.payload["changes"])
    facts = facts_of_entry_fields(after)
    check_facts(facts)
    _check_divisions(facts)
    named = {member["gi"] for member in facts.get("members", []) if member.get("gi")}
    unknown = sorted(named - indications_by_slug(named).keys())
    if unknown:
        text = Text("目录中没有地理标志“{slug}”", "The catalogue has no GI “{slug}”").format(slug=unknown[0])
        raise RuleBroken(text, {"gi": text})


def _check_divisions(facts: Mapping[str, object]) -> None:
    codes = {place["code"] for place in facts["regions"]["places"]}
    missing = sorted(codes - regions_by_code(codes).keys())
    if missing:
        text = Text("没有行政区划代码 {code}", "There is no division {code}").format(code=missing[0])
        raise RuleBroken(text, {"place": text})


def store(slug: str, done: Confirmation) -> None:
    changes = done.proposal.payload["changes"]
    actor, act = done.actor.as_actor(), Act(done.proposal.step)
    if act is Act.WITHDRAW:
        withdraw_brand(actor, get_brand(slug), changes["withdrawal_reason"]["to"], done.today, done.sealed)
        return
    if act is Act.RESTORE:
        restore_brand(actor, get_brand(slug), done.today, done.sealed)
        return
    facts = facts_of_entry_fields(done.fields)
    verb = ACT_VERBS[act] if act is Act.CREATE else verb_for(changes)
    state_brand(actor, slug, facts, done.today, verb, done.sealed)


def _subjects_in(prefix: str) -> ColumnElement[bool]:
    owned = select(BrandRegion.brand_id).where(BrandRegion.adcode.startswith(prefix))
    slugs = select(literal("brand:").concat(Brand.slug)).where(Brand.id.in_(owned))
    return Proposal.subject.in_(slugs)


def touched(changes: Changes) -> Iterable[str]:
    """The divisions that a change brings in or takes out."""
    sides = []
    for side in ("from", "to"):
        regions = (changes.get("regions") or {}).get(side) or {}
        sides.append({place["code"] for place in regions.get("places", [])})
    return sides[0] ^ sides[1]


def _name_in(fields: Mapping[str, object]) -> Text:
    name = fields.get("name") or {}
    return Text(name.get("zh", "—"), name.get("en", "—"))


add_words(
    {
        "from": Text("起始日期", "from"),
        "ended": Text("结束日期", "ended"),
        "decision": Text("决定", "decision"),
        "ended_decision": Text("退出的决定", "decision on leaving"),
        "enterprise_mark": Text("企业自主商标", "the enterprise’s own mark"),
        "version": Text("版本", "version"),
    },
    {"kind": MemberKind.words(), "standing": Standing.words()},
)
add_kind(
    "brand",
    Kind(
        name=Text("品牌", "Brand"),
        address="/office/brands/",
        find=find,
        check=check,
        store=store,
        subjects_in=_subjects_in,
        touched=touched,
        name_in=_name_in,
    ),
)
