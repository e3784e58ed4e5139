"""Clocks of cases as rows of their own, several parties and legal bases, decisions overturned, cases handed to
the police, typical cases that stay after the publication.

Revises: 0023_tests_pause
"""

import sqlalchemy as sa
from alembic import op

from portal.db import Json

revision = "0024_case_clocks"
down_revision = "0023_tests_pause"
branch_labels = None
depends_on = None

GONE = ("decide_by", "extended_on", "extended_why", "publish_by", "publish_estimated")
NEW = (
    ("pushed_on", sa.Date),
    ("pushed_to", sa.String(200)),
    ("removed_why", sa.Text),
    ("overturned_on", sa.Date),
    ("overturned_by", sa.String(200)),
    ("overturned_why", sa.Text),
    ("police", Json),
    ("typical_title", sa.String(200)),
)


def upgrade() -> None:
    op.create_table(
        "case_clock",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Integer, nullable=False),
        sa.Column("clock", sa.String(16), nullable=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("estimated", sa.Boolean, nullable=False),
        sa.Column("extended_on", sa.Date),
        sa.Column("reason", sa.Text),
        sa.Column("done_on", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_case_clock"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_case_clock_case_id"),
    )
    op.create_index("ix_case_clock_case_id", "case_clock", ["case_id"])
    running = sa.text("done_on IS NULL")
    op.create_index(
        "ix_case_clock_due_on", "case_clock", ["due_on"], sqlite_where=running, postgresql_where=running
    )
    op.create_table(
        "case_party",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Integer, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("uscc", sa.String(18)),
        sa.Column("is_person", sa.Boolean, nullable=False),
        sa.Column("producer_id", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_case_party"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_case_party_case_id"),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name="fk_case_party_producer_id"),
        sa.UniqueConstraint("case_id", "n", name="uq_case_party_case_id_n"),
    )
    op.create_index("ix_case_party_producer_id", "case_party", ["producer_id"])
    for name, kind in NEW:
        op.add_column("case_file", sa.Column(name, kind))
    op.add_column("case_file", sa.Column("bases", Json, nullable=False, server_default="[]"))
    _carry_over()
    for name in (*GONE, "legal_basis", "basis_version"):
        op.drop_column("case_file", name)


def _carry_over() -> None:
    """What ran runs on, with the last days it had."""
    connection = op.get_bind()
    case = sa.table(
        "case_file",
        sa.column("id"),
        sa.column("state"),
        sa.column("opened_on", sa.Date),
        sa.column("decide_by", sa.Date),
        sa.column("extended_on", sa.Date),
        sa.column("extended_why"),
        sa.column("decided_on", sa.Date),
        sa.column("publish_by", sa.Date),
        sa.column("publish_estimated", sa.Boolean),
        sa.column("published_on", sa.Date),
        sa.column("legal_basis"),
        sa.column("basis_version"),
        sa.column("bases", Json),
    )
    clock = sa.table(
        "case_clock",
        *(sa.column(name) for name in ("case_id", "clock", "reason")),
        *(sa.column(name, sa.Date) for name in ("from_on", "due_on", "extended_on", "done_on")),
        sa.column("estimated", sa.Boolean),
    )
    for row in connection.execute(sa.select(case)).mappings().all():
        ended = row["decided_on"] or (row["decide_by"] if row["state"] == "dropped" else None)
        told = {"case_id": row["id"], "clock": "decide", "from_on": row["opened_on"], "estimated": False}
        told |= {"due_on": row["decide_by"], "extended_on": row["extended_on"], "done_on": ended}
        connection.execute(clock.insert().values(**told, reason=row["extended_why"]))
        if row["publish_by"] and row["decided_on"]:
            told = {"case_id": row["id"], "clock": "publish", "from_on": row["decided_on"]}
            told |= {"due_on": row["publish_by"], "estimated": row["publish_estimated"]}
            connection.execute(clock.insert().values(**told, done_on=row["published_on"]))
        if row["legal_basis"]:
            bases = [{"law": row["legal_basis"], "version": row["basis_version"] or ""}]
            connection.execute(case.update().where(case.c.id == row["id"]).values(bases=bases))


def downgrade() -> None:
    op.add_column("case_file", sa.Column("legal_basis", sa.Text))
    op.add_column("case_file", sa.Column("basis_version", sa.String(120)))
    op.add_column("case_file", sa.Column("decide_by", sa.Date, nullable=False, server_default="1970-01-01"))
    op.add_column("case_file", sa.Column("extended_on", sa.Date))
    op.add_column("case_file", sa.Column("extended_why", sa.Text))
    op.add_column("case_file", sa.Column("publish_by", sa.Date))
    op.add_column(
        "case_file", sa.Column("publish_estimated", sa.Boolean, nullable=False, server_default=sa.false())
    )
    _carry_back()
    for name in ("bases", *(name for name, _ in NEW)):
        op.drop_column("case_file", name)
    op.drop_table("case_party")
    op.drop_table("case_clock")


def _carry_back() -> None:
    """The period to decide and the last day to publish go back to where they stood."""
    day = "(SELECT max({0}) FROM case_clock WHERE case_id = case_file.id AND clock = '{1}'{2})"
    running = " AND done_on IS NULL"
    for column, text in (
        ("decide_by", f"coalesce({day.format('due_on', 'decide', '')}, opened_on)"),
        ("extended_on", day.format("extended_on", "decide", "")),
        ("extended_why", day.format("reason", "decide", "")),
        ("publish_by", day.format("due_on", "publish", running)),
    ):
        op.execute(f"UPDATE case_file SET {column} = {text}")  # noqa: S608 - words of our own
