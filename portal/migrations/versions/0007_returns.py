"""Yearly returns, the papers behind them, official industry figures, and published shares.

Revises: 0006_authorisation
"""

import sqlalchemy as sa
from alembic import op

from portal.db import Instant, Json

revision = "0007_returns"
down_revision = "0006_authorisation"
branch_labels = None
depends_on = None

ACCEPTED = sa.text("state = 'accepted'")
OPEN = sa.text("state IN ('draft', 'submitted', 'sent_back')")
NOT_ENDED = sa.text("ended_on IS NULL")


def upgrade() -> None:
    _create_returns()
    _create_papers()
    _create_official_output()
    _create_published()


def _partial(name: str, table: str, columns: list[str], where: sa.TextClause, unique: bool = True) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _create_returns() -> None:
    op.create_table(
        "annual_return",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("indication_id", sa.Integer, nullable=False),
        sa.Column("producer_id", sa.Integer, nullable=False),
        sa.Column("adcode", sa.String(9), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("area_m2", sa.BigInteger),
        sa.Column("quantity_g", sa.BigInteger),
        sa.Column("value_fen", sa.BigInteger),
        sa.Column("mark_value_fen", sa.BigInteger),
        sa.Column("labels", sa.BigInteger),
        sa.Column("months", Json),
        sa.Column("note", sa.Text),
        sa.Column("filed_as", sa.String(10), nullable=False),
        sa.Column("filed_by", sa.Integer),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("submitted_at", Instant),
        sa.Column("decided_at", Instant),
        sa.Column("decided_by", sa.Integer),
        sa.Column("sent_back_reason", sa.Text),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_annual_return"),
        sa.ForeignKeyConstraint(["indication_id"], ["indication.id"], name="fk_annual_return_indication_id"),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name="fk_annual_return_producer_id"),
        sa.ForeignKeyConstraint(["filed_by"], ["account.id"], name="fk_annual_return_filed_by"),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name="fk_annual_return_decided_by"),
        sa.UniqueConstraint(
            "indication_id",
            "producer_id",
            "year",
            "edition",
            name="uq_annual_return_indication_id_producer_id_year_edition",
        ),
    )
    one = ["indication_id", "producer_id", "year"]
    ledger = ["year", "indication_id", "producer_id", "value_fen", "mark_value_fen"]
    _partial("uq_annual_return_accepted", "annual_return", one, ACCEPTED)
    _partial("uq_annual_return_open", "annual_return", one, OPEN)
    _partial("ix_annual_return_ledger", "annual_return", ledger, ACCEPTED, unique=False)
    op.create_index("ix_annual_return_adcode_year_state", "annual_return", ["adcode", "year", "state"])
    op.create_index("ix_annual_return_producer_id", "annual_return", ["producer_id"])


def _create_papers() -> None:
    op.create_table(
        "return_paper",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("return_id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("by_account", sa.Integer, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("removed_on", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_return_paper"),
        sa.ForeignKeyConstraint(["return_id"], ["annual_return.id"], name="fk_return_paper_return_id"),
        sa.ForeignKeyConstraint(["by_account"], ["account.id"], name="fk_return_paper_by_account"),
    )
    op.create_index("ix_return_paper_return_id", "return_paper", ["return_id"])


def _create_official_output() -> None:
    op.create_table(
        "official_output",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("indication_id", sa.Integer, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("zone", sa.String(9), nullable=False),
        sa.Column("value_fen", sa.BigInteger, nullable=False),
        sa.Column("issuer", sa.String(120), nullable=False),
        sa.Column("document", sa.String(300), nullable=False),
        sa.Column("document_on", sa.Date, nullable=False),
        sa.Column("entered_by", sa.Integer),
        sa.Column("entered_at", Instant, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_official_output"),
        sa.ForeignKeyConstraint(
            ["indication_id"], ["indication.id"], name="fk_official_output_indication_id"
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["account.id"], name="fk_official_output_entered_by"),
    )
    _partial("uq_official_output_open", "official_output", ["indication_id", "year", "zone"], NOT_ENDED)


def _create_published() -> None:
    op.create_table(
        "published_ratio",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("indication_id", sa.Integer, nullable=False),
        sa.Column("zone", sa.String(9), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("definition", sa.String(20), nullable=False),
        sa.Column("counted_on", sa.Date, nullable=False),
        sa.Column("users_n", sa.Integer, nullable=False),
        sa.Column("users_d", sa.Integer, nullable=False),
        sa.Column("off_roster", sa.Integer, nullable=False),
        sa.Column("output_n", sa.BigInteger),
        sa.Column("output_d", sa.BigInteger),
        sa.Column("mark_value", sa.BigInteger),
        sa.Column("basis", sa.String(10)),
        sa.Column("official", Json),
        sa.Column("missing_users", sa.Integer, nullable=False),
        sa.Column("missing_others", sa.Integer, nullable=False),
        sa.Column("users_outcome", sa.String(20), nullable=False),
        sa.Column("output_outcome", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("counted", Json, nullable=False),
        sa.Column("inputs_digest", sa.String(64), nullable=False),
        sa.Column("remark", sa.String(500)),
        sa.Column("published_at", Instant, nullable=False),
        sa.Column("published_by", sa.Integer),
        sa.Column("published_as", sa.String(200), nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_published_ratio"),
        sa.ForeignKeyConstraint(
            ["indication_id"], ["indication.id"], name="fk_published_ratio_indication_id"
        ),
        sa.ForeignKeyConstraint(["published_by"], ["account.id"], name="fk_published_ratio_published_by"),
        sa.UniqueConstraint(
            "indication_id",
            "zone",
            "year",
            "edition",
            name="uq_published_ratio_indication_id_zone_year_edition",
        ),
    )
    op.create_index("ix_published_ratio_year", "published_ratio", ["year", "zone"])
    op.create_index("ix_published_ratio_outcome", "published_ratio", ["outcome"])


def downgrade() -> None:
    for table in ("published_ratio", "official_output", "return_paper", "annual_return"):
        op.drop_table(table)
