"""The log, its tree, its heads, and the triggers that keep entries as they are; the divisions.

Revises: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "0001_register"
down_revision = None
branch_labels = None
depends_on = None

GUARDED = ("register_entry", "register_node", "register_head", "register_key")


def upgrade() -> None:
    op.create_table(
        "register_entry",
        sa.Column("n", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("time", sa.String(27), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("actor_account", sa.Integer),
        sa.Column("verb", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("sealed_digest", sa.String(64)),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("leaf_index", sa.Integer),
        sa.Column("leaf_hash", sa.String(64)),
        sa.PrimaryKeyConstraint("n", name="pk_register_entry"),
        sa.UniqueConstraint("previous", name="uq_register_entry_previous"),
        sa.UniqueConstraint("digest", name="uq_register_entry_digest"),
        sa.UniqueConstraint("leaf_index", name="uq_register_entry_leaf_index"),
    )
    op.create_index("ix_register_entry_time", "register_entry", ["time"])
    op.create_index("ix_register_entry_subject", "register_entry", ["subject"])
    op.create_table(
        "register_sealed",
        sa.Column("n", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_register_sealed"),
        sa.ForeignKeyConstraint(["n"], ["register_entry.n"], name="fk_register_sealed_n"),
    )
    op.create_table(
        "register_node",
        sa.Column("height", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("place", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("height", "place", name="pk_register_node"),
    )
    op.create_table(
        "register_key",
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("public_key", sa.String(64), nullable=False),
        sa.Column("since", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name="pk_register_key"),
    )
    op.create_table(
        "register_head",
        sa.Column("size", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("root_hash", sa.String(64), nullable=False),
        sa.Column("time", sa.String(27), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("signature", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_register_head"),
        sa.ForeignKeyConstraint(["key_id"], ["register_key.key_id"], name="fk_register_head_key_id"),
    )
    op.create_table(
        "register_end",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("leaves", sa.Integer, nullable=False),
        sa.Column("public_n", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_register_end"),
        sa.CheckConstraint("id = 1", name="ck_register_end_single_row"),
    )
    op.create_table(
        "register_kind",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_register_kind"),
    )
    op.execute(
        "INSERT INTO register_end (id, n, digest, leaves, public_n) VALUES (1, 0, '" + "0" * 64 + "', 0, 0)"
    )
    _create_regions()
    if op.get_bind().dialect.name == "postgresql":
        _guard_on_postgresql()
    else:
        _guard_on_sqlite()


def _create_regions() -> None:
    op.create_table(
        "region",
        sa.Column("adcode", sa.String(9), nullable=False),
        sa.Column("level", sa.String(10), nullable=False),
        sa.Column("name_zh", sa.String(60), nullable=False),
        sa.Column("name_en", sa.String(120), nullable=False),
        sa.Column("pinyin", sa.String(120), nullable=False),
        sa.Column("initials", sa.String(40), nullable=False),
        sa.Column("parent", sa.String(9)),
        sa.PrimaryKeyConstraint("adcode", name="pk_region"),
        sa.ForeignKeyConstraint(["parent"], ["region.adcode"], name="fk_region_parent"),
    )
    op.create_index("ix_region_parent", "region", ["parent"])


def _guard_on_sqlite() -> None:
    for table in GUARDED:
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the register is only ever appended to'); END"
            )


def _guard_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION register_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'the register is only ever appended to'; END $$"
    )
    for table in GUARDED:
        op.execute(
            f"CREATE TRIGGER {table}_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION register_refuse()"
        )


def downgrade() -> None:
    op.drop_table("region")
    for table in (
        "register_kind",
        "register_end",
        "register_head",
        "register_key",
        "register_node",
        "register_sealed",
        "register_entry",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION register_refuse()")
