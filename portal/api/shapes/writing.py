"""What addresses that change something answer."""

from portal.api.shapes import either, fields, list_of, many, maybe, text, whole
from portal.labels.rules import PartState
from portal.returns.rules import State

MONEY = {"minimum": 0}
STATED = {
    "id": whole("number of the return", minimum=1),
    "gi": text("key of the GI"),
    "producer": text("number of the producer"),
    "year": whole(),
    "edition": whole(minimum=1),
    "state": either(*State),
    "version": whole("give it with the next step", minimum=1),
    "value_fen": maybe(whole("output value, in fen (1/100 yuan)", **MONEY)),
    "mark_value_fen": maybe(whole("value sold under the mark, in fen", **MONEY)),
    "quantity_g": maybe(whole("quantity, in grams", **MONEY)),
    "area_m2": maybe(whole("area, in square metres", **MONEY)),
    "labels": maybe(whole("labels used", **MONEY)),
    "note": maybe(text()),
}
RETURN = fields(**STATED, findings=many(text(), "what looks odd; it does not stop anything"))
RETURNS = list_of(fields(**STATED))
PARTS = list_of(
    fields(
        part=whole("number of the piece: the address of what became of it", minimum=1),
        set=whole("number of the set", minimum=1),
        gi=text("key of the GI"),
        producer=text("number of the producer the set was made for"),
        holder=text("number of the producer that holds it"),
        year=whole(),
        goods=maybe(text()),
        first=whole(minimum=1),
        last=whole(minimum=1),
        state=either(*PartState),
        version=whole("give it with the next step", minimum=1),
    )
)
USE = fields(licence=text("number of the licence"), used_on=text("the day", format="date"))
CAPTURED = fields(
    events=whole("events that are new", minimum=0),
    known=whole("events that were here already", minimum=0),
    batches=many(text("code of a batch that is new")),
    left_out=many(fields(place=text("where it stands in the document"), reason=text("why it was left out"))),
)
