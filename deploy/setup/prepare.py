"""Bring a fresh clone to the point where it runs, is tested, or is checked: prepare.py run|test|lint.

Uses only Python's standard library. Every step leaves a stamp, so a second call takes a moment.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

# Said before anything is imported that an older Python could not read.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("Python 3.11 or newer is needed; name it like this: make run PYTHON=python3.12")

import assets
import packages
import system
from commands import stop


def prepare_to_run() -> None:
    packages.make_venv()
    packages.install(packages.RUN_TIME)
    assets.install_browser_files()


def prepare_to_test() -> None:
    packages.make_venv()
    # The system's programs come by another way than Python's packages: each waits for its own downloads.
    with ThreadPoolExecutor(1) as beside:
        programs = beside.submit(system.install_missing)
        packages.install(packages.RUN_TIME)
        packages.install(packages.FOR_TESTS)
        assets.install_browser_files()
        programs.result()


def prepare_to_lint() -> None:
    packages.make_venv()
    packages.install(packages.RUN_TIME)
    packages.install(packages.FOR_TESTS)


PURPOSES = {"run": prepare_to_run, "test": prepare_to_test, "lint": prepare_to_lint}


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in PURPOSES:
        stop(f"Say what for: prepare.py {'|'.join(PURPOSES)}")
    PURPOSES[sys.argv[1]]()
