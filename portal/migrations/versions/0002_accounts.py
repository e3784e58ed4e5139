"""People: accounts, sessions, second factor, tokens, invitations, resets, mail, notices.

Revises: 0001_register
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002_accounts"
down_revision = "0001_register"
branch_labels = None
depends_on = None

TABLES = (
    "account_notice", "outgoing_mail", "account_reset", "account_invitation", "account_token",
    "account_session", "account_recovery_code", "account",
)  # fmt: skip


def upgrade() -> None:
    _create_account()
    _create_recovery_code()
    _create_session()
    _create_token()
    _create_invitation()
    _create_reset()
    _create_mail()
    _create_notice()


def _instant(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _owned(table: str, *columns: sa.Column) -> None:
    """A table whose every row belongs to one account."""
    op.create_table(
        table,
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("account_id", sa.Integer, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=f"fk_{table}_account_id"),
    )
    op.create_index(f"ix_{table}_account_id", table, ["account_id"])


def _create_account() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("region", sa.String(9)),
        sa.Column("organisation", sa.String(120)),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("password_hash", sa.String(255)),
        sa.Column("totp_secret", sa.String(64)),
        _instant("totp_confirmed_at", nullable=True),
        sa.Column("totp_last_step", sa.Integer, nullable=False),
        sa.Column("failed_attempts", sa.Integer, nullable=False),
        _instant("locked_until", nullable=True),
        sa.Column("demo", sa.Boolean, nullable=False, server_default=sa.false()),
        _instant("created_at"),
        sa.Column("ended_on", sa.Date),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("email", name="uq_account_email"),
    )
    op.create_index("ix_account_region", "account", ["region"])


def _create_recovery_code() -> None:
    _owned(
        "account_recovery_code",
        sa.Column("hash", sa.String(64), nullable=False),
        _instant("created_at"),
        _instant("used_at", nullable=True),
        _instant("ended_at", nullable=True),
    )


def _create_session() -> None:
    _owned(
        "account_session",
        sa.Column("hash", sa.String(64), nullable=False),
        _instant("created_at"),
        _instant("last_seen_at"),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
        _instant("ended_at", nullable=True),
        sa.UniqueConstraint("hash", name="uq_account_session_hash"),
    )


def _create_token() -> None:
    _owned(
        "account_token",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("prefix", sa.String(12), nullable=False),
        sa.Column(
            "scopes",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        _instant("created_at"),
        sa.Column("expires_on", sa.Date, nullable=False),
        _instant("last_used_at", nullable=True),
        _instant("ended_at", nullable=True),
        sa.UniqueConstraint("hash", name="uq_account_token_hash"),
    )


def _create_invitation() -> None:
    op.create_table(
        "account_invitation",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("region", sa.String(9), nullable=False),
        sa.Column("organisation", sa.String(120)),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("invited_by", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        _instant("created_at"),
        _instant("expires_at"),
        _instant("used_at", nullable=True),
        _instant("withdrawn_at", nullable=True),
        sa.Column("account_id", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_account_invitation"),
        sa.UniqueConstraint("hash", name="uq_account_invitation_hash"),
        sa.ForeignKeyConstraint(["invited_by"], ["account.id"], name="fk_account_invitation_invited_by"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_account_invitation_account_id"),
    )
    op.create_index("ix_account_invitation_email", "account_invitation", ["email"])
    op.create_index("ix_account_invitation_region", "account_invitation", ["region"])


def _create_reset() -> None:
    _owned(
        "account_reset",
        sa.Column("hash", sa.String(64), nullable=False),
        _instant("created_at"),
        _instant("expires_at"),
        _instant("used_at", nullable=True),
        sa.UniqueConstraint("hash", name="uq_account_reset_hash"),
    )


def _create_mail() -> None:
    op.create_table(
        "outgoing_mail",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        _instant("created_at"),
        _instant("sent_at", nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        _instant("next_attempt_at", nullable=True),
        sa.Column("last_error", sa.String(300)),
        sa.PrimaryKeyConstraint("id", name="pk_outgoing_mail"),
    )
    op.create_index("ix_outgoing_mail_next_attempt_at", "outgoing_mail", ["next_attempt_at"])


def _create_notice() -> None:
    _owned(
        "account_notice",
        _instant("created_at"),
        sa.Column("text_zh", sa.Text, nullable=False),
        sa.Column("text_en", sa.Text, nullable=False),
        sa.Column("address", sa.String(300)),
        _instant("read_at", nullable=True),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
