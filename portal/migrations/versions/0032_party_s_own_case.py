"""A further party of a case names the case in which its own decision is made; decisions made before stay shared.

Revises: 0031_check_character
"""

import sqlalchemy as sa
from alembic import op

revision = "0032_party_s_own_case"
down_revision = "0031_check_character"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_party", sa.Column("decided_in", sa.String(20)))
    op.create_index("ix_case_party_decided_in", "case_party", ["decided_in"])


def downgrade() -> None:
    op.drop_index("ix_case_party_decided_in", "case_party")
    op.drop_column("case_party", "decided_in")
