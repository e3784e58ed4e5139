"""What reaches the database while something is done: pages must not ask more often for many than for few."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from portal.db import db


@contextmanager
def statements_asked(engine: Engine | None = None) -> Iterator[list[str]]:
    engine, asked = engine or db.engine, []

    def note(*told: object) -> None:
        asked.append(told[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def count_statements(client: FlaskClient, address: str, **more: object) -> int:
    with statements_asked() as asked:
        assert client.get(address, **more).status_code == 200
    return len(asked)
