"""The published shares of a whole year as one compact answer: columns of one statement, no objects.

After a correction one row of five thousand is another. A published row never changes, so each is written
once and its text kept; only which rows stand, and in what order, is asked anew.
"""

import json
from collections.abc import Iterator

from flask import current_app
from sqlalchemy import Row, select

from portal.catalogue.models import Indication
from portal.db import db
from portal.ratios.models import PublishedRatio
from portal.ratios.queries import RatioFilter, published

COLUMNS = (
    Indication.slug.label("gi"),
    PublishedRatio.year,
    PublishedRatio.edition,
    PublishedRatio.users_n,
    PublishedRatio.users_d,
    PublishedRatio.output_n,
    PublishedRatio.output_d,
    PublishedRatio.mark_value,
    PublishedRatio.users_outcome,
    PublishedRatio.output_outcome,
    PublishedRatio.outcome,
)
NAMES = tuple(column.key for column in COLUMNS)
SHARES = (
    ("users_share", "users_n", "users_d"),
    ("output_share", "output_n", "output_d"),
    ("mark_share", "mark_value", "output_d"),
)


# What makes a row that row: numbers of rows that are gone may come again.
KEY = (
    PublishedRatio.id, PublishedRatio.indication_id, PublishedRatio.edition, PublishedRatio.inputs_digest,
)  # fmt: skip
MOST_KEPT = 60_000
FEW = 200


def year_items(asked: RatioFilter) -> str:
    """One row a GI as a JSON list, with the numbers behind each share; money in 分, unknown is null."""
    kept: dict[tuple, str] = current_app.extensions.setdefault("shares_written", {})
    standing = [tuple(row) for row in db.session.execute(published(asked).with_only_columns(*KEY))]
    missing = [key[0] for key in standing if key not in kept]
    if missing:
        if len(kept) + len(missing) > MOST_KEPT:
            kept.clear()
            missing = [key[0] for key in standing]
        kept.update(_written(asked, missing))
    return "[" + ",".join([kept[key] for key in standing if key in kept]) + "]"


def _written(asked: RatioFilter, numbers: list[int]) -> Iterator[tuple[tuple, str]]:
    query = select(*KEY, *COLUMNS).join(PublishedRatio.indication)
    if len(numbers) <= FEW:
        query = query.where(PublishedRatio.id.in_(numbers))
    else:
        query = query.where(PublishedRatio.year == asked.year, PublishedRatio.zone == asked.zone)
    for row in db.session.execute(query):
        told = json.dumps(_item(row), ensure_ascii=False, separators=(",", ":"))
        yield tuple(row[: len(KEY)]), told


def _item(row: Row) -> dict[str, object]:
    told = dict(zip(NAMES, row[len(KEY) :], strict=True))
    return told | {name: _share(told[n], told[d]) for name, n, d in SHARES}


def _share(n: int | None, d: int | None) -> float | None:
    return None if n is None or not d else round(n / d, 6)
