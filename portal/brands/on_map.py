"""Regional brands as a layer of the map: the region of each, and where its members stand."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.brands.models import Brand
from portal.brands.queries import brand_version, confirmed
from portal.brands.rules import (
    BrandKind,
    BrandStatus,
)
from portal.catalogue.listing import place_text
from portal.catalogue.map_marks import Layer, Mark, add_layer, indication_marks
from portal.db import db
from portal.lib.text import Text
from portal.regions.queries import regions_by_code
from portal.regions.rules import line_of

KIND = "brand"
KIND_NAME = Text("区域公用品牌", "regional brand")
NOT_AN_AREA = Text(
    "图上是品牌所在的地区；品牌不划定产地",
    "The map shows the region of the brand; a brand draws no producing area",
)
STANDINGS = {BrandStatus.ACTIVE: "full", BrandStatus.CULTIVATING: "hollow", BrandStatus.UNKNOWN: "hollow"}


def brand_marks() -> list[Mark]:
    query = select(Brand).where(Brand.withdrawn_on.is_(None)).options(selectinload(Brand.regions))
    return [_mark(brand) for brand in db.session.scalars(query.order_by(Brand.id))]


def _mark(brand: Brand) -> Mark:
    codes = tuple(region.adcode for region in brand.regions)
    return Mark(
        number=brand.id,
        name=Text(brand.name_zh, brand.pinyin),
        kinds=(KIND,),
        standing=STANDINGS[BrandStatus(brand.status)],
        regions=codes,
        codes=codes,
    )


def member_marks(brand: Brand) -> list[Mark]:
    """The GIs that a document or a decision names as members."""
    numbers = {member.indication_id for member in confirmed(brand.members)}
    return [mark for mark in indication_marks() if mark.number in numbers]


def brand_card(number: int) -> dict[str, object] | None:
    query = select(Brand).where(Brand.id == number, Brand.withdrawn_on.is_(None))
    brand = db.session.scalar(query.options(selectinload(Brand.regions)))
    if brand is None:
        return None
    codes = [region.adcode for region in brand.regions]
    regions = regions_by_code({one for code in codes for one in line_of(code)})
    status = BrandStatus(brand.status)
    return {
        "layer": KIND,
        "number": brand.id,
        "slug": brand.slug,
        "url": f"/brands/{brand.slug}",
        "name": Text(brand.name_zh, brand.name_en),
        "second": Text(brand.pinyin, brand.name_zh),
        "kinds": [(KIND, BrandKind(brand.kind).text)],
        "status": BrandStatus(status).text,
        "tone": BrandStatus(status).tone,
        "place": place_text(codes, regions),
        "precision": NOT_AN_AREA,
    }


add_layer(Layer(KIND, KIND_NAME, brand_version, brand_marks, brand_card))
