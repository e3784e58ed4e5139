"""Everything that changes a brand. `state_brand` is the one place where facts are stored."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.brands import words  # noqa: F401 - the log learns what brands are called
from portal.brands.models import Brand, BrandMember, BrandRegion
from portal.catalogue.models import Indication
from portal.db import db
from portal.lib.folding import folded
from portal.register.actions import Actor, record
from portal.register.queries import state_on
from portal.register.rules import changed

Facts = Mapping[str, object]

# What an entry says of a brand beside its facts.
BESIDE = ("withdrawn_on", "withdrawal_reason")
# Lists whose items are fields of their own in an entry, and what names an item.
LISTS = {"members": ("member", "key"), "use_rules": ("use_rules", "version")}


def state_brand(
    actor: Actor,
    slug: str,
    facts: Facts,
    on: date,
    verb: str = "stated",
    sealed: Mapping[str, object] | None = None,
) -> bool:
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
    known.facts, known.checked_on = dict(facts), max(known.checked_on or on, on)
    _work_out(known)
    record(actor, verb, f"brand:{slug}", changes, sealed=sealed)
    return True


def withdraw_brand(
    actor: Actor,
    brand: Brand,
    reason: Mapping[str, str],
    on: date,
    sealed: Mapping[str, object] | None = None,
) -> None:
    """Take a brand out of the public lists, with its reason; its page and history stay."""
    changes = {
        "withdrawn_on": {"from": None, "to": on.isoformat()},
        "withdrawal_reason": {"from": None, "to": reason},
    }
    brand.withdrawn_on = on
    record(actor, "withdrawn", f"brand:{brand.slug}", changes, sealed=sealed)


def restore_brand(actor: Actor, brand: Brand, on: date, sealed: Mapping[str, object] | None = None) -> None:
    """Bring a brand back into the public lists; that it was withdrawn, and why, stays in the log."""
    stood = state_on(f"brand:{brand.slug}", on)
    changes = {name: {"from": stood[name], "to": None} for name in BESIDE if name in stood}
    brand.withdrawn_on = None
    record(actor, "restored", f"brand:{brand.slug}", changes, sealed=sealed)


def as_entry_fields(facts: Facts) -> dict[str, object]:
    """The facts field by field as an entry keeps them; each member and each version is a field of its own."""
    fields = {name: value for name, value in facts.items() if name not in LISTS}
    for name, (prefix, key) in LISTS.items():
        for item in facts.get(name, []):
            fields[f"{prefix}/{item[key]}"] = item
    return fields


def facts_of_entry_fields(fields: Facts) -> dict[str, object]:
    """The facts again from the fields of entries: how a brand is shown as it stood on some day."""
    prefixes = (*(f"{prefix}/" for prefix, _ in LISTS.values()), *BESIDE)
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
