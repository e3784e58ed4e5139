"""Outlines in a few points, for the view of the whole country.

Revises: 0014_following
"""

import sqlalchemy as sa
from alembic import op
from shapely.errors import ShapelyError

from portal.catalogue.sketch import sketch_of

revision = "0015_outline_sketch"
down_revision = "0014_following"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outline", sa.Column("sketch", sa.Text))
    outline = sa.table(
        "outline", sa.column("id", sa.Integer), sa.column("wkb", sa.LargeBinary), sa.column("sketch", sa.Text)
    )
    connection = op.get_bind()
    for number in connection.scalars(sa.select(outline.c.id)).all():
        wkb = connection.scalar(sa.select(outline.c.wkb).where(outline.c.id == number))
        connection.execute(outline.update().where(outline.c.id == number).values(sketch=_sketch(wkb)))
    with op.batch_alter_table("outline") as table:
        table.alter_column("sketch", existing_type=sa.Text, nullable=False)


def _sketch(wkb: bytes) -> str:
    try:
        return sketch_of(wkb)
    except ShapelyError:
        # What cannot be read was never drawn either; nothing is shown of it.
        return ""


def downgrade() -> None:
    with op.batch_alter_table("outline") as table:
        table.drop_column("sketch")
