"""What the shares answer: raw whole numbers first, money in 分."""

from portal.api.shapes import ADCODE, NAME, Schema, either, fields, list_of, maybe, number, text, truth, whole
from portal.ratios.rules import Outcome

OUTCOME = either(*Outcome)


def share(**more: Schema) -> Schema:
    """n of d; where returns are missing, low and high hold the share whatever they say."""
    return fields(
        n=maybe(whole(minimum=0)),
        d=maybe(whole(minimum=0)),
        share=maybe(number(), "n/d, for reading only: the outcome is judged by the whole numbers"),
        **more,
    )


ITEM = fields(
    gi=text("slug"),
    name=NAME,
    zone=maybe(ADCODE, "null for the whole area"),
    year=whole(),
    definition=text("version of the definition, explained at /about/method"),
    users=share(low=maybe(number()), high=maybe(number()), outcome=OUTCOME),
    output=share(
        low=maybe(number()),
        high=maybe(number()),
        outcome=OUTCOME,
        basis=maybe(text(), "what the industry's output rests on"),
    ),
    mark_value=share(),
    outcome=OUTCOME,
    missing_returns=whole("producers whose return is missing", minimum=0),
    licensed_off_roster=whole(minimum=0),
    counted_on=text(format="date"),
    edition=whole("editions of the same year stand side by side", minimum=1),
    published_at=text("when this edition was published"),
    inputs_digest=text("SHA-256 of the inputs it was computed from"),
    official=maybe({}, "the official figure of the industry, where one was used"),
    live=truth("counted now, for officials, and not published"),
    url=text("its page", format="uri"),
)
# Live figures have no edition yet.
ITEM["required"] = [
    name for name in ITEM["required"] if name not in ("edition", "published_at", "inputs_digest", "official")
]
RATIOS = list_of(ITEM)
