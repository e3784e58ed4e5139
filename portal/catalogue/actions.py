"""Everything that changes a GI. `state_indication` is the one place where facts are stored: it works out
the searchable columns and rows from them and appends the entry that says what differs."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import selectinload

from portal.catalogue.models import AreaUnit, Document, Indication, IndicationRegion, Protection, VainSearch
from portal.db import db
from portal.lib.folding import folded
from portal.register.actions import Actor, record
from portal.register.queries import state_on
from portal.register.rules import Changes, changed

Facts = Mapping[str, object]


def state_document(actor: Actor, document_id: str, facts: Facts, verb: str = "stated") -> bool:
    """Store a source document as these facts say; return whether anything differed."""
    known = db.session.get(Document, document_id)
    changes = changed(dict(known.facts) if known else {}, dict(facts))
    if not changes:
        return False
    if known is None:
        known = Document(id=document_id)
        db.session.add(known)
    known.kind, known.facts = facts["kind"], dict(facts)
    record(actor, verb, f"document:{document_id}", changes)
    return True


def state_vain_search(actor: Actor, search_id: str, facts: Facts, verb: str = "stated") -> bool:
    """Store what was looked for and not found; return whether anything differed."""
    known = db.session.get(VainSearch, search_id)
    changes = changed(dict(known.facts) if known else {}, dict(facts))
    if not changes:
        return False
    if known is None:
        known = VainSearch(id=search_id)
        db.session.add(known)
    known.facts = dict(facts)
    record(actor, verb, f"search:{search_id}", changes)
    return True


# Written once: an import asks for each of fifty thousand.
_TO_BE_STATED = (
    select(Indication)
    .where(Indication.slug == bindparam("slug"))
    .options(
        selectinload(Indication.protections),
        selectinload(Indication.regions),
        selectinload(Indication.units),
    )
)


def state_indication(
    actor: Actor,
    slug: str,
    facts: Facts,
    on: date,
    verb: str = "stated",
    demo: bool = False,
    also: Changes | None = None,
    sealed: Facts | None = None,
) -> bool:
    """Make the register say exactly these facts of a GI; return whether anything differed.

    `also` stands in the same entry: what changed with the facts without being one (an outline).
    """
    known = db.session.scalar(_TO_BE_STATED, {"slug": slug})
    before = as_entry_fields(known.facts) if known else {}
    changes = {**changed(before, as_entry_fields(facts)), **(also or {})}
    if not changes:
        return False
    if known is None:
        known = Indication(slug=slug, demo=demo, protections=[], regions=[], units=[])
        db.session.add(known)
    known.facts = dict(facts)
    known.checked_on = max(known.checked_on or on, on)
    _work_out(known)
    record(actor, verb, f"gi:{slug}", changes, sealed=sealed)
    return True


def confirm_checked(actor: Actor, indication: Indication, on: date) -> bool:
    """Say that the record was held against its documents on a day and nothing had to change."""
    facts = {**indication.facts, "checked": on.isoformat()}
    return state_indication(actor, indication.slug, facts, on, verb="checked")


def withdraw_indication(
    actor: Actor, indication: Indication, reason: str | Mapping[str, str], on: date
) -> None:
    """Take a GI out of the public lists, with its reason; its page and history stay."""
    changes = {
        "withdrawn_on": {"from": None, "to": on.isoformat()},
        "withdrawal_reason": {"from": None, "to": reason},
    }
    indication.withdrawn_on = on
    record(actor, "withdrawn", f"gi:{indication.slug}", changes)


def restore_indication(actor: Actor, indication: Indication, on: date) -> None:
    """Bring a withdrawn GI back into the public lists; that it was withdrawn, and why, stays in the log."""
    stood = state_on(f"gi:{indication.slug}", on)
    changes = {
        name: {"from": stood[name], "to": None}
        for name in ("withdrawn_on", "withdrawal_reason")
        if name in stood
    }
    indication.withdrawn_on = None
    record(actor, "restored", f"gi:{indication.slug}", changes)


def as_entry_fields(facts: Facts) -> dict[str, object]:
    """The facts field by field as an entry keeps them; each protection is a field of its own."""
    fields = {name: value for name, value in facts.items() if name != "protections"}
    for protection in facts.get("protections", []):
        fields[f"protection/{protection['key']}"] = protection
    return fields


def facts_of_entry_fields(fields: Facts) -> dict[str, object]:
    """The facts again from the fields of entries: how a GI is shown as it stood on some day."""
    facts = {name: value for name, value in fields.items() if not name.startswith("protection/")}
    facts["protections"] = [value for name, value in fields.items() if name.startswith("protection/")]
    return facts


def _work_out(indication: Indication) -> None:
    """Everything that can be searched, counted or pointed at, from the facts."""
    facts = indication.facts
    name = facts["name"]
    indication.name_zh, indication.name_en = name["zh"], name["en"]
    indication.pinyin, indication.initials = name["pinyin"], name["initials"]
    indication.category, indication.status = facts["category"], facts["status"]
    indication.support = facts.get("support")
    indication.search_text = search_text(facts)
    _work_out_protections(indication, facts.get("protections", []), indication.checked_on)
    # One place may stand in the source under several names: it is one division all the same.
    places = {place["code"] for place in facts["regions"]["places"]}
    units = {unit["code"] for unit in facts.get("area", {}).get("units", []) if unit.get("code")}
    _keep_codes(indication.regions, IndicationRegion, "adcode", places)
    _keep_codes(indication.units, AreaUnit, "code", units)


def search_text(facts: Facts) -> str:
    """One line for each thing a person may type: names first, numbers and places last."""
    name = facts["name"]
    numbers = [p["number"] for p in facts.get("protections", []) if p.get("number")]
    places = [place["name"] for place in facts["regions"]["places"]]
    names = [name["zh"], name["pinyin"], name["initials"], name["en"]]
    words = [*names, *facts.get("aliases", []), *numbers, *places]
    return "\n".join(dict.fromkeys(folded(word) for word in words))


def _work_out_protections(indication: Indication, wanted: list[Facts], on: date) -> None:
    known = {protection.key: protection for protection in indication.protections}
    for facts in wanted:
        row = known.get(facts["key"])
        if row is None:
            row = Protection(key=facts["key"])
            indication.protections.append(row)
        row.kind, row.status = facts["kind"], facts["status"]
        row.number, row.date_text = facts.get("number"), facts.get("date")
        row.holder, row.announcement = facts.get("holder"), facts.get("announcement")
        row.converted_to = facts.get("converted_to")
        row.withdrawn_on = None
    for key in known.keys() - {facts["key"] for facts in wanted}:
        known[key].withdrawn_on = known[key].withdrawn_on or on


def _keep_codes(rows: list, model: type, column: str, wanted: set[str]) -> None:
    kept = {getattr(row, column): row for row in rows}
    for code in kept.keys() - wanted:
        rows.remove(kept[code])
    for code in sorted(wanted - kept.keys()):
        rows.append(model(**{column: code}))
