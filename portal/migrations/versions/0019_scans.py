"""Counts of scans, as the background work brings them in.

Revises: 0018_kept_requests
"""

import sqlalchemy as sa
from alembic import op

from portal.db import Instant

revision = "0019_scans"
down_revision = "0018_kept_requests"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scan_count",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("machine", sa.String(16), nullable=False),
        sa.Column("set_id", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("indication_id", sa.Integer, nullable=False),
        sa.Column("producer_id", sa.Integer, nullable=False),
        sa.Column("adcode", sa.String(9), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("scans", sa.Integer, nullable=False),
        sa.Column("not_in_use", sa.Integer, nullable=False),
        sa.Column("over", sa.Integer, nullable=False),
        sa.Column("provinces", sa.BigInteger, nullable=False),
        sa.Column("odd", sa.Boolean, nullable=False),
        sa.Column("first_at", Instant, nullable=False),
        sa.Column("last_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_scan_count"),
        sa.UniqueConstraint("set_id", "place", "machine", name="uq_scan_count_set_id_place_machine"),
    )
    op.create_index("ix_scan_count_adcode_odd", "scan_count", ["adcode", "odd"])
    op.create_index("ix_scan_count_indication_id_odd", "scan_count", ["indication_id", "odd"])
    op.create_index("ix_scan_count_producer_id", "scan_count", ["producer_id"])
    op.create_table(
        "scan_total",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("machine", sa.String(16), nullable=False),
        sa.Column("indication_id", sa.Integer, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("scans", sa.Integer, nullable=False),
        sa.Column("labels", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_scan_total"),
        sa.UniqueConstraint(
            "indication_id", "year", "machine", name="uq_scan_total_indication_id_year_machine"
        ),
    )
    op.create_table(
        "unknown_scans",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("machine", sa.String(16), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("scans", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unknown_scans"),
        sa.UniqueConstraint("day", "machine", name="uq_unknown_scans_day_machine"),
    )


def downgrade() -> None:
    for table in (
        "unknown_scans",
        "scan_total",
        "scan_count",
    ):
        op.drop_table(table)
