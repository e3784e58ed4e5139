"""Credit grades, checks by lot, findings of risk.

Revises: 0009_second_factor
"""

import sqlalchemy as sa
from alembic import op

from portal.db import Instant, Json

revision = "0010_credit_checks_risk"
down_revision = "0009_second_factor"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_criteria_version()
    _create_credit_grade()
    _create_credit_request()
    _create_statutory_listing()
    _create_check_officer()
    _create_check_conflict()
    _create_check_plan()
    _create_check_commitment()
    _create_check_made()
    _create_check_assigned()
    _create_check_sheet()
    _create_check_photo()
    _create_risk_finding()
    _create_risk_run()


def _create_criteria_version() -> None:
    op.create_table(
        "criteria_version",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("adcode", sa.String(9), nullable=False),
        sa.Column("label", sa.String(40), nullable=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("issuer", sa.String(120), nullable=False),
        sa.Column("document", sa.String(300), nullable=False),
        sa.Column("confirmed", sa.Boolean, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("a_from", sa.Integer, nullable=False),
        sa.Column("b_from", sa.Integer, nullable=False),
        sa.Column("c_from", sa.Integer, nullable=False),
        sa.Column("rows", Json, nullable=False),
        sa.Column("published_at", Instant, nullable=False),
        sa.Column("published_by", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_criteria_version"),
        sa.ForeignKeyConstraint(["published_by"], ["account.id"], name="fk_criteria_version_published_by"),
    )
    op.create_index("ix_criteria_version_adcode", "criteria_version", ["adcode"])


def _create_credit_grade() -> None:
    op.create_table(
        "credit_grade",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("producer_id", sa.Integer, nullable=False),
        sa.Column("criteria_id", sa.Integer, nullable=False),
        sa.Column("adcode", sa.String(9), nullable=False),
        sa.Column("grade", sa.String(4), nullable=False),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("reasons", Json, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("computed_at", Instant, nullable=False),
        sa.Column("current", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_credit_grade"),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name="fk_credit_grade_producer_id"),
        sa.ForeignKeyConstraint(["criteria_id"], ["criteria_version.id"], name="fk_credit_grade_criteria_id"),
    )
    op.create_index("ix_credit_grade_adcode_grade", "credit_grade", ["adcode", "grade"])
    op.create_index("ix_credit_grade_producer_id", "credit_grade", ["producer_id"])
    where = sa.text("current")
    op.create_index(
        "uq_credit_grade_current",
        "credit_grade",
        ["producer_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def _create_credit_request() -> None:
    op.create_table(
        "credit_request",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("producer_id", sa.Integer, nullable=False),
        sa.Column("adcode", sa.String(9), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("ref", sa.String(120), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("filed_by", sa.Integer, nullable=False),
        sa.Column("filed_at", Instant, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("due_estimated", sa.Boolean, nullable=False),
        sa.Column("decided_by", sa.Integer),
        sa.Column("decided_at", Instant),
        sa.Column("answer", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_credit_request"),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name="fk_credit_request_producer_id"),
        sa.ForeignKeyConstraint(["filed_by"], ["account.id"], name="fk_credit_request_filed_by"),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name="fk_credit_request_decided_by"),
    )
    op.create_index("ix_credit_request_adcode", "credit_request", ["adcode"])
    op.create_index("ix_credit_request_producer_id", "credit_request", ["producer_id"])
    where = sa.text("state = 'open'")
    op.create_index(
        "uq_credit_request_open",
        "credit_request",
        ["producer_id", "ref"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def _create_statutory_listing() -> None:
    op.create_table(
        "statutory_listing",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("producer_id", sa.Integer, nullable=False),
        sa.Column("list_key", sa.String(20), nullable=False),
        sa.Column("authority", sa.String(120), nullable=False),
        sa.Column("decision", sa.String(200), nullable=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.Column("ended_decision", sa.String(200)),
        sa.Column("by_account", sa.Integer),
        sa.Column("at", Instant, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_statutory_listing"),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name="fk_statutory_listing_producer_id"),
        sa.ForeignKeyConstraint(["by_account"], ["account.id"], name="fk_statutory_listing_by_account"),
    )
    op.create_index("ix_statutory_listing_producer_id", "statutory_listing", ["producer_id"])


def _create_check_officer() -> None:
    op.create_table(
        "check_officer",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("licence", sa.String(24), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("unit", sa.String(120), nullable=False),
        sa.Column("adcode", sa.String(9), nullable=False),
        sa.Column("account_id", sa.Integer),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_check_officer"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_check_officer_account_id"),
        sa.UniqueConstraint("licence", name="uq_check_officer_licence"),
    )
    op.create_index("ix_check_officer_account_id", "check_officer", ["account_id"])
    op.create_index("ix_check_officer_adcode", "check_officer", ["adcode"])


def _create_check_conflict() -> None:
    op.create_table(
        "check_conflict",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("officer_id", sa.Integer, nullable=False),
        sa.Column("producer_id", sa.Integer, nullable=False),
        sa.Column("declared_on", sa.Date, nullable=False),
        sa.Column("by_account", sa.Integer),
        sa.Column("ended_on", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_check_conflict"),
        sa.ForeignKeyConstraint(["officer_id"], ["check_officer.id"], name="fk_check_conflict_officer_id"),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name="fk_check_conflict_producer_id"),
        sa.ForeignKeyConstraint(["by_account"], ["account.id"], name="fk_check_conflict_by_account"),
    )
    op.create_index("ix_check_conflict_producer_id", "check_conflict", ["producer_id"])
    where = sa.text("ended_on IS NULL")
    op.create_index(
        "uq_check_conflict_open",
        "check_conflict",
        ["officer_id", "producer_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def _create_check_plan() -> None:
    op.create_table(
        "check_plan",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("adcode", sa.String(9), nullable=False),
        sa.Column("indication_id", sa.Integer),
        sa.Column("basis", sa.String(300), nullable=False),
        sa.Column("wanted", Json, nullable=False),
        sa.Column("officers_each", sa.Integer, nullable=False),
        sa.Column("weights", Json, nullable=False),
        sa.Column("seed_kind", sa.String(10), nullable=False),
        sa.Column("later_source", sa.String(300)),
        sa.Column("later_on", sa.Date),
        sa.Column("check_by", sa.Date, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("tickets", Json),
        sa.Column("tickets_digest", sa.String(64)),
        sa.Column("officers", Json),
        sa.Column("officers_digest", sa.String(64)),
        sa.Column("sealed", Json),
        sa.Column("sealed_digest", sa.String(64)),
        sa.Column("seed", sa.String(64)),
        sa.Column("seed_parts", Json),
        sa.Column("seed_source", sa.String(500)),
        sa.Column("openings", Json),
        sa.Column("reveal_by", sa.Date),
        sa.Column("reveal_estimated", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("created_by", sa.Integer),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("frozen_at", Instant),
        sa.Column("drawn_at", Instant),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_check_plan"),
        sa.ForeignKeyConstraint(["indication_id"], ["indication.id"], name="fk_check_plan_indication_id"),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name="fk_check_plan_created_by"),
        sa.UniqueConstraint("number", name="uq_check_plan_number"),
    )
    op.create_index("ix_check_plan_adcode", "check_plan", ["adcode"])
    op.create_index("ix_check_plan_indication_id", "check_plan", ["indication_id"])
    op.create_index("ix_check_plan_state", "check_plan", ["state"])


def _create_check_commitment() -> None:
    op.create_table(
        "check_commitment",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("plan_id", sa.Integer, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("account_id", sa.Integer),
        sa.Column("who", sa.String(120), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("committed_at", Instant, nullable=False),
        sa.Column("secret", sa.String(120)),
        sa.Column("revealed_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_check_commitment"),
        sa.ForeignKeyConstraint(["plan_id"], ["check_plan.id"], name="fk_check_commitment_plan_id"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_check_commitment_account_id"),
        sa.UniqueConstraint(
            "plan_id", "round", "account_id", name="uq_check_commitment_plan_id_round_account_id"
        ),
        sa.UniqueConstraint("plan_id", "round", "place", name="uq_check_commitment_plan_id_round_place"),
    )


def _create_check_made() -> None:
    op.create_table(
        "check_made",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("plan_id", sa.Integer, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("producer_id", sa.Integer, nullable=False),
        sa.Column("adcode", sa.String(9), nullable=False),
        sa.Column("subject_class", sa.String(20), nullable=False),
        sa.Column("ticket", sa.String(64), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("result", sa.String(12)),
        sa.Column("visited_on", sa.Date),
        sa.Column("due_on", sa.Date),
        sa.Column("due_estimated", sa.Boolean, nullable=False),
        sa.Column("recheck_by", sa.Date),
        sa.Column("reported_at", Instant),
        sa.Column("closed_on", sa.Date),
        sa.Column("final", sa.String(12)),
        sa.Column("publish_by", sa.Date),
        sa.Column("published_at", Instant),
        sa.Column("taken_to", sa.String(120)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_check_made"),
        sa.ForeignKeyConstraint(["plan_id"], ["check_plan.id"], name="fk_check_made_plan_id"),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name="fk_check_made_producer_id"),
        sa.UniqueConstraint("plan_id", "round", "place", name="uq_check_made_plan_id_round_place"),
    )
    op.create_index("ix_check_made_adcode", "check_made", ["adcode"])
    op.create_index("ix_check_made_due_on", "check_made", ["due_on"])
    op.create_index("ix_check_made_producer_id", "check_made", ["producer_id"])
    op.create_index("ix_check_made_state", "check_made", ["state"])


def _create_check_assigned() -> None:
    op.create_table(
        "check_assigned",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("check_id", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("officer_id", sa.Integer, nullable=False),
        sa.Column("replaced_on", sa.Date),
        sa.Column("replaced_why", sa.String(500)),
        sa.PrimaryKeyConstraint("id", name="pk_check_assigned"),
        sa.ForeignKeyConstraint(["check_id"], ["check_made.id"], name="fk_check_assigned_check_id"),
        sa.ForeignKeyConstraint(["officer_id"], ["check_officer.id"], name="fk_check_assigned_officer_id"),
        sa.UniqueConstraint("check_id", "place", name="uq_check_assigned_check_id_place"),
    )
    op.create_index("ix_check_assigned_officer_id", "check_assigned", ["officer_id"])


def _create_check_sheet() -> None:
    op.create_table(
        "check_sheet",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("check_id", sa.Integer, nullable=False),
        sa.Column("client_key", sa.String(64), nullable=False),
        sa.Column("recheck", sa.Boolean, nullable=False),
        sa.Column("visited_on", sa.Date, nullable=False),
        sa.Column("present", Json, nullable=False),
        sa.Column("marks", Json, nullable=False),
        sa.Column("notes", Json, nullable=False),
        sa.Column("result", sa.String(12), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("by_account", sa.Integer),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_check_sheet"),
        sa.ForeignKeyConstraint(["check_id"], ["check_made.id"], name="fk_check_sheet_check_id"),
        sa.ForeignKeyConstraint(["by_account"], ["account.id"], name="fk_check_sheet_by_account"),
        sa.UniqueConstraint("client_key", name="uq_check_sheet_client_key"),
    )
    op.create_index("ix_check_sheet_check_id", "check_sheet", ["check_id"])


def _create_check_photo() -> None:
    op.create_table(
        "check_photo",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("check_id", sa.Integer, nullable=False),
        sa.Column("sheet_id", sa.Integer),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("by_account", sa.Integer),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_check_photo"),
        sa.ForeignKeyConstraint(["check_id"], ["check_made.id"], name="fk_check_photo_check_id"),
        sa.ForeignKeyConstraint(["sheet_id"], ["check_sheet.id"], name="fk_check_photo_sheet_id"),
        sa.ForeignKeyConstraint(["by_account"], ["account.id"], name="fk_check_photo_by_account"),
    )
    op.create_index("ix_check_photo_check_id", "check_photo", ["check_id"])
    op.create_index("ix_check_photo_sheet_id", "check_photo", ["sheet_id"])


def _create_risk_finding() -> None:
    op.create_table(
        "risk_finding",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.String(160), nullable=False),
        sa.Column("adcode", sa.String(9), nullable=False),
        sa.Column("producer_id", sa.Integer),
        sa.Column("indication_id", sa.Integer),
        sa.Column("severity", sa.Integer, nullable=False),
        sa.Column("title", Json, nullable=False),
        sa.Column("reasoning", Json, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("first_at", Instant, nullable=False),
        sa.Column("last_at", Instant, nullable=False),
        sa.Column("standing", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("decided_by", sa.Integer),
        sa.Column("decided_at", Instant),
        sa.Column("reason", sa.Text),
        sa.Column("taken_as", sa.String(20)),
        sa.Column("taken_to", sa.String(120)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_risk_finding"),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name="fk_risk_finding_producer_id"),
        sa.ForeignKeyConstraint(["indication_id"], ["indication.id"], name="fk_risk_finding_indication_id"),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name="fk_risk_finding_decided_by"),
        sa.UniqueConstraint("key", name="uq_risk_finding_key"),
    )
    op.create_index("ix_risk_finding_adcode_state", "risk_finding", ["adcode", "state"])
    op.create_index("ix_risk_finding_indication_id", "risk_finding", ["indication_id"])
    op.create_index("ix_risk_finding_kind", "risk_finding", ["kind"])
    op.create_index("ix_risk_finding_producer_id", "risk_finding", ["producer_id"])


def _create_risk_run() -> None:
    op.create_table(
        "risk_run",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("milliseconds", sa.Integer, nullable=False),
        sa.Column("counts", Json, nullable=False),
        sa.Column("failed", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_risk_run"),
    )


def downgrade() -> None:
    for table in (
        "risk_run",
        "risk_finding",
        "check_photo",
        "check_sheet",
        "check_assigned",
        "check_made",
        "check_commitment",
        "check_plan",
        "check_conflict",
        "check_officer",
        "statutory_listing",
        "credit_request",
        "credit_grade",
        "criteria_version",
    ):
        op.drop_table(table)
