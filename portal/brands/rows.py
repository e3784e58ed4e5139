"""A brand in a list, and the GIs beside it, in one line each."""

from collections.abc import Iterable, Mapping

from portal.brands.rules import (
    BrandKind,
    BrandStatus,
    Standing,
    unknown_places,
)
from portal.brands.vocabulary import word
from portal.catalogue.models import Indication
from portal.catalogue.rules import Kind, Status, kinds_counted
from portal.lib.text import Text
from portal.regions.queries import regions_by_code

Facts = Mapping[str, object]


def gi_row(indication: Indication) -> dict[str, object]:
    """A GI named on a brand's page: its name, kinds and state."""
    return {
        "name": Text(*indication.name.values()),
        "url": gi_address(indication.slug),
        "kinds": [(kind, Kind(kind).text) for kind in kinds_of(indication)],
        "status_text": Status(indication.status).text,
        "tone": Status(indication.status).tone,
    }


def gi_address(slug: str) -> str:
    return f"/gi/{slug}"


def kinds_of(indication: Indication) -> list[str]:
    return kinds_counted({"kind": p.kind, "status": p.status} for p in indication.protections)


def text_of(said: Facts | None) -> Text | None:
    return Text(said["zh"], said["en"]) if said else None


def plain(name: str | None) -> Text | None:
    return Text(name, name) if name else None


def list_row(brand: object, region_names: Mapping[str, Text]) -> dict[str, object]:
    """A brand as its card in the list shows it."""
    facts = brand.facts
    members = [m for m in facts.get("members", []) if m["standing"] == Standing.STATED and not m.get("ended")]
    return {
        "slug": brand.slug,
        "name": Text(*brand.name.values()),
        "pinyin": brand.pinyin,
        "kind_text": BrandKind(brand.kind).text,
        "status_text": BrandStatus(brand.status).text,
        "tone": BrandStatus(brand.status).tone,
        "owner": facts.get("owner"),
        "category": word("categories", facts.get("category")),
        "places": _places_in_short([region.adcode for region in brand.regions], region_names),
        "named": sum(1 for m in members if m.get("name") or m.get("gi")),
        "unknown": unknown_places(members),
    }


def _places_in_short(codes: Iterable[str], names: Mapping[str, Text]) -> Text:
    """One county by its name; several of one city as the city."""
    codes = list(codes)
    shown = codes if len(codes) <= 2 else sorted({code[:4] + "00" for code in codes})
    found = [names[code] for code in shown if code in names]
    return Text("、".join(name.zh for name in found), ", ".join(name.en for name in found))


def region_names_for(brands: Iterable[object]) -> dict[str, Text]:
    codes = {region.adcode for brand in brands for region in brand.regions}
    regions = regions_by_code(codes | {code[:4] + "00" for code in codes})
    return {code: Text(region.name_zh, region.name_en) for code, region in regions.items()}
