"""Batches, what happened to them, hand-overs, tests, labels, shops, recalls.

Revises: 0010_credit_checks_risk
"""

import sqlalchemy as sa
from alembic import op

from portal.db import Instant, Json

revision = "0011_batches"
down_revision = "0010_credit_checks_risk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batch_event",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("number", sa.String(36), nullable=False),
        sa.Column("key", sa.String(120)),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("stage", sa.String(12), nullable=False),
        sa.Column("indication_id", sa.Integer, nullable=False),
        sa.Column("producer_id", sa.Integer, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("adcode", sa.String(9), nullable=False),
        sa.Column("place", sa.String(120)),
        sa.Column("note", sa.Text),
        sa.Column("receiver", sa.String(120)),
        sa.Column("lost_grams", sa.BigInteger, nullable=False),
        sa.Column("details", Json, nullable=False),
        sa.Column("by_account", sa.Integer),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["by_account"], ["account.id"], name="fk_batch_event_by_account"),
        sa.ForeignKeyConstraint(["indication_id"], ["indication.id"], name="fk_batch_event_indication_id"),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name="fk_batch_event_producer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_batch_event"),
        sa.UniqueConstraint("number", name="uq_batch_event_number"),
        sa.UniqueConstraint("producer_id", "key", name="uq_batch_event_producer_id_key"),
    )
    op.create_table(
        "batch_recall",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("batches", sa.Integer, nullable=False),
        sa.Column("by_account", sa.Integer),
        sa.Column("by_office", sa.String(120), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("ended_at", Instant),
        sa.Column("ended_reason", sa.Text),
        sa.ForeignKeyConstraint(["by_account"], ["account.id"], name="fk_batch_recall_by_account"),
        sa.PrimaryKeyConstraint("id", name="pk_batch_recall"),
    )
    op.create_index("ix_batch_recall_code", "batch_recall", ["code"])
    op.create_table(
        "batch",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("indication_id", sa.Integer, nullable=False),
        sa.Column("producer_id", sa.Integer, nullable=False),
        sa.Column("lot", sa.String(60)),
        sa.Column("goods", sa.String(120), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("stage", sa.String(12), nullable=False),
        sa.Column("adcode", sa.String(9), nullable=False),
        sa.Column("plot_id", sa.Integer),
        sa.Column("grams", sa.BigInteger),
        sa.Column("grams_left", sa.BigInteger),
        sa.Column("made_on", sa.Date, nullable=False),
        sa.Column("sold_out_at", Instant),
        sa.Column("recall_id", sa.Integer),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("grams_left >= 0 AND grams_left <= grams", name="ck_batch_nothing_from_nothing"),
        sa.ForeignKeyConstraint(["indication_id"], ["indication.id"], name="fk_batch_indication_id"),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name="fk_batch_producer_id"),
        sa.ForeignKeyConstraint(["recall_id"], ["batch_recall.id"], name="fk_batch_recall_id"),
        sa.PrimaryKeyConstraint("id", name="pk_batch"),
        sa.UniqueConstraint("code", name="uq_batch_code"),
        sa.UniqueConstraint("producer_id", "lot", name="uq_batch_producer_id_lot"),
    )
    op.create_index("ix_batch_adcode", "batch", ["adcode"])
    op.create_index("ix_batch_indication_id_made_on", "batch", ["indication_id", "made_on"])
    op.create_index("ix_batch_plot_id", "batch", ["plot_id"])
    op.create_index("ix_batch_producer_id", "batch", ["producer_id"])
    op.create_index("ix_batch_recall_id", "batch", ["recall_id"])
    op.create_index("ix_batch_sold_out_at", "batch", ["sold_out_at"])
    op.create_table(
        "batch_handover",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("batch_id", sa.Integer, nullable=False),
        sa.Column("to_producer_id", sa.Integer, nullable=False),
        sa.Column("grams", sa.BigInteger, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("received_id", sa.Integer),
        sa.Column("offered_by", sa.Integer),
        sa.Column("offered_at", Instant, nullable=False),
        sa.Column("answered_by", sa.Integer),
        sa.Column("answered_at", Instant),
        sa.Column("answer", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["answered_by"], ["account.id"], name="fk_batch_handover_answered_by"),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_batch_handover_batch_id"),
        sa.ForeignKeyConstraint(["offered_by"], ["account.id"], name="fk_batch_handover_offered_by"),
        sa.ForeignKeyConstraint(["received_id"], ["batch.id"], name="fk_batch_handover_received_id"),
        sa.ForeignKeyConstraint(["to_producer_id"], ["producer.id"], name="fk_batch_handover_to_producer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_batch_handover"),
    )
    op.create_index("ix_batch_handover_batch_id", "batch_handover", ["batch_id"])
    op.create_index("ix_batch_handover_state", "batch_handover", ["state"])
    op.create_index("ix_batch_handover_to_producer_id", "batch_handover", ["to_producer_id"])
    op.create_table(
        "batch_labels",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("batch_id", sa.Integer, nullable=False),
        sa.Column("range_id", sa.Integer, nullable=False),
        sa.Column("first_number", sa.BigInteger, nullable=False),
        sa.Column("last_number", sa.BigInteger, nullable=False),
        sa.Column("grams_each", sa.BigInteger),
        sa.Column("at", Instant, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.CheckConstraint("first_number <= last_number", name="ck_batch_labels_in_order"),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_batch_labels_batch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_batch_labels"),
    )
    op.create_index("ix_batch_labels_batch_id", "batch_labels", ["batch_id"])
    op.create_index("ix_batch_labels_range_id", "batch_labels", ["range_id"])
    op.create_table(
        "batch_listing",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("batch_id", sa.Integer, nullable=False),
        sa.Column("platform", sa.String(60), nullable=False),
        sa.Column("shop", sa.String(200), nullable=False),
        sa.Column("grams", sa.BigInteger, nullable=False),
        sa.Column("sold_grams", sa.BigInteger, nullable=False),
        sa.Column("sold_out_at", Instant),
        sa.Column("ended_on", sa.Date),
        sa.Column("at", Instant, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "sold_grams >= 0 AND sold_grams <= grams", name="ck_batch_listing_not_more_than_verified"
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_batch_listing_batch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_batch_listing"),
        sa.UniqueConstraint("batch_id", "platform", "shop", name="uq_batch_listing_batch_id_platform_shop"),
    )
    op.create_index("ix_batch_listing_batch_id", "batch_listing", ["batch_id"])
    op.create_index("ix_batch_listing_shop", "batch_listing", ["shop"])
    op.create_index("ix_batch_listing_sold_out_at", "batch_listing", ["sold_out_at"])
    op.create_table(
        "batch_part",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("event_id", sa.Integer, nullable=False),
        sa.Column("batch_id", sa.Integer, nullable=False),
        sa.Column("role", sa.String(3), nullable=False),
        sa.Column("grams", sa.BigInteger),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_batch_part_batch_id"),
        sa.ForeignKeyConstraint(["event_id"], ["batch_event.id"], name="fk_batch_part_event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_batch_part"),
        sa.UniqueConstraint("event_id", "batch_id", "role", name="uq_batch_part_event_id_batch_id_role"),
    )
    op.create_index("ix_batch_part_batch_id_role_event_id", "batch_part", ["batch_id", "role", "event_id"])
    op.create_index("ix_batch_part_event_id_role_batch_id", "batch_part", ["event_id", "role", "batch_id"])
    op.create_table(
        "batch_test",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("batch_id", sa.Integer, nullable=False),
        sa.Column("tested_on", sa.Date, nullable=False),
        sa.Column("laboratory", sa.String(120), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("result", sa.String(10), nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("by_account", sa.Integer),
        sa.Column("at", Instant, nullable=False),
        sa.Column("removed_on", sa.Date),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_batch_test_batch_id"),
        sa.ForeignKeyConstraint(["by_account"], ["account.id"], name="fk_batch_test_by_account"),
        sa.PrimaryKeyConstraint("id", name="pk_batch_test"),
    )
    op.create_index("ix_batch_test_batch_id", "batch_test", ["batch_id"])


def downgrade() -> None:
    for table in (
        "batch_test",
        "batch_part",
        "batch_listing",
        "batch_labels",
        "batch_handover",
        "batch",
        "batch_recall",
        "batch_event",
    ):
        op.drop_table(table)
