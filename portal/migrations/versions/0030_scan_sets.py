"""Counted scans belong to a set of labels that is there; what counted labels of none goes, and out of the sums.

Revises: 0029_kept_figures
"""

import sqlalchemy as sa
from alembic import op

revision = "0030_scan_sets"
down_revision = "0029_kept_figures"
branch_labels = None
depends_on = None

count = sa.table(
    "scan_count", *(sa.column(n) for n in ("set_id", "machine", "indication_id", "year", "scans"))
)
total = sa.table(
    "scan_total", *(sa.column(n) for n in ("machine", "indication_id", "year", "scans", "labels"))
)
label_set = sa.table("label_set", sa.column("id"))


def upgrade() -> None:
    _leave_out_what_has_no_set()
    with op.batch_alter_table("scan_count") as table:
        table.create_foreign_key("fk_scan_count_set_id", "label_set", ["set_id"], ["id"])


def _leave_out_what_has_no_set() -> None:
    connection = op.get_bind()
    without = count.c.set_id.not_in(sa.select(label_set.c.id))
    key = (count.c.machine, count.c.indication_id, count.c.year)
    sums = sa.select(*key, sa.func.sum(count.c.scans), sa.func.count()).where(without).group_by(*key)
    for machine, gi, year, scans, labels in connection.execute(sums).all():
        of_these = (total.c.machine == machine) & (total.c.indication_id == gi) & (total.c.year == year)
        less = {"scans": total.c.scans - scans, "labels": total.c.labels - labels}
        connection.execute(total.update().where(of_these).values(**less))
    connection.execute(count.delete().where(without))


def downgrade() -> None:
    with op.batch_alter_table("scan_count") as table:
        table.drop_constraint("fk_scan_count_set_id", type_="foreignkey")
