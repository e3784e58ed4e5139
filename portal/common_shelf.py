"""Memory that all workers of one machine see, for what one has made and another need not make again
(docs/decisions/040-a-shelf-for-all-workers.md).

Records lie in a ring, where the newest takes the place of the oldest. An index says where each lies and what
digest it must come to. Readers take no turn: who reads what is just being overwritten comes to another
digest and has found nothing. Writers take turns, and who would have to wait does not keep.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from mmap import mmap
from struct import Struct
from threading import Lock

from portal.serving import memory

DIGEST = 16
# Tag and digest of a record, how much had been written to the ring before it, and its length.
_SLOT = Struct(f"<16s{DIGEST}sQI")
_WRITTEN = Struct("<Q")
MOST_WRITTEN = 2**63

GROUP = 8
"""A tag has a choice of so many slots, and takes that of the oldest record."""
BYTES_A_SLOT = 1024
LARGEST = 16
"""No record takes more than this part of the ring."""


def common_shelf(megabytes: int) -> "CommonShelf | None":
    """None where there is nobody to share it with."""
    file = memory.file()
    return CommonShelf(file, megabytes * 2**20) if file is not None and megabytes else None


class CommonShelf:
    def __init__(self, file: int, size: int):
        """`file` is for all workers, the same to begin with (portal/serving/memory.py). Its pages
        take no memory before they are written."""
        self._file, self._lock = file, Lock()
        if os.fstat(file).st_size < size:
            os.ftruncate(file, size)
        self._memory = mmap(file, size)
        self._groups = size // BYTES_A_SLOT // GROUP
        self._ring_at = _WRITTEN.size + self._groups * GROUP * _SLOT.size
        self._ring = size - self._ring_at
        self._largest = self._ring // LARGEST

    def find(self, tag: str) -> bytes | None:
        name = bytes.fromhex(tag)
        for _, (told, digest, before, length) in self._slots(name):
            if told == name and length <= self._largest:
                start = self._ring_at + before % self._ring
                record = self._memory[start : start + length]
                return record if _digest(name, record) == digest else None
        return None

    def keep(self, tag: str, record: bytes) -> None:
        if len(record) > self._largest:
            return
        with self._turn() as mine:
            if mine:
                self._write(bytes.fromhex(tag), record)

    def _write(self, name: bytes, record: bytes) -> None:
        before = _WRITTEN.unpack_from(self._memory)[0] % MOST_WRITTEN
        to_the_end = self._ring - before % self._ring
        if len(record) > to_the_end:
            before += to_the_end
        _WRITTEN.pack_into(self._memory, 0, before + len(record))
        start = self._ring_at + before % self._ring
        self._memory[start : start + len(record)] = record
        # Last: whoever ends before this has only overwritten what was old.
        slot = self._slot_for(name, before)
        _SLOT.pack_into(self._memory, slot, name, _digest(name, record), before, len(record))

    def _slots(self, name: bytes) -> Iterator[tuple[int, tuple[bytes, bytes, int, int]]]:
        group = int.from_bytes(name[:8]) % self._groups
        first = _WRITTEN.size + group * GROUP * _SLOT.size
        rows = self._memory[first : first + GROUP * _SLOT.size]
        return zip(range(first, first + len(rows), _SLOT.size), _SLOT.iter_unpack(rows), strict=True)

    def _slot_for(self, name: bytes, written: int) -> int:
        """Its own where it has one, then one that is empty or says what cannot be, then the oldest."""

        def last_choice(slot: tuple[int, tuple[bytes, bytes, int, int]]) -> tuple[bool, bool, int]:
            told, _, before, length = slot[1]
            return told != name, length > 0 and before < written, before

        return min(self._slots(name), key=last_choice)[0]

    @contextmanager
    def _turn(self) -> Iterator[bool]:
        """The system takes its lock back from a process that ended. Threads of one process share it, and have
        another among themselves."""
        if not self._lock.acquire(blocking=False):
            yield False
            return
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            try:
                yield True
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)
        finally:
            self._lock.release()


def _digest(name: bytes, record: bytes) -> bytes:
    return blake2b(record, digest_size=DIGEST, key=name).digest()
