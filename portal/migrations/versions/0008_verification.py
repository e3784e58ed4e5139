"""Codes that somebody wants to hear of.

Revises: 0007_returns
"""

import sqlalchemy as sa
from alembic import op

from portal.db import Instant

revision = "0008_verification"
down_revision = "0007_returns"
branch_labels = None
depends_on = None

OPEN = sa.text("ended_on IS NULL")


def upgrade() -> None:
    op.create_table(
        "watched_code",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("answer", sa.String(20), nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("changed_on", sa.Date),
        sa.Column("seen_version", sa.Integer, nullable=False),
        sa.Column("seen_on", sa.Date, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_watched_code"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_watched_code_account_id_account"),
    )
    op.create_index("ix_watched_code_account_id", "watched_code", ["account_id"])
    op.create_index("ix_watched_code_seen_on", "watched_code", ["seen_on"])
    op.create_index(
        "uq_watched_code_open",
        "watched_code",
        ["account_id", "code"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    op.drop_table("watched_code")
