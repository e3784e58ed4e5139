"""What verification answers."""

from portal.api.shapes import NAME, either, fields, many, maybe, text, truth, whole
from portal.verification.rules import Answer

DAY = text(format="date")
LICENCE = fields(
    licence_no=text(),
    gi=text("key of the GI"),
    answer=either(*Answer),
    goods=text(),
    valid_from=DAY,
    valid_to=maybe(DAY, "null where the licence has no last day"),
)
VERIFIED = fields(
    answer=either(*Answer, about="the answer for the day asked"),
    uscc=maybe(text(), "null where it is not public"),
    producer=maybe(text(), "null where not known or not public"),
    gi=maybe(text()),
    gi_name=maybe(NAME),
    licence_no=maybe(text()),
    code=maybe(text(), "the code on the certificate: /v/<code>"),
    goods=maybe(text()),
    valid_from=maybe(DAY),
    valid_to=maybe(DAY),
    reason=text("why, in the language asked for"),
    next=text("what to do next"),
    on=DAY,
    licences=many(LICENCE, "every licence the answer rests on, the strongest first"),
    demo=truth("made up for trying the portal"),
    notices=many(text(), "what had to be changed to understand the code"),
    version=whole("number of the newest public entry of the register", minimum=0),
)
