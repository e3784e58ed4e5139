"""How many connections each worker holds, in memory that all of them see.

A connection that is kept alive stays with whoever accepted it. Who that is was chance: of sixteen one
worker had three and the other thirteen. A worker that holds more than another leaves a new one to it.
"""

import mmap
import struct
from time import monotonic

PLACES = 64
_ROW = struct.Struct("dq")
# Made where this is imported first: in gunicorn's own process, before it starts any worker.
_memory = mmap.mmap(-1, PLACES * _ROW.size)

SILENT = 2.0
"""A worker that has told nothing for so long is no longer there, or too busy to take a connection."""


class Share:
    def __init__(self, age: int):
        self._place = age % PLACES

    def tell(self, held: int) -> None:
        _ROW.pack_into(_memory, self._place * _ROW.size, monotonic(), held)

    def leave(self) -> None:
        _ROW.pack_into(_memory, self._place * _ROW.size, 0.0, 0)

    def is_larger(self, held: int) -> bool:
        """Somebody else who is at work holds fewer. Where both hold as many, the first place comes before the
        others: a few readers find what was kept for them with one worker sooner than with several."""
        heard = monotonic() - SILENT
        mine = held, self._place
        return any(
            told > heard and (others, place) < mine
            for place, (told, others) in enumerate(_ROW.iter_unpack(_memory))
            if place != self._place
        )
