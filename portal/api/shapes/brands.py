"""What the brands answer."""

from portal.api.shapes import (
    NAME,
    NAME_WITH_PINYIN,
    REGION,
    either,
    fields,
    free,
    list_of,
    many,
    maybe,
    text,
    whole,
)
from portal.api.shapes.gis import DATE
from portal.brands.rules import BrandKind, BrandStatus

ITEM_FIELDS = {
    "slug": text("the lasting key of the brand"),
    "name": NAME_WITH_PINYIN,
    "kind": either(*BrandKind),
    "status": either(*BrandStatus),
    "category": maybe(text()),
    "owner": maybe(text(), "who owns it; null where not established"),
    "regions": many(REGION),
    "members_known": whole("members a document names", minimum=0),
    "members_unknown": whole("places of a bundle for which no member is named", minimum=0),
    "url": text("its page", format="uri"),
}
MEMBER = fields(
    key=text(),
    kind=text(),
    gi=maybe(text(), "slug of the GI"),
    name=maybe(text(), "null where nobody names it"),
    enterprise_mark=maybe(text()),
    standing=text(),
    **{"from": maybe(DATE)},
    ended=maybe(DATE),
    decision=maybe(text(), "the decision that let it in"),
    ended_decision=maybe(text(), "the decision that ended it"),
    source=many(text()),
)
FIGURE = fields(
    metric=text(),
    value=text("exact decimal text"),
    unit=maybe(text()),
    comparator=text(),
    date=maybe(DATE),
    source=many(text()),
)
BRAND = fields(
    **ITEM_FIELDS,
    summary=NAME,
    launched=maybe(DATE, "when it was launched"),
    trade_marks=many(text(), "registration numbers"),
    members=many(MEMBER),
    use_rules=many(free(), "the rules of use, version by version"),
    certification_links=many(free(), "links with the 蒙字标 certification"),
    planned_protections=many(free()),
    honours=many(free()),
    figures=many(FIGURE),
    standings=many(free()),
    related_gis=many(text()),
    related_brands=many(text()),
    open_questions=many(NAME),
    checked_on=maybe(text(format="date")),
    history=text("its entries in the log", format="uri"),
)
BRANDS = list_of(fields(**ITEM_FIELDS))
