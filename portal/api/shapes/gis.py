"""What the catalogue answers: a GI in a list, and a GI with everything stated of it."""

from portal.api.shapes import (
    NAME,
    NAME_WITH_PINYIN,
    REGION,
    Schema,
    either,
    fields,
    list_of,
    many,
    maybe,
    number,
    text,
    truth,
    whole,
)
from portal.catalogue.rules import Kind, Status

DATE = text("a day, a month or a year, as far as it is known", pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")
STATUS = either(*Status)
SOURCE = fields(
    document=text("key of the document, listed at /about/sources"),
    title=maybe(NAME),
    place=maybe(NAME, "where in the document"),
    support=maybe(text(), "how good a source it is"),
)


def stated(**named: Schema) -> Schema:
    """A statement with the documents it rests on."""
    return fields(
        **named,
        source=maybe(SOURCE, "the first of the sources"),
        sources=many(SOURCE),
        support=maybe(text(), "how well the statement is supported"),
    )


ITEM_FIELDS = {
    "slug": text("the lasting key of the GI", pattern="^[a-z0-9-]+$"),
    "name": NAME_WITH_PINYIN,
    "kinds": many(either(*Kind), "what it counts under; what was converted counts as what it became"),
    "category": text(),
    "status": STATUS,
    "regions": many(REGION),
    "url": text("its page", format="uri"),
    "demo": truth("made up for the demonstration"),
}
PROTECTION = stated(
    key=text(),
    kind=either(*Kind),
    status=STATUS,
    number=maybe(text()),
    date=maybe(DATE),
    holder=maybe(text()),
    announcement=maybe(text()),
    converted_to=maybe(text(), "key of the protection it became"),
    note=maybe(NAME),
)
UNIT = fields(
    adcode=maybe(text(), "null where the source's name fits no division"),
    name=maybe(text(), "its name today"),
    name_in_source=text(),
    part=maybe(NAME, "which part of it, where not all"),
)
AREA = stated(
    text=maybe(NAME),
    precision=maybe(text(), "how finely the source names the area"),
    warning=maybe(NAME),
    coordinates_text=maybe(text()),
    units=many(UNIT),
    bbox=maybe(many(number()), "west, south, east, north as the source prints them"),
    history=many(
        stated(
            kind=text(),
            before=maybe(text()),
            after=maybe(text()),
            date=maybe(DATE),
            note=maybe(NAME),
        )
    ),
    geometry_url=text("the area as GeoJSON", format="uri"),
)
FIGURE = stated(
    metric=text("direct output, total output, brand value and industry output are never mixed"),
    value=text("exact decimal text as the source prints it"),
    unit=maybe(text()),
    date=maybe(DATE),
    when=maybe(NAME),
    note=maybe(NAME),
    comparator=text("=, or what stood before the value: over, about"),
)
GI = fields(
    **ITEM_FIELDS,
    aliases=many(text()),
    summary=maybe(NAME),
    candidate=truth("a lead to be checked, not a registered GI"),
    production=maybe(stated(status=text(), date=maybe(DATE), note=maybe(NAME))),
    protections=many(PROTECTION),
    area=maybe(AREA),
    quality=many(stated(text=NAME)),
    standards=many(stated(number=text(), title=maybe(NAME), relation=maybe(NAME))),
    honours=many(
        stated(kind=text(), name=maybe(NAME), number=maybe(text()), date=maybe(DATE), note=maybe(NAME))
    ),
    figures=many(FIGURE),
    brands=many(stated(slug=text(), name=NAME, standing=maybe(text()), note=maybe(NAME))),
    related=many(stated(gi=text("slug"), relation=maybe(NAME))),
    open_questions=many(NAME, "what is not established"),
    withdrawn_on=maybe(text(format="date")),
    version=whole(minimum=0),
)
GIS = list_of(fields(**ITEM_FIELDS))
