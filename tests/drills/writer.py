"""A process that writes entries as fast as it can and says each one it was told is stored.

A line on standard output is an acknowledgement: the subject of an entry whose transaction has returned.
"""

import sys
import threading
import time
from pathlib import Path

from config import Settings
from portal.app import create_app
from portal.db import db, transaction
from portal.register.actions import Actor, record


def main(url: str, key: str, folder: str, name: str, threads: str, seconds: str) -> None:
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
    until = time.monotonic() + float(seconds)
    lock = threading.Lock()
    workers = [
        threading.Thread(target=_write, args=(app, f"{name}-{n}", until, lock)) for n in range(int(threads))
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _write(app: object, name: str, until: float, lock: threading.Lock) -> None:
    count = 0
    while time.monotonic() < until:
        subject = f"drill:{name}-{count}"
        with app.app_context():
            with transaction():
                record(
                    Actor("drill"),
                    "amended",
                    subject,
                    {"n": {"from": None, "to": count}},
                    public=count % 3 > 0,
                )
            db.session.remove()
        with lock:
            sys.stdout.write(subject + "\n")
            sys.stdout.flush()
        count += 1
