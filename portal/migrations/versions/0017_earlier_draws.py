"""The proofs of earlier rounds of a draw.

Revises: 0016_tips_cases
"""

import sqlalchemy as sa
from alembic import op

from portal.db import Json

revision = "0017_earlier_draws"
down_revision = "0016_tips_cases"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("check_plan", sa.Column("earlier", Json))


def downgrade() -> None:
    op.drop_column("check_plan", "earlier")
