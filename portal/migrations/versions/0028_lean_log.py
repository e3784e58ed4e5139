"""The log without what follows from the rest of it: no index of digests, since the number and the entry before
are part of each digest and the number is unique; no stored subtrees of fewer than sixteen leaves.

Revises: 0027_label_sheets
"""

import sqlalchemy as sa
from alembic import op

from portal.register.merkle import levels_over

revision = "0028_lean_log"
down_revision = "0027_label_sheets"
branch_labels = None
depends_on = None

LOWEST = 4
DIGESTS = ("previous", "digest")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in DIGESTS:
            op.drop_constraint(f"uq_register_entry_{name}", "register_entry", type_="unique")
        op.execute("ALTER TABLE register_node DISABLE TRIGGER register_node_guard")
        op.execute(f"DELETE FROM register_node WHERE height < {LOWEST}")  # noqa: S608 - a number of our own
        op.execute("ALTER TABLE register_node ENABLE TRIGGER register_node_guard")
        return
    _make_entries_anew(sa.UniqueConstraint("leaf_index", name="uq_register_entry_leaf_index"))
    op.execute("DROP TRIGGER register_node_no_delete")
    op.execute(f"DELETE FROM register_node WHERE height < {LOWEST}")  # noqa: S608 - a number of our own
    _guard("register_node", "DELETE")


def _make_entries_anew(*constraints: sa.UniqueConstraint) -> None:
    """SQLite cannot take a constraint off a table. What is sealed points at entries and waits meanwhile."""
    op.execute("CREATE TABLE waiting_sealed AS SELECT * FROM register_sealed")
    op.execute("DELETE FROM register_sealed")
    op.create_table(
        "new_register_entry",
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
        *constraints,
    )
    op.execute("INSERT INTO new_register_entry SELECT * FROM register_entry ORDER BY n")
    op.drop_table("register_entry")
    op.rename_table("new_register_entry", "register_entry")
    op.create_index("ix_register_entry_time", "register_entry", ["time"])
    op.create_index("ix_register_entry_subject", "register_entry", ["subject"])
    for action in ("UPDATE", "DELETE"):
        _guard("register_entry", action)
    op.execute("INSERT INTO register_sealed SELECT * FROM waiting_sealed ORDER BY n")
    op.drop_table("waiting_sealed")


def _guard(table: str, action: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the register is only ever appended to'); END"
    )


def downgrade() -> None:
    unique = [sa.UniqueConstraint(name, name=f"uq_register_entry_{name}") for name in DIGESTS]
    if op.get_bind().dialect.name == "postgresql":
        for name in DIGESTS:
            op.create_unique_constraint(f"uq_register_entry_{name}", "register_entry", [name])
    else:
        _make_entries_anew(*unique, sa.UniqueConstraint("leaf_index", name="uq_register_entry_leaf_index"))
    _store_small_subtrees()


def _store_small_subtrees() -> None:
    entry = sa.table("register_entry", sa.column("leaf_index"), sa.column("leaf_hash"))
    node = sa.table("register_node", *map(sa.column, ("height", "place", "hash")))
    query = sa.select(entry.c.leaf_hash).where(entry.c.leaf_index.is_not(None)).order_by(entry.c.leaf_index)
    leaves = [bytes.fromhex(text) for text in op.get_bind().execute(query).scalars()]
    for height, _, level in levels_over(0, leaves, lambda _: b""):
        if height == LOWEST:
            return
        rows = [{"height": height, "place": at, "hash": one.hex()} for at, one in enumerate(level)]
        op.bulk_insert(node, rows)
