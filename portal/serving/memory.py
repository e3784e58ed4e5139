"""A file that lies in memory alone and has no name, empty at first: for what workers share.

Our kind of worker has it made where gunicorn is told what kind to start: in gunicorn's own process, before it
starts any and before it reads the program. So all workers inherit it, and it is gone with the last of them.
gunicorn holds no more of ours than this: what stands in the file is for the program to say.
"""

import os

_made: list[int] = []


def make() -> None:
    if not _made:
        _made.append(os.memfd_create("shared by the workers"))


def file() -> int | None:
    """None where another server or another kind of worker serves: nothing is shared there."""
    return _made[0] if _made else None
