"""GIs, the documents they rest on, outlines, proposals and corrections; brands and their members.

Revises: 0002_accounts
"""

import sqlalchemy as sa
from alembic import op

from portal.db import Instant, Json

revision = "0003_catalogue"
down_revision = "0002_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
    )
    op.create_table(
        "vain_search",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vain_search"),
    )
    op.create_table(
        "indication",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("name_zh", sa.String(120), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("pinyin", sa.String(200), nullable=False),
        sa.Column("initials", sa.String(60), nullable=False),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("support", sa.String(20)),
        sa.Column("checked_on", sa.Date),
        sa.Column("withdrawn_on", sa.Date),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_indication"),
        sa.UniqueConstraint("slug", name="uq_indication_slug"),
    )
    op.create_index("ix_indication_category", "indication", ["category"])
    op.create_index("ix_indication_status", "indication", ["status"])
    op.create_table(
        "protection",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("indication_id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("number", sa.String(80)),
        sa.Column("date_text", sa.String(10)),
        sa.Column("holder", sa.String(200)),
        sa.Column("announcement", sa.String(200)),
        sa.Column("converted_to", sa.String(40)),
        sa.Column("withdrawn_on", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_protection"),
        sa.ForeignKeyConstraint(["indication_id"], ["indication.id"], name="fk_protection_indication_id"),
        sa.UniqueConstraint("indication_id", "key", name="uq_protection_indication_id_key"),
    )
    op.create_index("ix_protection_indication_id", "protection", ["indication_id"])
    op.create_index("ix_protection_kind", "protection", ["kind"])
    op.create_index("ix_protection_number", "protection", ["number"])
    for table, column in (("indication_region", "adcode"), ("area_unit", "code")):
        op.create_table(
            table,
            sa.Column("indication_id", sa.Integer, nullable=False),
            sa.Column(column, sa.String(9), nullable=False),
            sa.PrimaryKeyConstraint("indication_id", column, name=f"pk_{table}"),
            sa.ForeignKeyConstraint(["indication_id"], ["indication.id"], name=f"fk_{table}_indication_id"),
        )
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_table(
        "outline",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("indication_id", sa.Integer, nullable=False),
        sa.Column("wkb", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("square_metres", sa.BigInteger, nullable=False),
        sa.Column("source", Json, nullable=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_outline"),
        sa.ForeignKeyConstraint(["indication_id"], ["indication.id"], name="fk_outline_indication_id"),
    )
    op.create_index("ix_outline_indication_id", "outline", ["indication_id"])
    _create_proposals()
    _create_brands()


def _create_proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("region", sa.String(9), nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.Column("outline_wkb", sa.LargeBinary),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("based_on_version", sa.Integer),
        sa.Column("proposed_by", sa.Integer, nullable=False),
        sa.Column("proposed_at", Instant, nullable=False),
        sa.Column("decided_by", sa.Integer),
        sa.Column("decided_at", Instant),
        sa.Column("answer", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name="fk_proposal_proposed_by"),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name="fk_proposal_decided_by"),
    )
    for column in ("subject", "region", "state"):
        op.create_index(f"ix_proposal_{column}", "proposal", [column])
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("receipt", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("region", sa.String(9), nullable=False),
        sa.Column("field", sa.String(80), nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text),
        sa.Column("contact", sa.String(200)),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("received_at", Instant, nullable=False),
        sa.Column("answered_by", sa.Integer),
        sa.Column("answered_at", Instant),
        sa.Column("answer", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
        sa.ForeignKeyConstraint(["answered_by"], ["account.id"], name="fk_correction_answered_by"),
        sa.UniqueConstraint("receipt", name="uq_correction_receipt"),
    )
    for column in ("subject", "region", "state"):
        op.create_index(f"ix_correction_{column}", "correction", [column])


def _create_brands() -> None:
    op.create_table(
        "brand",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name_zh", sa.String(120), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("pinyin", sa.String(200), nullable=False),
        sa.Column("initials", sa.String(60), nullable=False),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("checked_on", sa.Date),
        sa.Column("withdrawn_on", sa.Date),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_brand"),
        sa.UniqueConstraint("slug", name="uq_brand_slug"),
    )
    op.create_table(
        "brand_region",
        sa.Column("brand_id", sa.Integer, nullable=False),
        sa.Column("adcode", sa.String(9), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "adcode", name="pk_brand_region"),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name="fk_brand_region_brand_id"),
    )
    op.create_index("ix_brand_region_adcode", "brand_region", ["adcode"])
    op.create_table(
        "brand_member",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("brand_id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("indication_id", sa.Integer),
        sa.Column("name", sa.String(200)),
        sa.Column("enterprise_mark", sa.String(200)),
        sa.Column("standing", sa.String(20), nullable=False),
        sa.Column("from_on", sa.Date),
        sa.Column("ended_on", sa.Date),
        sa.Column("decision", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_brand_member"),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name="fk_brand_member_brand_id"),
        sa.ForeignKeyConstraint(["indication_id"], ["indication.id"], name="fk_brand_member_indication_id"),
    )
    op.create_index("ix_brand_member_brand_id", "brand_member", ["brand_id"])
    op.create_index("ix_brand_member_indication_id", "brand_member", ["indication_id"])


def downgrade() -> None:
    for table in (
        "brand_member",
        "brand_region",
        "brand",
        "correction",
        "proposal",
        "outline",
        "area_unit",
        "indication_region",
        "protection",
        "indication",
        "vain_search",
        "document",
    ):
        op.drop_table(table)
