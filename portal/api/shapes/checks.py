"""What checks by lot answer."""

from portal.api.shapes import (
    HASH,
    REGION,
    TIME,
    either,
    fields,
    free,
    list_of,
    many,
    maybe,
    text,
    truth,
    whole,
)
from portal.checks.rules import PUBLIC_STATES, Result, SeedKind

DATE = text(format="date")
ITEM_FIELDS = {
    "number": text("lasting number, such as SJ2026-0001"),
    "title": text(),
    "state": either(*PUBLIC_STATES),
    "region": REGION,
    "gi": maybe(text(), "slug of the GI; null for all of the region"),
    "wanted": free("how many of each class of subjects"),
    "officers_each": whole("officers who check each subject", minimum=2),
    "seed_kind": either(*SeedKind),
    "round": whole("how often it was drawn", minimum=1),
    "frozen_at": maybe(TIME),
    "drawn_at": maybe(TIME),
    "url": text("its page", format="uri"),
    "proof_url": maybe(text("everything needed to draw again", format="uri")),
    "demo": truth("made up for the demonstration"),
}
COMMITMENT = fields(
    round=whole(minimum=1),
    by=text("office of the person"),
    digest=HASH,
    committed_at=TIME,
    revealed_at=maybe(TIME, "null where the secret was not revealed"),
)
RESULT = fields(
    subject=text("number of the producer"),
    name=maybe(text(), "null for persons who are not public"),
    visited_on=DATE,
    result=either(*Result),
    due_on=maybe(DATE, "to be put right by"),
    final=maybe(either(*Result), "how it ended; null while under way"),
)
CHECK = fields(
    **ITEM_FIELDS,
    basis=text("document it rests on"),
    tickets_digest=maybe(HASH),
    officers_digest=maybe(HASH),
    lists_digest=maybe(HASH),
    commitments=many(COMMITMENT),
    named_beforehand=maybe(text(), "public value that is the seed, or stands in for a secret not revealed"),
    value_read_at=maybe(text(), "where that value was read; null while it was not used"),
    seed=maybe(HASH),
    results=many(RESULT, "those made public"),
)
CHECKS = list_of(fields(**ITEM_FIELDS))
