"""The addresses a search engine should know, in parts of a size it accepts."""

from collections.abc import Iterator

from sqlalchemy import func, select

from portal.brands.models import Brand
from portal.catalogue.models import Indication
from portal.db import db

IN_ONE_PART = 20_000
PAGES = (
    "/", "/gi/", "/map", "/brands/", "/verify", "/ratios/", "/targets/", "/log/", "/data/", "/api/", "/ogc/",
    "/reports/", "/embed/",
    "/about/method", "/about/sources", "/about/check", "/about/apply", "/about/map", "/about/officials",
    "/about/developers", "/about/glossary", "/about/accessibility", "/about/privacy", "/about/log",
)  # fmt: skip
SUBJECTS = {"gis": (Indication, "/gi/"), "brands": (Brand, "/brands/")}


def parts() -> list[str]:
    """`pages`, then each subject with the number of its part: gis-1, gis-2, brands-1."""
    named = ["pages"]
    for name, (model, _) in SUBJECTS.items():
        count = db.session.scalar(select(func.count()).select_from(model)) or 0
        named += [f"{name}-{number}" for number in range(1, -(-count // IN_ONE_PART) + 1)]
    return named


def addresses(part: str) -> Iterator[str]:
    if part == "pages":
        yield from PAGES
        return
    name, _, number = part.partition("-")
    model, prefix = SUBJECTS[name]
    query = select(model.slug).order_by(model.id).limit(IN_ONE_PART).offset((int(number) - 1) * IN_ONE_PART)
    for slug in db.session.scalars(query):
        yield prefix + slug
