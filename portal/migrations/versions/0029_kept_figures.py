"""What the ledger of the shares counted last, so that no worker counts a whole year by itself.

Revises: 0028_lean_log
"""

import sqlalchemy as sa
from alembic import op

revision = "0029_kept_figures"
down_revision = "0028_lean_log"
branch_labels = None
depends_on = None

COUNTS = ("producers", "users", "off_roster", "filed")
VALUES = ("user_value", "output_sum", "mark_value")
MISSING = ("missing_users", "missing_others")


def upgrade() -> None:
    op.create_table(
        "kept_year",
        sa.Column("year", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_kept_year"),
    )
    op.create_table(
        "kept_figures",
        sa.Column("year", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("indication_id", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in COUNTS),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in VALUES),
        *(sa.Column(name, sa.Integer, nullable=False) for name in MISSING),
        sa.Column("official", sa.BigInteger),
        sa.Column("official_id", sa.Integer),
        sa.Column("counties", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["indication_id"], ["indication.id"], name="fk_kept_figures_indication_id"),
        sa.ForeignKeyConstraint(["official_id"], ["official_output.id"], name="fk_kept_figures_official_id"),
        sa.PrimaryKeyConstraint("year", "indication_id", name="pk_kept_figures"),
    )
    op.create_table(
        "kept_county",
        sa.Column("year", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("producers", sa.Integer, nullable=False),
        sa.Column("users", sa.Integer, nullable=False),
        sa.Column("output_fen", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("year", "county", name="pk_kept_county"),
    )
    op.create_table(
        "kept_spread",
        sa.Column("year", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("producer_id", sa.Integer, nullable=False),
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("is_user", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name="fk_kept_spread_producer_id"),
        sa.PrimaryKeyConstraint("year", "producer_id", "county", name="pk_kept_spread"),
    )


def downgrade() -> None:
    for name in ("kept_spread", "kept_county", "kept_figures", "kept_year"):
        op.drop_table(name)
