"""Everything that reads GIs and documents."""

from collections.abc import Callable, Iterable
from datetime import date

from sqlalchemy import bindparam, inspect, select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value

from portal.catalogue.actions import as_entry_fields, facts_of_entry_fields
from portal.catalogue.index_rows import Row
from portal.catalogue.models import (
    AreaUnit,
    Document,
    Indication,
    IndicationRegion,
    Outline,
    Protection,
    VainSearch,
)
from portal.db import db
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.regions.rules import scope_prefix
from portal.register.queries import state_on

# Written once: every page of a GI reads it, and to put a statement together takes longer than to answer it.
_BY_SLUG = select(Indication).where(Indication.slug == bindparam("slug"))
_BELONGING = {
    name: select(table).where(owner == bindparam("id")).order_by(order)
    for name, table, owner, order in (
        ("protections", Protection, Protection.indication_id, Protection.id),
        ("regions", IndicationRegion, IndicationRegion.indication_id, IndicationRegion.adcode),
        ("units", AreaUnit, AreaUnit.indication_id, AreaUnit.code),
    )
}


def find_indication(slug: str) -> Indication | None:
    """A GI with its protections, divisions and units."""
    indication = find_alone(slug)
    if indication is not None:
        for name, statement in _BELONGING.items():
            if name in inspect(indication).unloaded:
                belonging = list(db.session.scalars(statement, {"id": indication.id}))
                set_committed_value(indication, name, belonging)
    return indication


def find_alone(slug: str) -> Indication | None:
    """A GI without what belongs to it, for those who only want its name and facts."""
    return db.session.scalar(_BY_SLUG, {"slug": slug})


def get_indication(slug: str, find: Callable[[str], Indication | None] = find_indication) -> Indication:
    """A GI by its address; one that was withdrawn still has its page."""
    indication = find(slug)
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
