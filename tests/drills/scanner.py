"""Counts scans in one file and says each one that was acknowledged; killed by the drill in the middle."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from portal.scans.counting import Counter
from portal.scans.rules import Seen

path, labels = Path(sys.argv[1]), int(sys.argv[2])
here, n = Counter(path), 0
while True:
    n += 1
    here.count(1, n % labels + 1, Seen.GOOD, datetime.now(UTC))
    sys.stdout.write("x")
    sys.stdout.flush()
