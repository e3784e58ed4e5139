"""Processes of their own that begin with everything read: for drills that start the portal again and again.

Of three and a half seconds that a portal takes to start, reading its modules takes three. One process reads
them and does nothing else; each that is started here is split off from it, has an environment, output
and group of processes of its own, and is killed like any other. The portal of the browser tests begins with
nothing read.
"""

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINE_SECONDS = 60
READ = (
    "gunicorn.app.wsgiapp",
    "gunicorn.workers.gthread",
    "portal.serving.worker",
    "portal.opening",
    "portal.cli.jobs",
    "psycopg",
    "sqlalchemy.dialects.sqlite",
)
_start_from = multiprocessing.get_context("forkserver")
_start_from.set_forkserver_preload(list(READ))


class Started:
    """`main(*given)` in a process of its own, asked as `subprocess.Popen` is; what it writes is in a file."""

    def __init__(
        self,
        main: Callable[..., object],
        *given: str,
        output: Path,
        errors: Path | None = None,
        environment: Mapping[str, str] = os.environ,
    ):
        self.output = output
        output.touch()
        files = (str(output), str(errors or output))
        # Daemon: ended when the tests end, whatever became of the test that started it.
        self.process = _start_from.Process(
            target=_run, args=(main, given, files, dict(environment)), daemon=True
        )
        self.process.start()
        self.pid = self.process.pid
        self.kill, self.terminate = self.process.kill, self.process.terminate

    def poll(self) -> int | None:
        return self.process.exitcode

    def wait(self, seconds: float | None = None) -> int:
        self.process.join(seconds)
        assert self.process.exitcode is not None, f"process {self.pid} did not end"
        return self.process.exitcode

    def first_line(self) -> str:
        until = time.monotonic() + LINE_SECONDS
        while "\n" not in (written := self.output.read_text(encoding="utf-8")):
            assert self.poll() is None and time.monotonic() < until, f"process {self.pid} said: {written}"
            time.sleep(0.002)
        return written.partition("\n")[0]


def _run(main: Callable[..., object], given: tuple, files: tuple, environment: dict[str, str]) -> None:
    os.setsid()
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    for place, file in zip((1, 2), files, strict=True):
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(opened, place)
        os.close(opened)
    main(*given)


def gunicorn(*given: str) -> None:
    """As `python -m gunicorn`."""
    from gunicorn.app import wsgiapp

    sys.argv = ["gunicorn", *given]
    wsgiapp.run()


def flask(*given: str) -> None:
    """As `python -m flask`."""
    from flask.cli import main

    sys.argv = ["flask", *given]
    main()
