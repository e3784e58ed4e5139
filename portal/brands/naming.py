"""What brands are called in the log and on a GI's page, and what the catalogue may filter by."""

from collections.abc import Iterable

from portal.brands.models import Brand, BrandMember
from portal.brands.queries import (
    brand_names,
    brand_version,
    brands_by_indication,
    memberships_of,
    places_of_brand,
)
from portal.brands.rules import Standing
from portal.catalogue.correctable import add_correctable
from portal.catalogue.index import add_facet
from portal.catalogue.models import Indication
from portal.catalogue.panels import BrandName, add_panel, name_brands
from portal.lib.text import Text
from portal.register.words import name_subjects


def names_for_log(slugs: set[str]) -> dict[str, Text]:
    return {slug: Text(brand.name_zh, brand.name_en) for slug, brand in brand_names(slugs).items()}


def names_for_catalogue(slugs: Iterable[str]) -> dict[str, BrandName]:
    return {
        slug: BrandName(brand.name_zh, brand.name_en, f"/brands/{slug}")
        for slug, brand in brand_names(slugs).items()
    }


def names_for_facet(slugs: Iterable[str]) -> dict[str, Text]:
    return names_for_log(set(slugs))


def memberships_panel(indication: Indication) -> list[tuple[Brand, BrandMember]] | None:
    """Memberships that a document or a decision states; a GI without any has no such section."""
    stated = [(b, m) for b, m in memberships_of(indication.id) if m.standing == Standing.STATED]
    return stated or None


name_subjects("brand", names_for_log)
add_correctable(
    "brand",
    places_of_brand,
    ("name", "status", "owner", "places", "members", "rules", "figures", "sources", "other"),
)
name_brands(names_for_catalogue)
# Filtering finds what is only named together as well: the GI's page says which membership is confirmed.
add_facet(
    "brand",
    brand_version,
    brands_by_indication,
    Text("所属或同被提到的品牌", "Brand (named with it)"),
    names_for_facet,
)
add_panel(
    "brand-memberships",
    620,
    memberships_panel,
    "brands/gi_panel.html",
    Text("品牌成员资格", "Membership of brands"),
)
