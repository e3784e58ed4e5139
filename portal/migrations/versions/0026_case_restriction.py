"""Until when a decision restricts something: it is shown at least as long.

Revises: 0025_transfer_clocks
"""

import sqlalchemy as sa
from alembic import op

revision = "0026_case_restriction"
down_revision = "0025_transfer_clocks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_file", sa.Column("restricted_until", sa.Date))


def downgrade() -> None:
    op.drop_column("case_file", "restricted_until")
