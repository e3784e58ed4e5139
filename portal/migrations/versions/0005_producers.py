"""Producers, rosters, co-operatives and their members, who acts for whom, and files that came in.

Revises: 0004_targets
"""

import sqlalchemy as sa
from alembic import op

from portal.db import Instant, Json

revision = "0005_producers"
down_revision = "0004_targets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_producer()
    _create_accounts()
    _create_membership()
    _create_roster()
    _create_runs()


def _create_producer() -> None:
    op.create_table(
        "producer",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("number", sa.String(18), nullable=False),
        sa.Column("uscc", sa.String(18)),
        sa.Column("local_number", sa.String(40)),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.Column("name_public", sa.Boolean, nullable=False),
        sa.Column("consent_on", sa.Date),
        sa.Column("consent_version", sa.String(20)),
        sa.Column("adcode", sa.String(9), nullable=False),
        sa.Column("address", sa.String(200)),
        sa.Column("contact", sa.String(60)),
        sa.Column("phone", sa.String(40)),
        sa.Column("lon", sa.Integer),
        sa.Column("lat", sa.Integer),
        sa.Column("created_on", sa.Date, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.Column("ended_reason", sa.String(200)),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_producer"),
        sa.UniqueConstraint("number", name="uq_producer_number"),
        sa.UniqueConstraint("uscc", name="uq_producer_uscc"),
    )
    op.create_index("ix_producer_kind", "producer", ["kind"])
    op.create_index("ix_producer_adcode", "producer", ["adcode"])


def _create_accounts() -> None:
    for table, column, target in (
        ("producer_account", "producer_id", "producer"),
        ("holder_account", "protection_id", "protection"),
    ):
        op.create_table(
            table,
            sa.Column("id", sa.Integer, nullable=False),
            sa.Column(column, sa.Integer, nullable=False),
            sa.Column("account_id", sa.Integer, nullable=False),
            sa.Column("since", sa.Date, nullable=False),
            sa.Column("ended_on", sa.Date),
            sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}"),
            sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=f"fk_{table}_account_id"),
            sa.UniqueConstraint(column, "account_id", "since", name=f"uq_{table}_{column}_account_id_since"),
        )
        op.create_index(f"ix_{table}_{column}", table, [column])
        op.create_index(f"ix_{table}_account_id", table, ["account_id"])


def _create_membership() -> None:
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("cooperative_id", sa.Integer, nullable=False),
        sa.Column("member_id", sa.Integer, nullable=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
        sa.ForeignKeyConstraint(["cooperative_id"], ["producer.id"], name="fk_membership_cooperative_id"),
        sa.ForeignKeyConstraint(["member_id"], ["producer.id"], name="fk_membership_member_id"),
        sa.UniqueConstraint(
            "cooperative_id", "member_id", "from_on", name="uq_membership_cooperative_id_member_id_from_on"
        ),
    )
    op.create_index("ix_membership_cooperative_id", "membership", ["cooperative_id"])
    op.create_index("ix_membership_member_id", "membership", ["member_id"])


def _create_roster() -> None:
    op.create_table(
        "roster_entry",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("indication_id", sa.Integer, nullable=False),
        sa.Column("producer_id", sa.Integer, nullable=False),
        sa.Column("adcode", sa.String(9), nullable=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.Column("unauthorised_reason", sa.String(20), nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_roster_entry"),
        sa.ForeignKeyConstraint(["indication_id"], ["indication.id"], name="fk_roster_entry_indication_id"),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name="fk_roster_entry_producer_id"),
        sa.UniqueConstraint(
            "indication_id",
            "producer_id",
            "from_on",
            name="uq_roster_entry_indication_id_producer_id_from_on",
        ),
    )
    op.create_index("ix_roster_entry_indication_id_adcode", "roster_entry", ["indication_id", "adcode"])
    op.create_index("ix_roster_entry_producer_id", "roster_entry", ["producer_id"])
    op.create_index("ix_roster_entry_adcode", "roster_entry", ["adcode"])
    op.create_index(
        "uq_roster_entry_open",
        "roster_entry",
        ["indication_id", "producer_id"],
        unique=True,
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )


def _create_runs() -> None:
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("region", sa.String(9), nullable=False),
        sa.Column("indication_id", sa.Integer),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("options", Json, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("rows", sa.Integer),
        sa.Column("progress", sa.Integer, nullable=False),
        sa.Column("counts", Json, nullable=False),
        sa.Column("findings", Json, nullable=False),
        sa.Column("decisions", Json, nullable=False),
        sa.Column("account_id", sa.Integer),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("started_at", Instant),
        sa.Column("finished_at", Instant),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_import_run"),
        sa.ForeignKeyConstraint(["indication_id"], ["indication.id"], name="fk_import_run_indication_id"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_import_run_account_id"),
    )
    for column in ("region", "indication_id", "state", "account_id"):
        op.create_index(f"ix_import_run_{column}", "import_run", [column])


def downgrade() -> None:
    for table in (
        "import_run",
        "roster_entry",
        "membership",
        "holder_account",
        "producer_account",
        "producer",
    ):
        op.drop_table(table)
