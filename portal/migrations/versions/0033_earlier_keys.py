"""The keys that another portal signed with before: what it signed with them until then still counts.

Revises: 0032_party_s_own_case
"""

import sqlalchemy as sa
from alembic import op

from portal.db import Instant

revision = "0033_earlier_keys"
down_revision = "0032_party_s_own_case"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "transfer_earlier_key",
        sa.Column("key_id", sa.String(16), primary_key=True),
        sa.Column("peer_id", sa.Integer, sa.ForeignKey("transfer_peer.id"), nullable=False),
        sa.Column("public_key", sa.String(64), nullable=False),
        sa.Column("replaced_at", Instant, nullable=False),
    )
    op.create_index("ix_transfer_earlier_key_peer_id", "transfer_earlier_key", ["peer_id"])


def downgrade() -> None:
    op.drop_table("transfer_earlier_key")
