"""Everything that reads GIs and documents."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.catalogue.actions import as_entry_fields, facts_of_entry_fields
from portal.catalogue.index import Row
from portal.catalogue.models import Document, Indication, IndicationRegion, Outline, VainSearch
from portal.db import db
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.regions.rules import scope_prefix
from portal.register.queries import state_on


def find_indication(slug: str) -> Indication | None:
    return db.session.scalar(
        select(Indication)
        .where(Indication.slug == slug)
        .options(
            selectinload(Indication.protections),
            selectinload(Indication.regions),
            selectinload(Indication.units),
        )
    )


def get_indication(slug: str) -> Indication:
    """A GI by its address; one that was withdrawn still has its page."""
    indication = find_indication(slug)
    if indication is None:
        raise NotFound(
            Text("目录中没有这个地理标志", "The catalogue has no such GI"),
            next_step=Text("请从目录中查找", "Look it up in the catalogue"),
        )
    return indication


def names_of(slugs: Iterable[str]) -> dict[str, dict[str, str]]:
    """The names of GIs by slug; one that is not in the register is not in the answer."""
    wanted = set(slugs)
    if not wanted:
        return {}
    rows = db.session.execute(
        select(Indication.slug, Indication.name_zh, Indication.name_en).where(Indication.slug.in_(wanted))
    )
    return {slug: {"zh": zh, "en": en} for slug, zh, en in rows}


def indications_of(rows: Iterable[Row]) -> list[Indication]:
    """The GIs of one page of a list, in its order: as many queries for twenty as for one."""
    numbers = [row.id for row in rows]
    found = db.session.scalars(
        select(Indication)
        .where(Indication.id.in_(numbers))
        .options(selectinload(Indication.protections), selectinload(Indication.regions))
    )
    by_number = {indication.id: indication for indication in found}
    return [by_number[number] for number in numbers]


def facts_on(slug: str, day: date) -> dict[str, object]:
    """What the register said of a GI at the end of a day, from its entries; empty if nothing yet."""
    fields = state_on(f"gi:{slug}", day)
    return facts_of_entry_fields(fields) if fields else {}


def documents_by_id(wanted: Iterable[str] | None = None) -> dict[str, Document]:
    query = select(Document).order_by(Document.id)
    if wanted is not None:
        query = query.where(Document.id.in_(set(wanted)))
    return {document.id: document for document in db.session.scalars(query)}


def indications_in_scope(adcode: str) -> list[Indication]:
    """The GIs an official of this region keeps: those of its own divisions."""
    prefix = scope_prefix(adcode)
    owned = select(IndicationRegion.indication_id).where(IndicationRegion.adcode.startswith(prefix))
    return list(
        db.session.scalars(select(Indication).where(Indication.id.in_(owned)).order_by(Indication.id))
    )


def current_outline(indication_id: int) -> Outline | None:
    return db.session.scalar(
        select(Outline)
        .where(Outline.indication_id == indication_id, Outline.ended_on.is_(None))
        .order_by(Outline.id.desc())
        .limit(1)
    )


def vain_searches() -> list[VainSearch]:
    return list(db.session.scalars(select(VainSearch).order_by(VainSearch.id)))


def document_fields() -> dict[str, dict[str, object]]:
    return dict(tuple(row) for row in db.session.execute(select(Document.id, Document.facts)))


def vain_search_fields() -> dict[str, dict[str, object]]:
    return dict(tuple(row) for row in db.session.execute(select(VainSearch.id, VainSearch.facts)))


def indication_fields() -> dict[str, dict[str, object]]:
    """Every GI field by field, as its entries keep it."""
    rows = db.session.execute(select(Indication.slug, Indication.facts))
    return {slug: as_entry_fields(facts) for slug, facts in rows}


def searches_about(slug: str) -> list[VainSearch]:
    """What was looked for about this GI and not found."""
    return [search for search in vain_searches() if slug in search.facts.get("gis", [])]


def names_and_facts() -> list[tuple[str, str, str, dict[str, object]]]:
    """Slug, names and facts of every GI, withdrawn ones too."""
    query = select(Indication.slug, Indication.name_zh, Indication.name_en, Indication.facts)
    return [tuple(row) for row in db.session.execute(query.order_by(Indication.pinyin))]
