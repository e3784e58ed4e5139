"""What programs were answered under an Idempotency-Key.

Revises: 0017_earlier_draws
"""

import sqlalchemy as sa
from alembic import op

from portal.db import Instant, Json

revision = "0018_kept_requests"
down_revision = "0017_earlier_draws"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_request",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("answer", Json),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kept_request"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_kept_request_account_id_account"),
    )
    op.create_index("uq_kept_request_account_id_key", "kept_request", ["account_id", "key"], unique=True)
    op.create_index("ix_kept_request_at", "kept_request", ["at"])


def downgrade() -> None:
    op.drop_table("kept_request")
