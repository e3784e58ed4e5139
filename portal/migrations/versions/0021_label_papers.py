"""Evidence of what became of labels.

Revises: 0020_transfers
"""

import sqlalchemy as sa
from alembic import op

from portal.db import Instant

revision = "0021_label_papers"
down_revision = "0020_transfers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "label_paper",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("part_id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("by_account", sa.Integer, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["by_account"], ["account.id"], name="fk_label_paper_by_account"),
        sa.ForeignKeyConstraint(["part_id"], ["label_part.id"], name="fk_label_paper_part_id"),
        sa.PrimaryKeyConstraint("id", name="pk_label_paper"),
    )
    op.create_index("ix_label_paper_part_id", "label_paper", ["part_id"])


def downgrade() -> None:
    op.drop_table("label_paper")
