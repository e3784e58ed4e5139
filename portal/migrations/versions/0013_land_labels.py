"""Plots, yields, and labels with their accounts, sets, parts and handovers.

Revises: 0012_reports
"""

import sqlalchemy as sa
from alembic import op

from portal.db import Instant

revision = "0013_land_labels"
down_revision = "0012_reports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "label_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_key")),
    )
    op.create_table(
        "gi_yield",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indication_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=9), nullable=False),
        sa.Column("grams_per_mu", sa.BigInteger(), nullable=False),
        sa.Column("issuer", sa.String(length=120), nullable=False),
        sa.Column("document", sa.String(length=300), nullable=False),
        sa.Column("document_on", sa.Date(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.Column("set_at", Instant(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("grams_per_mu > 0", name=op.f("ck_gi_yield_yield_positive")),
        sa.ForeignKeyConstraint(["indication_id"], ["indication.id"], name=op.f("fk_gi_yield_indication_id")),
        sa.ForeignKeyConstraint(["set_by"], ["account.id"], name=op.f("fk_gi_yield_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gi_yield")),
    )
    op.create_index(
        "uq_gi_yield_open",
        "gi_yield",
        ["indication_id", "year", "place"],
        unique=True,
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "label_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indication_id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("adcode", sa.String(length=9), nullable=False),
        sa.Column("ceiling_g", sa.BigInteger(), nullable=False),
        sa.Column("labelled_g", sa.BigInteger(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "labelled_g >= 0 AND labelled_g <= ceiling_g", name=op.f("ck_label_account_within_ceiling")
        ),
        sa.ForeignKeyConstraint(["closed_by"], ["account.id"], name=op.f("fk_label_account_closed_by")),
        sa.ForeignKeyConstraint(
            ["indication_id"], ["indication.id"], name=op.f("fk_label_account_indication_id")
        ),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_label_account_producer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_account")),
        sa.UniqueConstraint(
            "indication_id",
            "producer_id",
            "year",
            name=op.f("uq_label_account_indication_id_producer_id_year"),
        ),
    )
    op.create_index(op.f("ix_label_account_adcode"), "label_account", ["adcode"], unique=False)
    op.create_index(op.f("ix_label_account_producer_id"), "label_account", ["producer_id"], unique=False)
    op.create_table(
        "plot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("indication_id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("adcode", sa.String(length=9), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("area_m2", sa.BigInteger(), nullable=False),
        sa.Column("inside_m2", sa.BigInteger(), nullable=True),
        sa.Column("lie", sa.String(length=10), nullable=False),
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.Column("wkb", sa.LargeBinary(), nullable=True),
        sa.Column("variety", sa.String(length=60), nullable=True),
        sa.Column("planted", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("area_m2 > 0", name=op.f("ck_plot_area_positive")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_plot_created_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_plot_decided_by")),
        sa.ForeignKeyConstraint(["indication_id"], ["indication.id"], name=op.f("fk_plot_indication_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_plot_producer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plot")),
        sa.UniqueConstraint("number", name=op.f("uq_plot_number")),
    )
    op.create_index(op.f("ix_plot_adcode"), "plot", ["adcode"], unique=False)
    op.create_index("ix_plot_indication_id_adcode", "plot", ["indication_id", "adcode"], unique=False)
    op.create_index(op.f("ix_plot_producer_id"), "plot", ["producer_id"], unique=False)
    op.create_index(op.f("ix_plot_state"), "plot", ["state"], unique=False)
    op.create_table(
        "label_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("indication_id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("licence_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("adcode", sa.String(length=9), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("grams_each", sa.Integer(), nullable=False),
        sa.Column("goods", sa.String(length=120), nullable=False),
        sa.Column("gtin", sa.String(length=14), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0 AND grams_each > 0", name=op.f("ck_label_request_positive")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_label_request_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_label_request_decided_by")),
        sa.ForeignKeyConstraint(
            ["indication_id"], ["indication.id"], name=op.f("fk_label_request_indication_id")
        ),
        sa.ForeignKeyConstraint(["licence_id"], ["licence.id"], name=op.f("fk_label_request_licence_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_label_request_producer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_request")),
        sa.UniqueConstraint("number", name=op.f("uq_label_request_number")),
    )
    op.create_index("ix_label_request_adcode_state", "label_request", ["adcode", "state"], unique=False)
    op.create_index(op.f("ix_label_request_indication_id"), "label_request", ["indication_id"], unique=False)
    op.create_index(op.f("ix_label_request_licence_id"), "label_request", ["licence_id"], unique=False)
    op.create_index(op.f("ix_label_request_producer_id"), "label_request", ["producer_id"], unique=False)
    op.create_table(
        "label_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("licence_id", sa.Integer(), nullable=False),
        sa.Column("indication_id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("grams_each", sa.Integer(), nullable=False),
        sa.Column("goods", sa.String(length=120), nullable=False),
        sa.Column("gtin", sa.String(length=14), nullable=True),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "count > 0 AND count <= 1048576 AND grams_each > 0", name=op.f("ck_label_set_size")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["label_account.id"], name=op.f("fk_label_set_account_id")),
        sa.ForeignKeyConstraint(
            ["indication_id"], ["indication.id"], name=op.f("fk_label_set_indication_id")
        ),
        sa.ForeignKeyConstraint(["licence_id"], ["licence.id"], name=op.f("fk_label_set_licence_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_label_set_producer_id")),
        sa.ForeignKeyConstraint(["request_id"], ["label_request.id"], name=op.f("fk_label_set_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_set")),
    )
    op.create_index(op.f("ix_label_set_account_id"), "label_set", ["account_id"], unique=False)
    op.create_index(op.f("ix_label_set_gtin"), "label_set", ["gtin"], unique=False)
    op.create_index("ix_label_set_indication_id_year", "label_set", ["indication_id", "year"], unique=False)
    op.create_index(op.f("ix_label_set_licence_id"), "label_set", ["licence_id"], unique=False)
    op.create_index(op.f("ix_label_set_producer_id"), "label_set", ["producer_id"], unique=False)
    op.create_index(op.f("ix_label_set_request_id"), "label_set", ["request_id"], unique=False)
    op.create_table(
        "label_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("by_account", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("first >= 1 AND first <= last", name=op.f("ck_label_part_in_order")),
        sa.ForeignKeyConstraint(["by_account"], ["account.id"], name=op.f("fk_label_part_by_account")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["account.id"], name=op.f("fk_label_part_confirmed_by")),
        sa.ForeignKeyConstraint(["holder_id"], ["producer.id"], name=op.f("fk_label_part_holder_id")),
        sa.ForeignKeyConstraint(["set_id"], ["label_set.id"], name=op.f("fk_label_part_set_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_part")),
        sa.UniqueConstraint("set_id", "first", name=op.f("uq_label_part_set_id_first")),
    )
    op.create_index("ix_label_part_holder_id_state", "label_part", ["holder_id", "state"], unique=False)
    op.create_table(
        "label_handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("from_producer_id", sa.Integer(), nullable=False),
        sa.Column("to_producer_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("offered_at", Instant(), nullable=False),
        sa.Column("offered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["answered_by"], ["account.id"], name=op.f("fk_label_handover_answered_by")),
        sa.ForeignKeyConstraint(
            ["from_producer_id"], ["producer.id"], name=op.f("fk_label_handover_from_producer_id")
        ),
        sa.ForeignKeyConstraint(["offered_by"], ["account.id"], name=op.f("fk_label_handover_offered_by")),
        sa.ForeignKeyConstraint(["part_id"], ["label_part.id"], name=op.f("fk_label_handover_part_id")),
        sa.ForeignKeyConstraint(
            ["to_producer_id"], ["producer.id"], name=op.f("fk_label_handover_to_producer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_handover")),
    )
    op.create_index(
        op.f("ix_label_handover_from_producer_id"), "label_handover", ["from_producer_id"], unique=False
    )
    op.create_index(op.f("ix_label_handover_state"), "label_handover", ["state"], unique=False)
    op.create_index(
        op.f("ix_label_handover_to_producer_id"), "label_handover", ["to_producer_id"], unique=False
    )
    op.create_index(
        "uq_label_handover_open",
        "label_handover",
        ["part_id"],
        unique=True,
        sqlite_where=sa.text("state = 'offered'"),
        postgresql_where=sa.text("state = 'offered'"),
    )


def downgrade() -> None:
    op.drop_table("label_handover")
    op.drop_table("label_part")
    op.drop_table("label_set")
    op.drop_table("label_request")
    op.drop_table("plot")
    op.drop_table("label_account")
    op.drop_table("gi_yield")
    op.drop_table("label_key")
