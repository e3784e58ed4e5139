"""What takes long to make and is the same for all tests: made once a run by whoever needs it first."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.services.memory import quick_folder

# Workers are started with the environment of the process that began the run.
_HOME = "PORTAL_TEST_RUN"


def begin() -> None:
    os.environ[_HOME] = tempfile.mkdtemp(prefix="portal-run-", dir=quick_folder())


def end() -> None:
    shutil.rmtree(os.environ.pop(_HOME), ignore_errors=True)


def once_a_run(name: str, make: Callable[[Path], object]) -> Path:
    """The folder of this name, filled by `make(folder)`; who comes while it is being made waits."""
    home = Path(os.environ[_HOME])
    folder = home / name
    with (home / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            make(home / f"{name}.begun")
            (home / f"{name}.begun").rename(folder)
    return folder
