"""Who follows what, and what was delivered to their webhooks.

Revises: 0013_land_labels
"""

import sqlalchemy as sa
from alembic import op

from portal.db import Instant

revision = "0014_following"
down_revision = "0013_land_labels"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("account_id", sa.Integer),
        sa.Column("email", sa.String(254)),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("sort", sa.String(10), nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("pace", sa.String(10), nullable=False),
        sa.Column("url", sa.String(500)),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("seen_n", sa.Integer, nullable=False),
        sa.Column("next_at", Instant, nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("confirmed_at", Instant),
        sa.Column("ended_at", Instant),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_subscription_account_id_account"),
    )
    op.create_index("ix_subscription_account_id", "subscription", ["account_id"])
    op.create_index("ix_subscription_email", "subscription", ["email"])
    op.create_index("ix_subscription_next_at", "subscription", ["next_at"])
    op.create_index("ix_subscription_channel_state", "subscription", ["channel", "state"])
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("subscription_id", sa.Integer, nullable=False),
        sa.Column("after_n", sa.Integer, nullable=False),
        sa.Column("until_n", sa.Integer, nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", Instant),
        sa.Column("status", sa.Integer),
        sa.Column("error", sa.String(200)),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("delivered_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_delivery"),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name="fk_webhook_delivery_subscription_id_subscription"
        ),
        sa.UniqueConstraint("number", name="uq_webhook_delivery_number"),
    )
    op.create_index("ix_webhook_delivery_subscription_id", "webhook_delivery", ["subscription_id"])
    op.create_index("ix_webhook_delivery_state_next_at", "webhook_delivery", ["state", "next_at"])


def downgrade() -> None:
    op.drop_table("webhook_delivery")
    op.drop_table("subscription")
