"""The place of the plan targets' tables in the order of migrations; they are made here.

Revises: 0003_catalogue
"""

revision = "0004_targets"
down_revision = "0003_catalogue"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
