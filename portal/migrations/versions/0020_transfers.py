"""Transfers across borders, other portals, bundles that wait; a tip that a device sends again.

Revises: 0019_scans
"""

import sqlalchemy as sa
from alembic import op

from portal.db import Instant, Json

revision = "0020_transfers"
down_revision = "0019_scans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tip", sa.Column("client_key", sa.String(64)))
    op.create_index("uq_tip_client_key", "tip", ["client_key"], unique=True)
    _create_transfer_peer()
    _create_transfer()
    _create_transfer_step()
    _create_transfer_outgoing()
    _create_transfer_incoming()


def _create_transfer_peer() -> None:
    op.create_table(
        "transfer_peer",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("address", sa.String(200)),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("public_key", sa.String(64), nullable=False),
        sa.Column("adcode", sa.String(9), nullable=False),
        sa.Column("added_at", Instant, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_transfer_peer"),
        sa.UniqueConstraint("key_id", name="uq_transfer_peer_key_id"),
    )


def _create_transfer() -> None:
    op.create_table(
        "transfer",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("from_adcode", sa.String(9), nullable=False),
        sa.Column("to_adcode", sa.String(9), nullable=False),
        sa.Column("from_office", sa.String(120), nullable=False),
        sa.Column("peer_id", sa.Integer),
        sa.Column("outgoing", sa.Boolean, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("about", sa.String(120)),
        sa.Column("party", sa.String(200)),
        sa.Column("evidence", Json, nullable=False),
        sa.Column("agreement", sa.String(80)),
        sa.Column("origin_key", sa.String(120)),
        sa.Column("case_number", sa.String(20)),
        sa.Column("result", sa.Text),
        sa.Column("answer", sa.Text),
        sa.Column("sent_at", Instant, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("closed_on", sa.Date),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_transfer"),
        sa.ForeignKeyConstraint(["peer_id"], ["transfer_peer.id"], name="fk_transfer_peer_id"),
        sa.UniqueConstraint("key", name="uq_transfer_key"),
    )
    op.create_index("ix_transfer_from_adcode", "transfer", ["from_adcode"])
    op.create_index("ix_transfer_kind", "transfer", ["kind"])
    op.create_index("ix_transfer_peer_id", "transfer", ["peer_id"])
    op.create_index("ix_transfer_sent_at", "transfer", ["sent_at"])
    op.create_index("ix_transfer_state", "transfer", ["state"])
    op.create_index("ix_transfer_to_adcode", "transfer", ["to_adcode"])


def _create_transfer_step() -> None:
    op.create_table(
        "transfer_step",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("transfer_id", sa.Integer, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("step", sa.String(12), nullable=False),
        sa.Column("to_state", sa.String(12), nullable=False),
        sa.Column("by_account", sa.Integer),
        sa.Column("office", sa.String(120), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("words", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_transfer_step"),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name="fk_transfer_step_transfer_id"),
        sa.ForeignKeyConstraint(["by_account"], ["account.id"], name="fk_transfer_step_by_account"),
        sa.UniqueConstraint("transfer_id", "n", name="uq_transfer_step_transfer_id_n"),
    )
    op.create_index("ix_transfer_step_transfer_id", "transfer_step", ["transfer_id"])


def _create_transfer_outgoing() -> None:
    op.create_table(
        "transfer_outgoing",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("transfer_id", sa.Integer, nullable=False),
        sa.Column("peer_id", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt_at", Instant),
        sa.Column("last_error", sa.String(300)),
        sa.Column("received_at", Instant),
        sa.Column("receipt", Json),
        sa.PrimaryKeyConstraint("id", name="pk_transfer_outgoing"),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name="fk_transfer_outgoing_transfer_id"),
        sa.ForeignKeyConstraint(["peer_id"], ["transfer_peer.id"], name="fk_transfer_outgoing_peer_id"),
        sa.UniqueConstraint("digest", name="uq_transfer_outgoing_digest"),
    )
    op.create_index("ix_transfer_outgoing_next_attempt_at", "transfer_outgoing", ["next_attempt_at"])
    op.create_index("ix_transfer_outgoing_peer_id", "transfer_outgoing", ["peer_id"])
    op.create_index("ix_transfer_outgoing_transfer_id", "transfer_outgoing", ["transfer_id"])


def _create_transfer_incoming() -> None:
    op.create_table(
        "transfer_incoming",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("peer_id", sa.Integer, nullable=False),
        sa.Column("transfer_id", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("receipt", Json, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_transfer_incoming"),
        sa.ForeignKeyConstraint(["peer_id"], ["transfer_peer.id"], name="fk_transfer_incoming_peer_id"),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name="fk_transfer_incoming_transfer_id"),
    )
    op.create_index("ix_transfer_incoming_peer_id", "transfer_incoming", ["peer_id"])
    op.create_index("ix_transfer_incoming_transfer_id", "transfer_incoming", ["transfer_id"])


def downgrade() -> None:
    for table in ("transfer_incoming", "transfer_outgoing", "transfer_step", "transfer", "transfer_peer"):
        op.drop_table(table)
    op.drop_index("uq_tip_client_key", "tip")
    op.drop_column("tip", "client_key")
