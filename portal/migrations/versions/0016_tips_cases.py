"""Tips and complaints with their clocks; cases with their evidence; campaigns.

Revises: 0015_outline_sketch
"""

import sqlalchemy as sa
from alembic import op

from portal.db import Instant, Json

revision = "0016_tips_cases"
down_revision = "0015_outline_sketch"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("adcode", sa.String(length=9), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("slug", name=op.f("uq_campaign_slug")),
    )
    op.create_table(
        "tip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("matter", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("adcode", sa.String(length=9), nullable=False),
        sa.Column("place", sa.String(length=9), nullable=False),
        sa.Column("where", sa.String(length=200), nullable=True),
        sa.Column("lon", sa.Integer(), nullable=True),
        sa.Column("lat", sa.Integer(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=True),
        sa.Column("respondent", sa.String(length=200), nullable=True),
        sa.Column("code", sa.String(length=60), nullable=True),
        sa.Column("indication_id", sa.Integer(), nullable=True),
        sa.Column("producer_id", sa.Integer(), nullable=True),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("sender", sa.String(length=32), nullable=True),
        sa.Column("joined_to_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["indication_id"], ["indication.id"], name=op.f("fk_tip_indication_id")),
        sa.ForeignKeyConstraint(["joined_to_id"], ["tip.id"], name=op.f("fk_tip_joined_to_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_tip_producer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tip")),
        sa.UniqueConstraint("number", name=op.f("uq_tip_number")),
    )
    op.create_index("ix_tip_adcode_state", "tip", ["adcode", "state"], unique=False)
    op.create_index(op.f("ix_tip_indication_id"), "tip", ["indication_id"], unique=False)
    op.create_index(op.f("ix_tip_joined_to_id"), "tip", ["joined_to_id"], unique=False)
    op.create_index(op.f("ix_tip_producer_id"), "tip", ["producer_id"], unique=False)
    op.create_index(op.f("ix_tip_received_at"), "tip", ["received_at"], unique=False)
    op.create_index(op.f("ix_tip_sender"), "tip", ["sender"], unique=False)
    op.create_index(op.f("ix_tip_state"), "tip", ["state"], unique=False)
    op.create_table(
        "tip_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tip_id", sa.Integer(), nullable=False),
        sa.Column("clock", sa.String(length=10), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.Column("extended_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["tip_id"], ["tip.id"], name=op.f("fk_tip_clock_tip_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tip_clock")),
    )
    op.create_index(
        "ix_tip_clock_due_on",
        "tip_clock",
        ["due_on"],
        unique=False,
        sqlite_where=sa.text("done_on IS NULL"),
        postgresql_where=sa.text("done_on IS NULL"),
    )
    op.create_index(op.f("ix_tip_clock_tip_id"), "tip_clock", ["tip_id"], unique=False)
    op.create_table(
        "tip_photograph",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tip_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["tip_id"], ["tip.id"], name=op.f("fk_tip_photograph_tip_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tip_photograph")),
    )
    op.create_index(op.f("ix_tip_photograph_tip_id"), "tip_photograph", ["tip_id"], unique=False)
    op.create_table(
        "tip_sender",
        sa.Column("tip_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["tip_id"], ["tip.id"], name=op.f("fk_tip_sender_tip_id")),
        sa.PrimaryKeyConstraint("tip_id", name=op.f("pk_tip_sender")),
    )
    op.create_table(
        "tip_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tip_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=12), nullable=False),
        sa.Column("to_state", sa.String(length=12), nullable=False),
        sa.Column("by_account", sa.Integer(), nullable=True),
        sa.Column("office", sa.String(length=120), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("told", sa.Text(), nullable=True),
        sa.Column("more", Json, nullable=True),
        sa.ForeignKeyConstraint(["by_account"], ["account.id"], name=op.f("fk_tip_step_by_account")),
        sa.ForeignKeyConstraint(["tip_id"], ["tip.id"], name=op.f("fk_tip_step_tip_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tip_step")),
        sa.UniqueConstraint("tip_id", "n", name=op.f("uq_tip_step_tip_id_n")),
    )
    op.create_table(
        "case_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("origin_ref", sa.String(length=60), nullable=True),
        sa.Column("adcode", sa.String(length=9), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("indication_id", sa.Integer(), nullable=True),
        sa.Column("producer_id", sa.Integer(), nullable=True),
        sa.Column("licence_id", sa.Integer(), nullable=True),
        sa.Column("party", sa.String(length=200), nullable=False),
        sa.Column("party_uscc", sa.String(length=18), nullable=True),
        sa.Column("party_is_person", sa.Boolean(), nullable=False),
        sa.Column("party_province", sa.String(length=6), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=True),
        sa.Column("basis_version", sa.String(length=120), nullable=True),
        sa.Column("gates", Json, nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("decide_by", sa.Date(), nullable=False),
        sa.Column("extended_on", sa.Date(), nullable=True),
        sa.Column("extended_why", sa.Text(), nullable=True),
        sa.Column("decision_number", sa.String(length=120), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("outcomes", Json, nullable=False),
        sa.Column("fine_fen", sa.BigInteger(), nullable=True),
        sa.Column("light", sa.Boolean(), nullable=True),
        sa.Column("publish_by", sa.Date(), nullable=True),
        sa.Column("publish_estimated", sa.Boolean(), nullable=False),
        sa.Column("published", sa.Text(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("shown_until", sa.Date(), nullable=True),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.Column("typical", sa.Text(), nullable=True),
        sa.Column("typical_on", sa.Date(), nullable=True),
        sa.Column("opened_by", sa.Integer(), nullable=True),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_case_file_campaign_id")),
        sa.ForeignKeyConstraint(
            ["indication_id"], ["indication.id"], name=op.f("fk_case_file_indication_id")
        ),
        sa.ForeignKeyConstraint(["licence_id"], ["licence.id"], name=op.f("fk_case_file_licence_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["account.id"], name=op.f("fk_case_file_opened_by")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_case_file_producer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
        sa.UniqueConstraint("number", name=op.f("uq_case_file_number")),
    )
    op.create_index("ix_case_file_adcode_state", "case_file", ["adcode", "state"], unique=False)
    op.create_index(op.f("ix_case_file_campaign_id"), "case_file", ["campaign_id"], unique=False)
    op.create_index(op.f("ix_case_file_indication_id"), "case_file", ["indication_id"], unique=False)
    op.create_index(op.f("ix_case_file_licence_id"), "case_file", ["licence_id"], unique=False)
    op.create_index(op.f("ix_case_file_origin_ref"), "case_file", ["origin_ref"], unique=False)
    op.create_index(op.f("ix_case_file_producer_id"), "case_file", ["producer_id"], unique=False)
    op.create_table(
        "case_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("media_type", sa.String(length=40), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("by_account", sa.Integer(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["by_account"], ["account.id"], name=op.f("fk_case_evidence_by_account")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_evidence_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_evidence")),
        sa.UniqueConstraint("case_id", "n", name=op.f("uq_case_evidence_case_id_n")),
    )
    op.create_table(
        "case_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=12), nullable=False),
        sa.Column("to_state", sa.String(length=12), nullable=False),
        sa.Column("by_account", sa.Integer(), nullable=True),
        sa.Column("office", sa.String(length=120), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["by_account"], ["account.id"], name=op.f("fk_case_step_by_account")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_step_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_step")),
        sa.UniqueConstraint("case_id", "n", name=op.f("uq_case_step_case_id_n")),
    )


def downgrade() -> None:
    op.drop_table("case_step")
    op.drop_table("case_evidence")
    op.drop_table("case_file")
    op.drop_table("tip_step")
    op.drop_table("tip_sender")
    op.drop_table("tip_photograph")
    op.drop_table("tip_clock")
    op.drop_table("tip")
    op.drop_table("campaign")
