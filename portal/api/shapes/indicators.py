"""What the plan indicators answer."""

from portal.api.shapes import NAME, REGION, either, fields, list_of, many, maybe, text, whole
from portal.api.shapes.gis import DATE
from portal.targets.rules import (
    Basis,
    Outcome,
)

CITED = many(text(), "documents it rests on: key, or key/place; listed at /about/sources")
COMPARATOR = either("=", ">", ">=", "<", "<=", "~")
POINT = fields(
    value=maybe(text(), "exact decimal text; null where the plan leaves the year open"),
    year=maybe(DATE),
    comparator=COMPARATOR,
)
INDICATOR = fields(
    id=text("the lasting key of the indicator", pattern="^[a-z0-9-]+$"),
    name=NAME,
    plan=fields(document=text("key of the document"), title=NAME),
    region=REGION,
    part=either("gi_brand_mark", "other_ip", about="whether it is about GIs, brands and marks, or other IP"),
    subject=text(),
    unit=maybe(text(), "null where the plan gives none"),
    nature=text("expected, binding, cumulative, mixed or not_stated"),
    base=maybe(POINT),
    path=many(POINT, "the plan’s yearly figures; empty where it gives none"),
    target=maybe(POINT),
    also_stated=many(
        fields(value=text(), role=either("base", "target"), comparator=COMPARATOR, note=NAME, source=CITED),
        "other figures of the same plan for the same thing",
    ),
    actuals=many(
        fields(value=text(), date=text(format="date"), note=maybe(NAME), source=CITED), "oldest first"
    ),
    live=maybe(
        fields(value=maybe(whole(), "null where the register holds none by name"), definition=NAME),
        "what the register itself counts; never judged, as the register may be incomplete",
    ),
    outcome=either(*Outcome, about="by the newest actual value only"),
    basis=either(*Basis, about="what the outcome rests on"),
    definition=maybe(NAME, "the plan’s own definition"),
    conflicts=many(fields(id=text(), title=NAME, words=NAME), "where the documents disagree about it"),
    source=CITED,
    url=text("its page", format="uri"),
)
INDICATORS = list_of(INDICATOR)
