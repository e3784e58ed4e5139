"""Applications, the steps they took and the papers they brought; licences, their spells and announcements.

Revises: 0005_producers
"""

import sqlalchemy as sa
from alembic import op

from portal.db import Instant, Json

revision = "0006_authorisation"
down_revision = "0005_producers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_calendar()
    _create_licences()
    _create_applications()
    _create_papers()
    _create_public()
    _create_watches()


def _create_calendar() -> None:
    op.create_table(
        "authorisation_serial",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_authorisation_serial"),
    )
    op.create_table(
        "holiday",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("working", sa.Boolean, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_holiday"),
    )


def _create_licences() -> None:
    op.create_table(
        "licence",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("indication_id", sa.Integer, nullable=False),
        sa.Column("protection_id", sa.Integer, nullable=False),
        sa.Column("producer_id", sa.Integer, nullable=False),
        sa.Column("track", sa.String(20), nullable=False),
        sa.Column("adcode", sa.String(9), nullable=False),
        sa.Column("goods", sa.String(200), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("record_number", sa.String(120)),
        sa.Column("announcement", sa.String(120)),
        sa.Column("issued_by", sa.String(120), nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["indication_id"], ["indication.id"], name="fk_licence_indication_id"),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name="fk_licence_producer_id"),
        sa.ForeignKeyConstraint(["protection_id"], ["protection.id"], name="fk_licence_protection_id"),
        sa.PrimaryKeyConstraint("id", name="pk_licence"),
        sa.UniqueConstraint("number", name="uq_licence_number"),
    )
    op.create_index("ix_licence_adcode", "licence", ["adcode"])
    op.create_index("ix_licence_indication_id_producer_id", "licence", ["indication_id", "producer_id"])
    op.create_index("ix_licence_producer_id", "licence", ["producer_id"])
    op.create_index("ix_licence_protection_id", "licence", ["protection_id"])
    op.create_index("ix_licence_valid_from", "licence", ["valid_from"])
    op.create_index("ix_licence_valid_to", "licence", ["valid_to"])
    op.create_table(
        "licence_spell",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("licence_id", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.Column("reason", sa.Text),
        sa.Column("decision", sa.String(120)),
        sa.ForeignKeyConstraint(["licence_id"], ["licence.id"], name="fk_licence_spell_licence_id"),
        sa.PrimaryKeyConstraint("id", name="pk_licence_spell"),
    )
    op.create_index("ix_licence_spell_licence_id", "licence_spell", ["licence_id"])
    op.create_index(
        "uq_licence_spell_open",
        "licence_spell",
        ["licence_id"],
        unique=True,
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )


def _create_applications() -> None:
    op.create_table(
        "application",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("indication_id", sa.Integer, nullable=False),
        sa.Column("protection_id", sa.Integer, nullable=False),
        sa.Column("producer_id", sa.Integer, nullable=False),
        sa.Column("licence_id", sa.Integer),
        sa.Column("purpose", sa.String(10), nullable=False),
        sa.Column("track", sa.String(20), nullable=False),
        sa.Column("route", sa.String(10), nullable=False),
        sa.Column("adcode", sa.String(9), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("returned_from", sa.String(20)),
        sa.Column("answers", Json, nullable=False),
        sa.Column("step_due_on", sa.Date),
        sa.Column("due_estimated", sa.Boolean, nullable=False),
        sa.Column("step_since", Instant, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("created_by", sa.Integer, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("submitted_at", Instant),
        sa.Column("decided_on", sa.Date),
        sa.Column("decision_number", sa.String(120)),
        sa.Column("refusal", sa.String(20)),
        sa.Column("refusal_words", sa.Text),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name="fk_application_created_by"),
        sa.ForeignKeyConstraint(["indication_id"], ["indication.id"], name="fk_application_indication_id"),
        sa.ForeignKeyConstraint(["licence_id"], ["licence.id"], name="fk_application_licence_id"),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name="fk_application_producer_id"),
        sa.ForeignKeyConstraint(["protection_id"], ["protection.id"], name="fk_application_protection_id"),
        sa.PrimaryKeyConstraint("id", name="pk_application"),
        sa.UniqueConstraint("number", name="uq_application_number"),
    )
    op.create_index("ix_application_adcode_state", "application", ["adcode", "state"])
    op.create_index("ix_application_indication_id", "application", ["indication_id"])
    op.create_index("ix_application_licence_id", "application", ["licence_id"])
    op.create_index("ix_application_producer_id", "application", ["producer_id"])
    op.create_index("ix_application_protection_id", "application", ["protection_id"])
    op.create_index("ix_application_refusal", "application", ["refusal"])
    op.create_index("ix_application_state", "application", ["state"])
    op.create_index("ix_application_step_due_on", "application", ["step_due_on"])
    op.create_index(
        "uq_application_open",
        "application",
        ["protection_id", "producer_id"],
        unique=True,
        sqlite_where=sa.text("open"),
        postgresql_where=sa.text("open"),
    )
    op.create_table(
        "application_step",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("application_id", sa.Integer, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("from_state", sa.String(20), nullable=False),
        sa.Column("to_state", sa.String(20), nullable=False),
        sa.Column("by_account", sa.Integer),
        sa.Column("office", sa.String(120), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("due_on", sa.Date),
        sa.Column("working_days_taken", sa.Integer),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name="fk_application_step_application_id"
        ),
        sa.ForeignKeyConstraint(["by_account"], ["account.id"], name="fk_application_step_by_account"),
        sa.PrimaryKeyConstraint("id", name="pk_application_step"),
        sa.UniqueConstraint("application_id", "n", name="uq_application_step_application_id_n"),
    )
    op.create_index("ix_application_step_from_state", "application_step", ["from_state"])


def _create_papers() -> None:
    op.create_table(
        "site_visit",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("application_id", sa.Integer, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("officers", Json, nullable=False),
        sa.Column("lon", sa.Integer),
        sa.Column("lat", sa.Integer),
        sa.Column("inside", sa.String(10), nullable=False),
        sa.Column("distance_m", sa.Integer),
        sa.Column("basis", sa.String(20), nullable=False),
        sa.Column("findings", sa.Text, nullable=False),
        sa.Column("agrees", sa.Boolean, nullable=False),
        sa.Column("by_account", sa.Integer, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name="fk_site_visit_application_id"),
        sa.ForeignKeyConstraint(["by_account"], ["account.id"], name="fk_site_visit_by_account"),
        sa.PrimaryKeyConstraint("id", name="pk_site_visit"),
    )
    op.create_index("ix_site_visit_application_id", "site_visit", ["application_id"])
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("application_id", sa.Integer),
        sa.Column("licence_id", sa.Integer),
        sa.Column("visit_id", sa.Integer),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("by_account", sa.Integer, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("removed_on", sa.Date),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name="fk_stored_file_application_id"),
        sa.ForeignKeyConstraint(["by_account"], ["account.id"], name="fk_stored_file_by_account"),
        sa.ForeignKeyConstraint(["licence_id"], ["licence.id"], name="fk_stored_file_licence_id"),
        sa.ForeignKeyConstraint(["visit_id"], ["site_visit.id"], name="fk_stored_file_visit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_stored_file"),
    )
    op.create_index("ix_stored_file_application_id", "stored_file", ["application_id"])
    op.create_index("ix_stored_file_digest", "stored_file", ["digest"])
    op.create_index("ix_stored_file_licence_id", "stored_file", ["licence_id"])
    op.create_index("ix_stored_file_visit_id", "stored_file", ["visit_id"])


def _create_public() -> None:
    op.create_table(
        "announcement",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("licence_id", sa.Integer, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("text", Json, nullable=False),
        sa.ForeignKeyConstraint(["licence_id"], ["licence.id"], name="fk_announcement_licence_id"),
        sa.PrimaryKeyConstraint("id", name="pk_announcement"),
    )
    op.create_index("ix_announcement_kind", "announcement", ["kind"])
    op.create_index("ix_announcement_licence_id", "announcement", ["licence_id"])
    op.create_index("ix_announcement_on", "announcement", ["on"])


def _create_watches() -> None:
    op.create_table(
        "usage_record",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("licence_id", sa.Integer, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("by_account", sa.Integer, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["by_account"], ["account.id"], name="fk_usage_record_by_account"),
        sa.ForeignKeyConstraint(["licence_id"], ["licence.id"], name="fk_usage_record_licence_id"),
        sa.PrimaryKeyConstraint("id", name="pk_usage_record"),
    )
    op.create_index("ix_usage_record_licence_id", "usage_record", ["licence_id"])
    op.create_table(
        "watch_task",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("licence_id", sa.Integer),
        sa.Column("protection_id", sa.Integer),
        sa.Column("adcode", sa.String(9), nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("opened_on", sa.Date, nullable=False),
        sa.Column("closed_by", sa.Integer),
        sa.Column("closed_on", sa.Date),
        sa.Column("answer", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["closed_by"], ["account.id"], name="fk_watch_task_closed_by"),
        sa.ForeignKeyConstraint(["licence_id"], ["licence.id"], name="fk_watch_task_licence_id"),
        sa.ForeignKeyConstraint(["protection_id"], ["protection.id"], name="fk_watch_task_protection_id"),
        sa.PrimaryKeyConstraint("id", name="pk_watch_task"),
        sa.UniqueConstraint("kind", "subject", "due_on", name="uq_watch_task_kind_subject_due_on"),
    )
    op.create_index("ix_watch_task_adcode", "watch_task", ["adcode"])
    op.create_index("ix_watch_task_open", "watch_task", ["open"])
    op.create_index("ix_watch_task_subject", "watch_task", ["subject"])


def downgrade() -> None:
    for table in (
        "watch_task",
        "usage_record",
        "announcement",
        "stored_file",
        "site_visit",
        "application_step",
        "application",
        "licence_spell",
        "licence",
        "holiday",
        "authorisation_serial",
    ):
        op.drop_table(table)
