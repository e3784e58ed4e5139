"""Bringing the register facts that the product ships into the database, each change an entry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import click

from gi_data.fact_writing import as_plain
from gi_data.facts import FactError, Facts, read_facts
from portal.brands import actions as brand_actions
from portal.brands.loading import facts_of_brand
from portal.brands.queries import brand_fields
from portal.catalogue import actions, queries
from portal.cli.shipped import Fields, apply_loading, describe_loading, plan_loading
from portal.cli.targets_loading import target_parts
from portal.db import transaction
from portal.register.actions import PORTAL


@dataclass(frozen=True)
class Part:
    """One kind of object that the files hold: what they say, what is stored, and how it is stated."""

    kind: str
    title: str
    shipped: Callable[[Facts], Mapping[str, Fields]]
    current: Callable[[], Mapping[str, Fields]]
    state: Callable[[str, dict[str, object]], object]


def load_register(dry_run: bool = False) -> None:
    """Bring the stored facts into line with the files; all of them or, if one is refused, none."""
    try:
        facts = read_facts()
    except FactError as refusal:
        raise SystemExit(f"register facts: {refusal}") from None
    if dry_run:
        for part in PARTS:
            _tell(part, _plan(part, facts))
        return
    with transaction():
        for part in PARTS:
            merges = _plan(part, facts)
            apply_loading(merges, part.state)
            _tell(part, merges)


def _plan(part: Part, facts: Facts) -> list:
    return plan_loading(part.kind, part.shipped(facts), part.current())


def _tell(part: Part, merges: list) -> None:
    for line in describe_loading(part.title, merges):
        click.echo(line)


def _checked_on(fields: Fields) -> date:
    """The day on which a file was last held against its documents, as the file itself says."""
    return date.fromisoformat(fields["checked"])


def _plain(objects: Mapping[str, object]) -> dict[str, Fields]:
    return {key: as_plain(one) for key, one in objects.items()}


def _shipped_gis(facts: Facts) -> dict[str, Fields]:
    return {slug: actions.as_entry_fields(plain) for slug, plain in _plain(facts.gis).items()}


def _state_gi(slug: str, fields: dict[str, object]) -> None:
    facts = actions.facts_of_entry_fields(fields)
    actions.state_indication(PORTAL, slug, facts, _checked_on(facts), verb="loaded")


def _shipped_brands(facts: Facts) -> dict[str, Fields]:
    gis = _plain(facts.gis)
    return {
        slug: brand_actions.as_entry_fields(facts_of_brand(slug, plain, gis))
        for slug, plain in _plain(facts.brands).items()
    }


def _state_brand(slug: str, fields: dict[str, object]) -> None:
    facts = brand_actions.facts_of_entry_fields(fields)
    brand_actions.state_brand(PORTAL, slug, facts, _checked_on(facts), verb="loaded")


PARTS = [
    Part(
        "document",
        "documents",
        lambda facts: _plain(facts.documents),
        queries.document_fields,
        lambda key, fields: actions.state_document(PORTAL, key, fields, verb="loaded"),
    ),
    Part(
        "search",
        "searches in vain",
        lambda facts: _plain(facts.not_found),
        queries.vain_search_fields,
        lambda key, fields: actions.state_vain_search(PORTAL, key, fields, verb="loaded"),
    ),
    Part("gi", "GIs", _shipped_gis, queries.indication_fields, _state_gi),
    Part("brand", "brands", _shipped_brands, brand_fields, _state_brand),
    *(Part(*part) for part in target_parts()),
]
