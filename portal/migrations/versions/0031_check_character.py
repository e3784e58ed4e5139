"""Numbers of labels printed from now on end in a check character over their own alphabet; what is printed stays.

Revises: 0030_scan_sets
"""

import sqlalchemy as sa
from alembic import op

revision = "0031_check_character"
down_revision = "0030_scan_sets"
branch_labels = None
depends_on = None

key = sa.table("label_key", sa.column("last_earlier_set"))
label_set = sa.table("label_set", sa.column("id"))


def upgrade() -> None:
    op.add_column("label_key", sa.Column("last_earlier_set", sa.Integer, nullable=False, server_default="0"))
    newest = sa.select(sa.func.coalesce(sa.func.max(label_set.c.id), 0)).scalar_subquery()
    op.execute(key.update().values(last_earlier_set=newest))


def downgrade() -> None:
    op.drop_column("label_key", "last_earlier_set")
