"""Periods of transfers: to sign for one, to answer it, to give its result. What a reporter called the file of a
photograph, which might name somebody, is kept no longer.

Revises: 0024_case_clocks
"""

import sqlalchemy as sa
from alembic import op

revision = "0025_transfer_clocks"
down_revision = "0024_case_clocks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "transfer_clock",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("transfer_id", sa.Integer, nullable=False),
        sa.Column("clock", sa.String(10), nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("estimated", sa.Boolean, nullable=False),
        sa.Column("done_on", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_transfer_clock"),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name="fk_transfer_clock_transfer_id"),
    )
    op.create_index("ix_transfer_clock_transfer_id", "transfer_clock", ["transfer_id"])
    running = sa.text("done_on IS NULL")
    op.create_index(
        "ix_transfer_clock_due_on",
        "transfer_clock",
        ["due_on"],
        sqlite_where=running,
        postgresql_where=running,
    )
    op.execute("UPDATE tip_photograph SET name = 'photograph.jpg'")
    op.execute(
        "UPDATE case_evidence SET name = 'photograph.jpg' WHERE what LIKE '举报照片 %' AND name IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_table("transfer_clock")
