"""Tests are dealt so that what is dear to start starts once a run."""

import os
import subprocess
import sys
from pathlib import Path

from tests.services.dealing import TOGETHER, longest_first, share_of

TELLS_ITS_WORKER = """
import os, pathlib

def test_one():
    name = pathlib.Path(__file__).stem + ".told"
    pathlib.Path(os.environ["TOLD"], name).write_text(os.environ["PYTEST_XDIST_WORKER"])
"""


class Collected:
    def __init__(self, nodeid: str) -> None:
        self.nodeid = nodeid


def test_what_shares_a_server_is_dealt_in_one_piece() -> None:
    drills = {share_of(f"tests/drills/{name}.py::test[{url}]") for name in "ab" for url in ("x", "y::z")}
    assert drills == {"tests/drills/"}


def test_all_other_files_are_dealt_one_by_one() -> None:
    assert share_of("tests/web/test_a.py::test[a::b]") == "tests/web/test_a.py"
    assert share_of("tests/web/test_b.py::Class::test") == "tests/web/test_b.py"


def test_what_is_dear_comes_first_then_long_files_and_a_file_stays_in_its_order() -> None:
    short, long = "tests/rules/test_a.py::test_1", [f"tests/rules/test_b.py::test_{n}" for n in (3, 1, 2)]
    dear = [f"{folder}test_x.py::test" for folder in TOGETHER]
    items = [Collected(nodeid) for nodeid in (short, *long, *reversed(dear))]
    longest_first(items)
    assert [item.nodeid for item in items] == [*dear, *long, short]


def test_a_run_with_two_workers_deals_so(tmp_path: Path) -> None:
    """Twelve files that share a server and twelve that do not: which worker ran which?"""
    for folder in ("drills", "web"):
        (tmp_path / "tests" / folder).mkdir(parents=True)
        for number in range(12):
            (tmp_path / "tests" / folder / f"test_{folder}_{number}.py").write_text(TELLS_ITS_WORKER)
    command = [sys.executable, "-m", "pytest", "-n2", "-ptests.services.dealing", "-pno:cacheprovider"]
    here = {"PYTHONPATH": str(Path(__file__).parents[2]), "TOLD": str(tmp_path)}
    subprocess.run([*command, "tests"], cwd=tmp_path, env=os.environ | here, check=True, capture_output=True)
    told = {file.name: file.read_text() for file in tmp_path.glob("*.told")}
    assert len(told) == 24
    assert len({worker for name, worker in told.items() if name.startswith("test_drills")}) == 1
    assert len(set(told.values())) == 2
