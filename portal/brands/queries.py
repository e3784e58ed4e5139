"""Everything that reads brands."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import selectinload

from portal.brands.actions import as_entry_fields, facts_of_entry_fields
from portal.brands.models import Brand, BrandMember, BrandRegion
from portal.brands.rules import Standing
from portal.catalogue.models import Indication
from portal.db import db
from portal.lib.folding import folded
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.regions.rules import line_of, scope_prefix
from portal.register.queries import kind_version, state_on


@dataclass(frozen=True)
class Asked:
    """What a reader wants of the list of brands; empty means no limit."""

    q: str = ""
    kind: str = ""
    status: str = ""
    region: str = ""


def brands_asked(asked: Asked) -> list[Brand]:
    """The brands that fit, those with a state first, by pinyin. There are tens of them, not thousands."""
    query = (
        select(Brand)
        .where(Brand.withdrawn_on.is_(None))
        .options(selectinload(Brand.members), selectinload(Brand.regions))
        .order_by(Brand.status, Brand.pinyin)
    )
    if asked.kind:
        query = query.where(Brand.kind == asked.kind)
    if asked.status:
        query = query.where(Brand.status == asked.status)
    if asked.region:
        query = query.where(Brand.id.in_(select(BrandRegion.brand_id).where(_touches(asked.region))))
    if asked.q.strip():
        wanted = folded(asked.q)
        if not wanted:
            return []
        query = query.where(Brand.search_text.contains(wanted, autoescape=True))
    return list(db.session.scalars(query))


def _touches(region: str) -> ColumnElement[bool]:
    """A brand of a county is a brand of its city, and a brand of a whole city one of each of its counties."""
    above = line_of(region)[:-1]
    return or_(BrandRegion.adcode.startswith(scope_prefix(region)), BrandRegion.adcode.in_(above))


def find_brand(slug: str) -> Brand | None:
    return db.session.scalar(
        select(Brand)
        .where(Brand.slug == slug)
        .options(selectinload(Brand.members), selectinload(Brand.regions))
    )


def get_brand(slug: str) -> Brand:
    brand = find_brand(slug)
    if brand is None:
        raise NotFound(
            Text("没有登载这个品牌", "The register has no such brand"),
            next_step=Text("请从品牌列表中查找", "Look it up in the list of brands"),
        )
    return brand


def facts_on(slug: str, day: date) -> dict[str, object]:
    """What the register said of a brand at the end of a day, from its entries; empty if nothing yet."""
    fields = state_on(f"brand:{slug}", day)
    return facts_of_entry_fields(fields) if fields else {}


def withdrawal_reason(slug: str, day: date) -> Text | None:
    """Why a brand left the public lists, in the words of the entry that said so."""
    reason = state_on(f"brand:{slug}", day).get("withdrawal_reason")
    return Text(reason["zh"], reason["en"]) if reason else None


def brand_fields() -> dict[str, dict[str, object]]:
    """Every brand field by field, as its entries keep it."""
    rows = db.session.execute(select(Brand.slug, Brand.facts))
    return {slug: as_entry_fields(facts) for slug, facts in rows}


def brands_in_scope(adcode: str) -> list[Brand]:
    """The brands an official of this region keeps: those of its own divisions."""
    owned = select(BrandRegion.brand_id).where(BrandRegion.adcode.startswith(scope_prefix(adcode)))
    query = (
        select(Brand)
        .where(Brand.id.in_(owned))
        .options(selectinload(Brand.members), selectinload(Brand.regions))
        .order_by(Brand.pinyin)
    )
    return list(db.session.scalars(query))


def brand_names(slugs: Iterable[str]) -> dict[str, Brand]:
    return {b.slug: b for b in db.session.scalars(select(Brand).where(Brand.slug.in_(set(slugs))))}


def places_of_brand(slug: str) -> list[str] | None:
    """The divisions whose officials answer for a brand; None if there is no such brand."""
    facts = db.session.scalar(select(Brand.facts).where(Brand.slug == slug))
    return None if facts is None else [place["code"] for place in facts["regions"]["places"]]


def indications_by_slug(slugs: Iterable[str]) -> dict[str, Indication]:
    """The GIs a brand names, with their protections, in two queries."""
    query = (
        select(Indication)
        .where(Indication.slug.in_(set(slugs)))
        .options(selectinload(Indication.protections), selectinload(Indication.regions))
    )
    return {indication.slug: indication for indication in db.session.scalars(query)}


def gi_named(typed: str) -> str:
    """The address of the GI that someone typed by its address or its Chinese name; else what was typed."""
    query = select(Indication.slug).where((Indication.slug == typed) | (Indication.name_zh == typed))
    found = list(db.session.scalars(query.limit(2)))
    return found[0] if len(found) == 1 else typed


def memberships_of(indication_id: int) -> list[tuple[Brand, BrandMember]]:
    """The brands that name a GI, present members first."""
    query = (
        select(Brand, BrandMember)
        .join(BrandMember, BrandMember.brand_id == Brand.id)
        .where(BrandMember.indication_id == indication_id, Brand.withdrawn_on.is_(None))
        .order_by(BrandMember.ended_on.is_not(None), BrandMember.standing, Brand.pinyin)
    )
    return [(brand, member) for brand, member in db.session.execute(query)]


def brands_by_indication() -> Mapping[int, frozenset[str]]:
    """For the catalogue's filter: the brands of each GI, confirmed or only named together, not ended."""
    query = (
        select(BrandMember.indication_id, Brand.slug)
        .join(Brand, BrandMember.brand_id == Brand.id)
        .where(
            BrandMember.indication_id.is_not(None),
            BrandMember.ended_on.is_(None),
            Brand.withdrawn_on.is_(None),
        )
    )
    found: dict[int, set[str]] = defaultdict(set)
    for number, slug in db.session.execute(query):
        found[number].add(slug)
    return {number: frozenset(slugs) for number, slugs in found.items()}


def brand_version() -> int:
    """Moves whenever an entry about a brand or a GI does: membership points at both."""
    return max(kind_version("brand"), kind_version("gi"))


def confirmed(members: Iterable[BrandMember]) -> list[BrandMember]:
    return [m for m in members if m.standing == Standing.STATED and m.ended_on is None]
