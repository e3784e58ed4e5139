"""Plan indicators with their values, conflicts of the plans, programmes and stations, agreements.

Revises: 0003_catalogue
"""

import sqlalchemy as sa
from alembic import op

from portal.db import Json

revision = "0004_targets"
down_revision = "0003_catalogue"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("region", sa.String(9), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plan"),
    )
    op.create_table(
        "indicator",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("plan_id", sa.String(80), nullable=False),
        sa.Column("region", sa.String(9), nullable=False),
        sa.Column("part", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("checked_on", sa.Date),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_indicator"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_indicator_plan_id"),
    )
    for column in ("plan_id", "region"):
        op.create_index(f"ix_indicator_{column}", "indicator", [column])
    op.create_table(
        "indicator_value",
        sa.Column("indicator_id", sa.String(80), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("on_text", sa.String(10)),
        sa.Column("value_text", sa.String(40)),
        sa.Column("comparator", sa.String(2), nullable=False),
        sa.PrimaryKeyConstraint("indicator_id", "key", name="pk_indicator_value"),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name="fk_indicator_value_indicator_id"),
    )
    for table in ("conflict", "agreement"):
        op.create_table(
            table,
            sa.Column("id", sa.String(80), nullable=False),
            sa.Column("facts", Json, nullable=False),
            sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        )
    _create_programmes()


def _create_programmes() -> None:
    op.create_table(
        "programme",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("checked_on", sa.Date),
        sa.Column("withdrawn_on", sa.Date),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_programme"),
    )
    op.create_index("ix_programme_kind", "programme", ["kind"])
    op.create_table(
        "programme_region",
        sa.Column("programme_id", sa.String(80), nullable=False),
        sa.Column("adcode", sa.String(9), nullable=False),
        sa.PrimaryKeyConstraint("programme_id", "adcode", name="pk_programme_region"),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name="fk_programme_region_programme_id"),
    )
    op.create_index("ix_programme_region_adcode", "programme_region", ["adcode"])


def downgrade() -> None:
    for table in (
        "programme_region",
        "programme",
        "agreement",
        "conflict",
        "indicator_value",
        "indicator",
        "plan",
    ):
        op.drop_table(table)
