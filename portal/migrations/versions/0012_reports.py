"""Yearly reports and what officials write for them.

Revises: 0011_batches
"""

import sqlalchemy as sa
from alembic import op

from portal.db import Instant, Json

revision = "0012_reports"
down_revision = "0011_batches"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "annual_report",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("about", sa.String(10), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("adcode", sa.String(9), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("name_zh", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(300), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("whole", sa.Integer, nullable=False),
        sa.Column("touched_at", Instant, nullable=False),
        sa.Column("content", Json),
        sa.Column("digest", sa.String(64)),
        sa.Column("missing", sa.Integer),
        sa.Column("files", Json),
        sa.Column("asked_by", sa.Integer),
        sa.Column("made_at", Instant),
        sa.Column("document_number", sa.String(120)),
        sa.Column("remark", sa.String(500)),
        sa.Column("published_at", Instant),
        sa.Column("published_by", sa.Integer),
        sa.Column("published_as", sa.String(200)),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_annual_report"),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name="fk_annual_report_asked_by_account"),
        sa.ForeignKeyConstraint(
            ["published_by"], ["account.id"], name="fk_annual_report_published_by_account"
        ),
        sa.UniqueConstraint(
            "about", "key", "year", "edition", name="uq_annual_report_about_key_year_edition"
        ),
    )
    op.create_index("ix_annual_report_adcode_year", "annual_report", ["adcode", "year"])
    op.create_index("ix_annual_report_state", "annual_report", ["state"])
    op.create_table(
        "annual_report_text",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("about", sa.String(10), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("part", sa.String(30), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("carried_from", sa.Integer),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("changed_by", sa.Integer),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_annual_report_text"),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["account.id"], name="fk_annual_report_text_changed_by_account"
        ),
        sa.UniqueConstraint("about", "key", "year", "part", name="uq_annual_report_text_about_key_year_part"),
    )


def downgrade() -> None:
    op.drop_table("annual_report_text")
    op.drop_table("annual_report")
