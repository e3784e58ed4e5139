"""Which thread of a worker is at work.

Threads of one process share one interpreter, and handing a request from one to another costs more than
answering it. So one thread has the lead: it waits for the sockets, reads, answers and sends, one after the
other. When an answer takes long, another thread takes the lead and goes on beside it, and whoever
was slow waits for the lead anew.
"""

from threading import Lock, Semaphore
from time import monotonic

LONG = 0.05
"""An answer that takes longer does not hold up the others. Most take a thousandth of a second."""


class Term:
    """One thread's time in the lead. `since` is when it began the answer it is at, if it is at one."""

    def __init__(self) -> None:
        self.over = False
        self.since: float | None = None


class Lead:
    def __init__(self) -> None:
        self._free = Semaphore(1)
        self._lock = Lock()
        self._term: Term | None = None

    def wait(self) -> Term:
        self._free.acquire()
        term = Term()
        with self._lock:
            self._term = term
        return term

    def give_up(self, term: Term) -> None:
        with self._lock:
            if term.over:
                return
            term.over = True
            self._term = None
            self._free.release()

    def watch(self) -> None:
        """Asked now and then from outside: whoever takes long loses the lead."""
        term = self._term
        since = term.since if term is not None else None
        if since is not None and monotonic() - since > LONG:
            self.give_up(term)
