"""Workers that count scans are killed with no warning: what they acknowledged is counted, all of it."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from portal.scans.counting import Counter
from portal.scans.rules import Seen
from tests.architecture.house import ROOT

WORKERS, LABELS = 3, 7
ENOUGH = 400


def test_no_acknowledged_scan_is_lost_when_workers_are_killed(tmp_path: Path):
    path = tmp_path / "scans" / "scans.db"
    program = [sys.executable, str(Path(__file__).with_name("scanner.py")), str(path), str(LABELS)]
    logs = [tmp_path / f"{n}.log" for n in range(WORKERS)]
    running = []
    for log in logs:
        with log.open("wb") as out:
            running.append(
                subprocess.Popen(program, stdout=out, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)})
            )
    deadline = time.monotonic() + 60
    while sum(log.stat().st_size for log in logs) < ENOUGH and time.monotonic() < deadline:
        time.sleep(0.02)
    for worker in running:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    acknowledged = sum(log.stat().st_size for log in logs)
    assert acknowledged >= ENOUGH
    here = Counter(path)
    counted = here.counted()
    # At most the one scan of each worker that was counted and not yet said to be.
    assert acknowledged <= counted <= acknowledged + WORKERS
    here.count(1, 1, Seen.GOOD, datetime.now(UTC))
    assert here.counted() == counted + 1
    here.close()
