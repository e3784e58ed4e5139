"""Secrets of second factors are sealed with a key that is not in the database.

Revises: 0008_verification
"""

import sqlalchemy as sa
from alembic import op
from flask import current_app

from portal.accounts.sealing import Unreadable, seal, unseal

revision = "0009_second_factor"
down_revision = "0008_verification"
branch_labels = None
depends_on = None


def _rows(column: str) -> list[sa.Row]:
    query = sa.text(f"SELECT id, {column} FROM account WHERE {column} IS NOT NULL")  # noqa: S608 - our name
    return op.get_bind().execute(query).all()


def _store(column: str, number: int, value: str | None) -> None:
    update = sa.text(f"UPDATE account SET {column} = :value WHERE id = :number")  # noqa: S608 - our name
    op.get_bind().execute(update, {"value": value, "number": number})


# Both databases drop a column in place; building the table anew would lose the rows that refer to it.
def upgrade() -> None:
    op.add_column("account", sa.Column("totp_sealed", sa.String(200)))
    key = current_app.config["SETTINGS"].secret_key
    for number, secret in _rows("totp_secret"):
        _store("totp_sealed", number, seal(secret, number, key))
    op.drop_column("account", "totp_secret")


def downgrade() -> None:
    op.add_column("account", sa.Column("totp_secret", sa.String(64)))
    settings = current_app.config["SETTINGS"]
    for number, sealed in _rows("totp_sealed"):
        try:
            _store("totp_secret", number, unseal(sealed, number, *settings.secret_keys))
        except Unreadable:
            continue
    op.drop_column("account", "totp_sealed")
