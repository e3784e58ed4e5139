"""What indicators and programmes are called in the log, and what GIs' and brands' pages show of them."""

from sqlalchemy import select

from portal.brands.panels import add_panel as add_brand_panel
from portal.brands.sources import Sources
from portal.catalogue.correctable import add_correctable
from portal.catalogue.models import Indication
from portal.catalogue.naming import titles_of_documents
from portal.catalogue.panels import add_panel
from portal.db import db
from portal.lib.text import Text
from portal.regions.naming import place_names
from portal.register.words import name_subjects
from portal.targets.models import Agreement, Conflict, Indicator, Programme
from portal.targets.present import ConflictRow, conflict_row, text_of
from portal.targets.queries import agreements_about_brand, conflicts_touching, programmes_touching
from portal.targets.rules import (
    places_in,
)
from portal.targets.zones import ProgrammeRow, programme_rows


def _names(model: type, field: str) -> object:
    def names(keys: set[str]) -> dict[str, Text]:
        rows = db.session.execute(select(model.id, model.facts).where(model.id.in_(keys)))
        return {key: text_of(facts[field]) for key, facts in rows if field in facts}

    return names


name_subjects("plan", titles_of_documents)
name_subjects("indicator", _names(Indicator, "name"))
name_subjects("programme", _names(Programme, "name"))


def _names_of_summaries(keys: set[str]) -> dict[str, Text]:
    names = _names(Programme, "name")({key.rpartition("/")[0] for key in keys})
    return {
        key: Text("{name} {year} 年度总结", "{name}, summary of {year}").format(name=names[zone], year=year)
        for key in keys
        for zone, _, year in [key.rpartition("/")]
        if zone in names
    }


name_subjects("zonesummary", _names_of_summaries)
name_subjects("conflict", _names(Conflict, "title"))
OUTSIDE = Text("{place}：不是任何协议的成员", "{place}: party to no agreement")


def names_of_agreements(keys: set[str]) -> dict[str, Text]:
    """What is kept of a region that is party to none bears the name of the region."""
    query = select(Agreement.id, Agreement.facts).where(Agreement.id.in_(keys))
    found = dict(db.session.execute(query).all())
    places = place_names(facts["place"]["code"] for facts in found.values() if "name" not in facts)
    return {
        key: text_of(facts["name"])
        if "name" in facts
        else OUTSIDE.format(place=places[facts["place"]["code"]])
        for key, facts in found.items()
    }


name_subjects("agreement", names_of_agreements)


def _places(model: type) -> object:
    def places(key: str) -> list[str] | None:
        found = db.session.get(model, key)
        return None if found is None else places_in(found.facts)

    return places


add_correctable("indicator", _places(Indicator), ("name", "figures", "definition", "sources", "other"))
add_correctable("programme", _places(Programme), ("name", "stages", "places", "contact", "sources", "other"))
add_correctable("conflict", _places(Conflict), ("words", "sources", "other"))
add_correctable("agreement", _places(Agreement), ("name", "parties", "sources", "other"))


def conflict_rows(field: str, key: str) -> list[ConflictRow]:
    found = conflicts_touching(field, key)
    sources = Sources([one.facts for one in found]) if found else None
    return [conflict_row(one, sources) for one in found]


def _rows_touching(field: str, key: str) -> list[ProgrammeRow]:
    return programme_rows(programmes_touching(field, key))


def gi_conflicts(indication: Indication) -> list[ConflictRow] | None:
    return conflict_rows("gis", indication.slug) or None


def gi_programmes(indication: Indication) -> list[ProgrammeRow] | None:
    return _rows_touching("gis", indication.slug) or None


def brand_panel(slug: str) -> dict[str, object] | None:
    """Conflicts of the documents, agreements and projects that name a brand."""
    agreements = agreements_about_brand(slug)
    shown = {
        "conflicts": conflict_rows("brands", slug),
        "agreements": [(one.id, text_of(one.facts["name"])) for one in agreements],
        "programmes": _rows_touching("brands", slug),
    }
    return shown if any(shown.values()) else None


add_panel(
    "conflicts",
    530,
    gi_conflicts,
    "targets/gi_conflicts.html",
    Text("文件矛盾", "Conflicts of the documents"),
)
add_panel(
    "programmes", 630, gi_programmes, "targets/gi_programmes.html", Text("示范区和项目", "Zones and projects")
)
add_brand_panel("targets", 100, brand_panel, "targets/brand_panel.html")
