"""Runs migrations on the database of the running application, with all models known."""

from alembic import context
from flask import current_app

import portal.models  # noqa: F401 - makes every table known
from portal.db import db


def run() -> None:
    engine = current_app.extensions["sqlalchemy"].engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
