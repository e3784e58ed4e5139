"""One page at a time in each worker where the database is a file.

A worker's threads share one interpreter. Each small step into SQLite lets go of it, and with several
threads at work whoever let go waits for the others to give it back, at every statement: sixteen readers
got half as many answers as one. So pages take turns, and threads are what they are good for: slow
uploads, long files and whoever waits for the turn to write. What takes long gives its turn up.
"""

from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from portal.serving.names import IN_TURN

Wsgi = Callable[[dict[str, Any], Callable], Iterable[bytes]]

LONG = 0.2
READING = ("GET", "HEAD")


class OneAtATime:
    def __init__(self, wsgi: Wsgi):
        self._wsgi = wsgi
        self._turn = Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        # A worker that answers one at a time by itself (portal/serving) needs no second queue.
        if environ["REQUEST_METHOD"] not in READING or environ.get(IN_TURN):
            return self._wsgi(environ, start_response)
        turn = self._taken()
        try:
            # A long file is only begun here; its parts are made while it is sent, out of turn.
            return self._wsgi(environ, start_response)
        finally:
            turn.release()

    def _taken(self) -> Lock:
        while True:
            turn = self._turn
            if turn.acquire(timeout=LONG):
                return turn
            # Whoever has it takes long and goes on beside the others, who queue anew.
            if self._turn is turn:
                self._turn = Lock()
