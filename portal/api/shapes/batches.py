"""What addresses of batches, marketplaces and balances answer."""

from portal.api.shapes import NAME, either, fields, many, maybe, text, truth, whole
from portal.batches.rules import Kind, Result, Stage, Standing

DAY = text(format="date")
INSTANT = text("RFC 3339, UTC", format="date-time")
HAPPENING = fields(on=DAY, event=either(*Kind), county=text("six digits, GB/T 2260"), county_name=NAME)
STAGE = fields(
    stage=either(*Stage), name=NAME, recorded=truth(), events=many(HAPPENING, "oldest first; empty if none")
)
TEST = fields(
    on=DAY, laboratory=text(), subject=text(), result=either(*Result), url=text("the report", format="uri")
)
LABELS = fields(set=whole("set of labels", minimum=1), first=whole(minimum=1), last=whole(minimum=1))
SCANS = fields(
    scans=whole(minimum=0), labels=whole("labels of it that were scanned", minimum=0), first_at=maybe(INSTANT)
)
RECALL = fields(reason=text(), at=INSTANT, by=text(), from_batch=text())
BATCH = fields(
    code=text(),
    gi=text("key of the GI"),
    gi_name=NAME,
    goods=text(),
    year=whole("year of the harvest"),
    producer=maybe(text(), "null where the name is not public"),
    producer_number=maybe(text()),
    authorised=truth("whether its producer has a licence in force today"),
    made_on=DAY,
    stages=many(STAGE, "the six stages of the plan, in order"),
    tests=many(TEST),
    labels=many(LABELS, "the label numbers it is packed under"),
    scans=SCANS,
    recall=maybe(RECALL),
    epcis_url=text(format="uri"),
    demo=truth("made up for trying the portal"),
)
CHECK = fields(
    code=text(),
    answer=either(*Standing),
    gi=maybe(text()),
    goods=maybe(text()),
    left_g=maybe(whole("grams that may still be sold; null unless the seller has the batch", minimum=0)),
    licence_no=maybe(text()),
    on=DAY,
)
SOLD_OUT = fields(
    items=many(
        fields(
            at=INSTANT, code=text(), gi=text(), platform=maybe(text(), "null: the batch as a whole"),
            shop=maybe(text()), url=text(format="uri"),
        ),
        "newest first",
    )
)  # fmt: skip
BALANCE = fields(
    gi=text(),
    year=whole(),
    shown=truth("false where fewer than three producers have figures: then there are none"),
    area_m2=maybe(whole("verified land", minimum=0)),
    ceiling_g=maybe(whole("land times yield", minimum=0)),
    declared_g=maybe(whole("accepted returns together", minimum=0)),
    labels_issued=maybe(whole(minimum=0)),
    issued_g=maybe(whole(minimum=0)),
    labels_in_use=maybe(whole(minimum=0)),
    in_use_g=maybe(whole(minimum=0)),
    labels_scanned=maybe(whole(minimum=0)),
    scans=maybe(whole(minimum=0)),
    ceiling_less_issued_g=maybe(whole("below 0: more labels than land")),
    declared_less_in_use_g=maybe(whole("below 0: more labelled than declared")),
    declared_less_ceiling_g=maybe(whole("above 0: more declared than the land can give")),
)
