"""A process that stores many rows and their entries in one transaction, again and again.

It says `begun` within each transaction and `stored` when it has returned.
"""

import sys
from pathlib import Path

from config import Settings
from portal.app import create_app
from portal.authorisation.models import Serial
from portal.db import db, transaction
from portal.register.actions import Actor, record_new
from portal.storing import storing


def main(url: str, key: str, folder: str, rows: str) -> None:
    app = create_app(
        Settings(
            environment="test",
            database_url=url,
            secret_key="only-for-the-tests-0123456789",
            signing_key_file=Path(key),
            data_dir=Path(folder),
            base_url="http://127.0.0.1:8000",
        ),
        opened=False,
    )
    with app.app_context():
        while True:
            with transaction() as session:
                first = session.query(Serial).filter(Serial.name.startswith("drill-")).count()
                _say("begun")
                with storing(session) as store:
                    numbers = range(first, first + int(rows))
                    store.add(Serial.__table__, ("name", "last"), [(f"drill-{n}", n) for n in numbers])
                    for n in numbers:
                        record_new(Actor("drill"), "issued", f"drill:{n}", {"n": n}, public=n % 3 > 0)
            db.session.remove()
            _say("stored")


def _say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()
