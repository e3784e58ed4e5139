"""How proposals read, check and store a GI."""

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256

from sqlalchemy import ColumnElement, literal, select

from portal.catalogue.actions import (
    as_entry_fields,
    facts_of_entry_fields,
    restore_indication,
    state_indication,
    withdraw_indication,
)
from portal.catalogue.models import Indication, IndicationRegion, Outline
from portal.catalogue.queries import current_outline, find_indication
from portal.catalogue.record_rules import status_faults
from portal.db import db
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.proposals.kinds import Confirmation, Kind, Present, add_kind
from portal.proposals.models import Proposal
from portal.proposals.record_checks import check_record
from portal.proposals.rules import ACT_VERBS, Act, Changes, merged
from portal.regions.queries import regions_by_code

# What an entry says of a GI beside its facts.
BESIDE = ("outline", "withdrawn_on", "withdrawal_reason")
# A neighbour that an outline only grazes need not agree to it.
GRAZES = 0.01


def find(slug: str) -> Present | None:
    indication = find_indication(slug)
    if indication is None:
        return None
    outline = current_outline(indication.id)
    fields = as_entry_fields(indication.facts)
    if outline is not None:
        fields["outline"] = outline_words(outline)
    if indication.withdrawn_on is not None:
        fields["withdrawn_on"] = indication.withdrawn_on.isoformat()
    regions = tuple(row.adcode for row in indication.regions)
    return Present(fields, indication.version, regions, Text(indication.name_zh, indication.name_en))


def outline_words(outline: Outline) -> dict[str, object]:
    return {
        "digest": outline.digest,
        "square_metres": outline.square_metres,
        "since": outline.from_on.isoformat(),
        **outline.source,
    }


def facts_in(fields: Mapping[str, object]) -> dict[str, object]:
    """The facts among the fields of a record; what stands beside them in entries is left out."""
    return facts_of_entry_fields({name: value for name, value in fields.items() if name not in BESIDE})


def check(slug: str, present: Present | None, proposal: Proposal) -> None:
    changes = proposal.payload["changes"]
    before = present.fields if present else {}
    after = merged(before, changes)
    check_record(slug, facts_in(after), proposal.payload["documents"])
    _check_divisions(facts_in(after))
    _check_outline(slug, proposal)
    faults = status_faults(before, after, _replaced_by_undone(proposal))
    if faults:
        raise RuleBroken(faults[0], {"status": faults[0]})


def _check_divisions(facts: Mapping[str, object]) -> None:
    codes = codes_in(facts)
    missing = sorted(codes - regions_by_code(codes).keys())
    if missing:
        text = Text("没有行政区划代码 {code}", "There is no division {code}").format(code=missing[0])
        raise RuleBroken(text, {"places": text})
    if not facts.get("regions", {}).get("places"):
        text = Text("至少要有一个所在地区", "A GI belongs to at least one division")
        raise RuleBroken(text, {"places": text})


def _check_outline(slug: str, proposal: Proposal) -> None:
    """The geometry that would be stored is the one that was shown: the digest says so."""
    wanted = (proposal.payload["changes"].get("outline") or {}).get("to")
    if not wanted:
        return
    wkb, indication = proposal.outline_wkb, find_indication(slug)
    if wkb is None and indication is not None:
        wkb = _known_outline(indication.id, wanted["digest"])
    if wkb is None or sha256(wkb).hexdigest() != wanted["digest"]:
        text = Text("界线与预览的不是同一份，请重新上传", "The outline is not the one shown; upload it again")
        raise RuleBroken(text, {"outline": text})


def _replaced_by_undone(proposal: Proposal) -> dict[str, object]:
    number = proposal.payload.get("undoes")
    undone = db.session.get(Proposal, number) if number else None
    if undone is None or undone.subject != proposal.subject:
        return {}
    return {name: change.get("from") for name, change in undone.payload["changes"].items()}


def codes_in(facts: Mapping[str, object]) -> set[str]:
    """Every division a record names, as place or as part of the area."""
    places = facts.get("regions", {}).get("places", [])
    units = facts.get("area", {}).get("units", [])
    return {one["code"] for one in (*places, *units) if one.get("code")}


def touched(changes: Changes) -> Iterable[str]:
    """The divisions a change brings in or takes out; for a new record, all of them."""
    sides = [
        codes_in(
            {name: change.get(side) or {} for name, change in changes.items() if name in ("regions", "area")}
        )
        for side in ("from", "to")
    ]
    outline = (changes.get("outline") or {}).get("to") or {}
    reached = {one["adcode"] for one in outline.get("overlaps", []) if one["share"] >= GRAZES}
    return (sides[0] ^ sides[1]) | reached


def store(slug: str, done: Confirmation) -> None:
    """One public entry for the whole confirmed change, whatever it touches."""
    changes = done.proposal.payload["changes"]
    actor, act = done.actor.as_actor(), Act(done.proposal.step)
    if act is Act.WITHDRAW:
        indication = find_indication(slug)
        withdraw_indication(actor, indication, changes["withdrawal_reason"]["to"], done.today)
        return
    if act is Act.RESTORE:
        restore_indication(actor, find_indication(slug), done.today)
        return
    also = {"outline": changes["outline"]} if "outline" in changes else {}
    state_indication(
        actor,
        slug,
        facts_in(done.fields),
        done.today,
        ACT_VERBS[act],
        demo=done.actor.demo,
        also=also,
        sealed=done.sealed,
    )
    if also:
        db.session.flush()
        _store_outline(find_indication(slug), done.proposal, changes["outline"]["to"], done.today)


def _store_outline(
    indication: Indication, proposal: Proposal, wanted: Mapping[str, object] | None, today: date
) -> None:
    """The former outline ends and stays; an outline that was current before may come back."""
    former = current_outline(indication.id)
    if former is not None:
        former.ended_on = today
    if wanted is None:
        return
    beside = {name: wanted[name] for name in wanted if name not in ("digest", "square_metres", "since")}
    db.session.add(
        Outline(
            indication_id=indication.id,
            wkb=proposal.outline_wkb or _known_outline(indication.id, wanted["digest"]),
            digest=wanted["digest"],
            square_metres=wanted["square_metres"],
            source=beside,
            from_on=date.fromisoformat(wanted["since"]),
        )
    )


def _known_outline(indication_id: int, digest: str) -> bytes | None:
    query = select(Outline.wkb).where(Outline.indication_id == indication_id, Outline.digest == digest)
    return db.session.scalars(query).first()


def _subjects_in(prefix: str) -> ColumnElement[bool]:
    owned = select(IndicationRegion.indication_id).where(IndicationRegion.adcode.startswith(prefix))
    slugs = select(literal("gi:").concat(Indication.slug)).where(Indication.id.in_(owned))
    return Proposal.subject.in_(slugs)


def _name_in(fields: Mapping[str, object]) -> Text:
    name = fields.get("name") or {}
    return Text(name.get("zh", "—"), name.get("en", "—"))


add_kind(
    "gi",
    Kind(
        name=Text("地理标志", "GI"),
        address="/office/catalogue/",
        find=find,
        check=check,
        store=store,
        subjects_in=_subjects_in,
        touched=touched,
        name_in=_name_in,
    ),
)
