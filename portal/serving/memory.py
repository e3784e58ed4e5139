"""A file that lies in memory alone and has no name, empty at first: for what workers share.

Our worker (`worker.py`) makes it where gunicorn reads what kind of workers to start: in gunicorn's own process,
before it starts any and before it reads the program. So all workers inherit it, and it is gone with the last
of them. gunicorn holds no more of ours than this: what stands in the file is for the program to say.
"""

import os

file: int | None = None
"""None where another server or another kind of worker serves: nothing is shared there."""


def make() -> None:
    global file
    file = os.memfd_create("shared by the workers")
