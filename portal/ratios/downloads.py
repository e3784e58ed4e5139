"""Shares as files: raw whole numbers, so that anybody can work them out again."""

import csv
import io
from collections.abc import Iterable, Sequence

from gi_data.sheet_writing import harmless
from portal.catalogue.models import Indication
from portal.ratios.members import Member
from portal.ratios.models import PublishedRatio

COLUMNS = (
    "gi", "name_zh", "name_en", "zone", "year", "edition", "definition", "counted_on", "users_n", "users_d",
    "users_outcome", "output_n_fen", "output_d_fen", "output_basis", "output_outcome", "mark_value_fen",
    "missing_users", "missing_others", "licensed_off_roster", "outcome", "published_at", "inputs_digest",
)  # fmt: skip


def written(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows(["" if value is None else harmless(value) for value in row] for row in rows)
    return out.getvalue()


def csv_of_published(rows: Iterable[PublishedRatio]) -> str:
    return written(COLUMNS, (_cells(row, row.indication) for row in rows))


def csv_of_years(indication: Indication, rows: Iterable[PublishedRatio]) -> str:
    return written(COLUMNS, (_cells(row, indication) for row in rows))


def _cells(row: PublishedRatio, indication: Indication) -> tuple[object, ...]:
    return (
        indication.slug, indication.name_zh, indication.name_en, row.zone, row.year, row.edition,
        row.definition, row.counted_on, row.users_n, row.users_d, row.users_outcome, row.output_n,
        row.output_d, row.basis, row.output_outcome, row.mark_value, row.missing_users, row.missing_others,
        row.off_roster, row.outcome, row.published_at.isoformat(), row.inputs_digest,
    )  # fmt: skip


MEMBER_COLUMNS = (
    "producer", "name", "kind", "place", "users", "users_zh", "licences", "valid_to", "return", "return_zh",
    "edition", "value_fen", "mark_value_fen",
)  # fmt: skip


def csv_of_members(members: Iterable[Member]) -> str:
    """For officials: with names and values."""
    return written(
        MEMBER_COLUMNS,
        (
            (
                m.number, m.name, m.kind, m.adcode, m.why.value, m.why.text.zh, " ".join(m.licences),
                m.valid_to, m.output.value, m.output.text.zh, m.edition, m.value_fen, m.mark_value_fen,
            )
            for m in members
        ),
    )  # fmt: skip
