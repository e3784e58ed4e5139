"""Everything that changes a brand. `state_brand` is the one place where facts are stored."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.brands import words  # noqa: F401 - the log learns what brands are called
from portal.brands.models import Brand, BrandMember, BrandRegion
from portal.catalogue.models import Indication
from portal.db import db
from portal.lib.folding import folded
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.register.actions import Actor, record
from portal.register.rules import changed

Facts = Mapping[str, object]

# Lists whose items are fields of their own in an entry, and what names an item.
LISTS = {"members": ("member", "key"), "use_rules": ("use_rules", "version")}


def state_brand(actor: Actor, slug: str, facts: Facts, on: date, verb: str = "stated") -> bool:
    """Make the register say exactly these facts of a brand; return whether anything differed."""
    known = db.session.scalar(
        select(Brand)
        .where(Brand.slug == slug)
        .options(selectinload(Brand.members), selectinload(Brand.regions))
    )
    changes = changed(as_entry_fields(known.facts) if known else {}, as_entry_fields(facts))
    if not changes:
        return False
    if known is None:
        known = Brand(slug=slug, members=[], regions=[])
        db.session.add(known)
    known.facts, known.checked_on = dict(facts), on
    _work_out(known)
    record(actor, verb, f"brand:{slug}", changes)
    return True


def add_member(actor: Actor, brand: Brand, member: Facts, on: date) -> None:
    """Let a GI, product or enterprise join by a decision; its key must not be in the brand yet."""
    facts = deepcopy(brand.facts)
    members = facts.setdefault("members", [])
    if any(m["key"] == member["key"] and not m.get("ended") for m in members):
        raise RuleBroken(
            Text("这个成员已经在品牌中", "This member belongs to the brand already"),
            {"name": Text("已是成员", "Already a member")},
        )
    members.append({**member, "key": _free_key(member["key"], {m["key"] for m in members})})
    state_brand(actor, brand.slug, facts, on, verb="member_added")


def end_member(actor: Actor, brand: Brand, key: str, ended: date, decision: Facts, on: date) -> None:
    """Take a member out by a decision; it stays in the record with the day it left."""
    facts = deepcopy(brand.facts)
    member = next((m for m in facts.get("members", []) if m["key"] == key and not m.get("ended")), None)
    if member is None:
        raise RuleBroken(Text("品牌中没有这个现任成员", "The brand has no such present member"))
    if member.get("from") and ended.isoformat() < member["from"]:
        raise RuleBroken(
            Text("退出不能早于加入", "A member cannot leave before it joined"),
            {"ended": Text("早于加入日期", "Before the day it joined")},
        )
    member["ended"], member["ended_decision"] = ended.isoformat(), dict(decision)
    state_brand(actor, brand.slug, facts, on, verb="member_ended")


def add_use_rules(actor: Actor, brand: Brand, rules: Facts, on: date) -> None:
    """State a new version of the rules of use; the version before it ends the day the new one begins."""
    facts = deepcopy(brand.facts)
    versions = facts.setdefault("use_rules", [])
    if any(r["version"] == rules["version"] for r in versions):
        raise RuleBroken(
            Text("这个版本已经登载", "This version is stated already"),
            {"version": Text("版本号重复", "The version is taken")},
        )
    newest = max(versions, key=lambda r: r["from"], default=None)
    if newest and newest["from"] >= rules["from"]:
        raise RuleBroken(
            Text("新版本的起用日期应晚于旧版本", "A new version must begin after the one before it"),
            {"from_on": Text(f"应晚于 {newest['from']}", f"Must be after {newest['from']}")},
        )
    if newest and not newest.get("ended"):
        newest["ended"] = rules["from"]
    versions.append(dict(rules))
    state_brand(actor, brand.slug, facts, on, verb="rules_added")


def as_entry_fields(facts: Facts) -> dict[str, object]:
    """The facts field by field as an entry keeps them; each member and each version is a field of its own."""
    fields = {name: value for name, value in facts.items() if name not in LISTS}
    for name, (prefix, key) in LISTS.items():
        for item in facts.get(name, []):
            fields[f"{prefix}/{item[key]}"] = item
    return fields


def facts_of_entry_fields(fields: Facts) -> dict[str, object]:
    """The facts again from the fields of entries: how a brand is shown as it stood on some day."""
    prefixes = tuple(f"{prefix}/" for prefix, _ in LISTS.values())
    facts = {name: value for name, value in fields.items() if not name.startswith(prefixes)}
    for name, (prefix, _) in LISTS.items():
        items = [value for field, value in fields.items() if field.startswith(f"{prefix}/")]
        if items:
            facts[name] = items
    return facts


def search_text(facts: Facts) -> str:
    name = facts["name"]
    words_of = [name["zh"], name["pinyin"], name["initials"], name["en"], *facts.get("aliases", [])]
    return "\n".join(dict.fromkeys(folded(word) for word in words_of))


def _free_key(wanted: str, taken: set[str]) -> str:
    """The key itself, or with a number when someone who left comes back."""
    key, number = wanted, 2
    while key in taken:
        key, number = f"{wanted}-{number}", number + 1
    return key


def _work_out(brand: Brand) -> None:
    """Everything that can be searched, counted or pointed at, from the facts."""
    facts = brand.facts
    name = facts["name"]
    brand.kind, brand.status = facts["kind"], facts["status"]
    brand.name_zh, brand.name_en = name["zh"], name["en"]
    brand.pinyin, brand.initials = name["pinyin"], name["initials"]
    brand.search_text = search_text(facts)
    wanted = {place["code"] for place in facts["regions"]["places"]}
    kept = {row.adcode: row for row in brand.regions}
    for code in kept.keys() - wanted:
        brand.regions.remove(kept[code])
    for code in sorted(wanted - kept.keys()):
        brand.regions.append(BrandRegion(adcode=code))
    _work_out_members(brand, facts.get("members", []))


def _work_out_members(brand: Brand, wanted: list[Facts]) -> None:
    known = {member.key: member for member in brand.members}
    slugs = [facts["gi"] for facts in wanted if facts.get("gi")]
    numbers = dict(
        db.session.execute(select(Indication.slug, Indication.id).where(Indication.slug.in_(slugs))).all()
    )
    for facts in wanted:
        row = known.get(facts["key"])
        if row is None:
            row = BrandMember(key=facts["key"])
            brand.members.append(row)
        row.kind, row.standing = facts["kind"], facts["standing"]
        row.indication_id = numbers.get(facts.get("gi"))
        row.name, row.enterprise_mark = facts.get("name"), facts.get("enterprise_mark")
        row.from_on, row.ended_on = _day(facts.get("from")), _day(facts.get("ended"))
        row.decision = (facts.get("decision") or {}).get("text")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
