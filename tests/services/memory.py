"""Where test databases live: in memory if there is room, for nothing of theirs has to outlive the tests."""

import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM_NEEDED = 3 * 1024**3


def quick_folder() -> Path | None:
    """A folder in memory with room enough, or None where there is none."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_NEEDED:
        return MEMORY
    return None
