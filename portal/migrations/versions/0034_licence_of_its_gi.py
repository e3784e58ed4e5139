"""A licence is of a protection of its own GI: one reference to both instead of one to each.

Revises: 0033_earlier_keys
"""

import sqlalchemy as sa
from alembic import op

revision = "0034_licence_of_its_gi"
down_revision = "0033_earlier_keys"
branch_labels = None
depends_on = None

INDEX, BOTH = "ix_protection_id_indication_id", "fk_licence_protection_id_indication_id"
EACH = {"fk_licence_indication_id": "indication", "fk_licence_protection_id": "protection"}
AT_BOTH = f"{BOTH} FOREIGN KEY(protection_id, indication_id) REFERENCES protection (id, indication_id)"
AT_EACH = [f"{name} FOREIGN KEY({table}_id) REFERENCES {table} (id)" for name, table in EACH.items()]


def upgrade() -> None:
    _refuse_others()
    op.create_index(INDEX, "protection", ["id", "indication_id"], unique=True)
    _refer(list(EACH), [AT_BOTH])


def downgrade() -> None:
    _refer([BOTH], AT_EACH)
    op.drop_index(INDEX, "protection")


def _refuse_others() -> None:
    others = op.get_bind().scalars(
        sa.text(
            "SELECT licence.number FROM licence JOIN protection ON protection.id = licence.protection_id"
            " WHERE protection.indication_id <> licence.indication_id ORDER BY licence.number LIMIT 20"
        )
    )
    if numbers := ", ".join(others):
        raise RuntimeError(f"licences of a protection of another GI; correct them first: {numbers}")


def _refer(away: list[str], instead: list[str]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _refer_on_sqlite(away, instead)
        return
    for name in away:
        op.drop_constraint(name, "licence", type_="foreignkey")
    for constraint in instead:
        op.execute(f"ALTER TABLE licence ADD CONSTRAINT {constraint}")


def _refer_on_sqlite(away: list[str], instead: list[str]) -> None:
    """Ten tables point at licences, so it is not made anew: as SQLite's own manual has it for what changes no
    row, only what it is said to be is written."""
    bind = op.get_bind()
    stated = bind.scalar(sa.text("SELECT sql FROM sqlite_master WHERE name = 'licence'"))
    head, *lines = stated.removesuffix(")").rstrip().split("\n")
    lines = [line.strip().rstrip(",") for line in lines]
    kept = [line for line in lines if line.split()[1:2] not in ([name] for name in away)]
    if len(lines) - len(kept) != len(away):
        raise RuntimeError(f"the table of licences is not as it was made: {stated}")
    whole = ",\n\t".join([*kept, *(f"CONSTRAINT {constraint}" for constraint in instead)])
    version = bind.scalar(sa.text("PRAGMA schema_version"))
    op.execute("PRAGMA writable_schema=ON")
    bind.execute(
        sa.text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = 'licence'"),
        {"sql": f"{head}\n\t{whole}\n)"},
    )
    op.execute(f"PRAGMA schema_version={version + 1}")
    op.execute("PRAGMA writable_schema=OFF")
