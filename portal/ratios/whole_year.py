"""The published shares of a whole year as one compact answer: columns of one statement, no objects."""

from collections.abc import Iterator

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
SHARES = (
    ("users_share", "users_n", "users_d"),
    ("output_share", "output_n", "output_d"),
    ("mark_share", "mark_value", "output_d"),
)


def year_rows(asked: RatioFilter) -> Iterator[dict[str, object]]:
    """One row a GI, with the numbers behind each share; money in 分, unknown is null."""
    query = published(asked).with_only_columns(*COLUMNS)
    for row in db.session.execute(query).mappings():
        shares = {name: _share(row[n], row[d]) for name, n, d in SHARES}
        yield {**row, **shares}


def _share(n: int | None, d: int | None) -> float | None:
    return None if n is None or not d else round(n / d, 6)
