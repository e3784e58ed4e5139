"""The time that a test takes does not count: a settlement's clock can be stopped for it.

Revises: 0022_zone_summary
"""

import sqlalchemy as sa
from alembic import op

revision = "0023_tests_pause"
down_revision = "0022_zone_summary"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tip_clock", sa.Column("paused_on", sa.Date))
    op.add_column("tip_clock", sa.Column("paused_days", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("tip_clock", "paused_days")
    op.drop_column("tip_clock", "paused_on")
