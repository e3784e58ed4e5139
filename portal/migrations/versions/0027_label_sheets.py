"""Sheets of labels made in the background; the plot of a batch and the labels on it are ones that exist; the
box of a drawn plot, so that what may lie on it is found without reading every outline.

Revises: 0026_case_restriction
"""

import sqlalchemy as sa
from alembic import op

from portal.db import Instant

revision = "0027_label_sheets"
down_revision = "0026_case_restriction"
branch_labels = None
depends_on = None

BOX = ("west", "south", "east", "north")


def upgrade() -> None:
    op.create_table(
        "label_sheets",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("set_id", sa.Integer, nullable=False),
        sa.Column("part_id", sa.Integer, nullable=False),
        sa.Column("first", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("by_account", sa.Integer, nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("touched_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["set_id"], ["label_set.id"], name="fk_label_sheets_set_id"),
        sa.ForeignKeyConstraint(["part_id"], ["label_part.id"], name="fk_label_sheets_part_id"),
        sa.ForeignKeyConstraint(["by_account"], ["account.id"], name="fk_label_sheets_by_account"),
        sa.PrimaryKeyConstraint("id", name="pk_label_sheets"),
    )
    for name in ("set_id", "part_id", "state", "by_account"):
        op.create_index(f"ix_label_sheets_{name}", "label_sheets", [name])
    # A column of its own that takes the place of the old one: both databases can, and no table is made anew.
    known = "SELECT plot.id FROM plot WHERE plot.id = batch.plot_id"
    _replace("batch", "plot_id", "CONSTRAINT fk_batch_plot_id REFERENCES plot (id)", known)
    # Labels of a set that does not exist were never on anything.
    op.execute("DELETE FROM batch_labels WHERE range_id NOT IN (SELECT id FROM label_set)")
    with op.batch_alter_table("batch_labels") as table:
        table.create_foreign_key("fk_batch_labels_range_id", "label_set", ["range_id"], ["id"])
    for name in BOX:
        op.add_column("plot", sa.Column(name, sa.Float))
    _fill_boxes()
    op.create_index("ix_plot_indication_id_box", "plot", ["indication_id", "south", "north", "west", "east"])


def _replace(table: str, column: str, more: str, value: str) -> None:
    op.execute(f"ALTER TABLE {table} ADD COLUMN new_{column} INTEGER {more}")
    op.execute(f"UPDATE {table} SET new_{column} = ({value})")  # noqa: S608 - words of our own
    op.drop_index(f"ix_{table}_{column}", table)
    op.drop_column(table, column)
    op.execute(f"ALTER TABLE {table} RENAME COLUMN new_{column} TO {column}")
    op.create_index(f"ix_{table}_{column}", table, [column])


def _fill_boxes() -> None:
    import shapely

    plot = sa.table("plot", sa.column("id"), sa.column("wkb"), *(sa.column(name) for name in BOX))
    connection = op.get_bind()
    drawn = sa.select(plot.c.id, plot.c.wkb).where(plot.c.wkb.is_not(None))
    for number, wkb in connection.execute(drawn).all():
        shape = shapely.from_wkb(wkb, on_invalid="ignore")
        if shape is not None and not shape.is_empty:
            box = dict(zip(BOX, shape.bounds, strict=True))
            connection.execute(plot.update().where(plot.c.id == number).values(**box))


def downgrade() -> None:
    op.drop_index("ix_plot_indication_id_box", "plot")
    for name in BOX:
        op.drop_column("plot", name)
    with op.batch_alter_table("batch_labels") as table:
        table.drop_constraint("fk_batch_labels_range_id", type_="foreignkey")
    _replace("batch", "plot_id", "", "batch.plot_id")
    op.drop_table("label_sheets")
