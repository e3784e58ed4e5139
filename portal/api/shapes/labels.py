"""What is said of labels."""

from portal.api.shapes import either, fields, maybe, text, truth, whole
from portal.labels.rules import LabelAnswer, PartState, RequestState

UNKNOWN = "unknown"
LABEL = fields(
    code=text("as printed"),
    answer=either(*LabelAnswer, UNKNOWN),
    gi=maybe(text("key of the GI")),
    producer=maybe(text("where its name is public")),
    uscc=maybe(text()),
    licence_no=maybe(text()),
    year=maybe(whole("the harvest it was issued for")),
    goods=maybe(text()),
    grams_each=maybe(whole("net weight of one package", minimum=1)),
    gtin=maybe(text()),
    use_by=maybe(text("the last day on which it may be put in use", format="date")),
    demo=maybe(truth()),
)
ASKED = fields(
    request=text("number of the request"),
    state=either(*RequestState),
    count=whole(minimum=1),
    grams_each=whole(minimum=1),
)
ENDED = fields(
    part=whole("number of the piece", minimum=1),
    set=whole("number of its set", minimum=1),
    first=whole(minimum=1),
    last=whole(minimum=1),
    state=either(*PartState),
    version=whole(minimum=1),
)
