"""Yearly summaries of demonstration zones.

Revises: 0021_label_papers
"""

import sqlalchemy as sa
from alembic import op

from portal.db import Instant, Json

revision = "0022_zone_summary"
down_revision = "0021_label_papers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "zone_summary",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("programme_id", sa.String(80), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("parts", Json, nullable=False),
        sa.Column("figures", Json, nullable=False),
        sa.Column("returned_reason", sa.Text),
        sa.Column("document", sa.String(200)),
        sa.Column("sent_on", sa.Date),
        sa.Column("written_by", sa.Integer),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_zone_summary"),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name="fk_zone_summary_programme_id_programme"
        ),
        sa.ForeignKeyConstraint(["written_by"], ["account.id"], name="fk_zone_summary_written_by_account"),
        sa.UniqueConstraint("programme_id", "year", name="uq_zone_summary_programme_id_year"),
    )


def downgrade() -> None:
    op.drop_table("zone_summary")
