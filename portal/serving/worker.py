"""A worker for gunicorn: `--worker-class portal.serving.worker.Worker --threads 4`.

Each thread can do all there is to do, from waiting for the sockets to sending the answer, and one at a time
has the lead (`lead.py`). The main thread tells gunicorn that we live and watches over the lead. Signals,
limits of a head, the reading of what is unusual and the rules for answers are gunicorn's own.
"""

import errno
import os
import select
import socket
from collections import deque
from threading import Lock, Thread
from time import monotonic, sleep

from gunicorn.config import Config
from gunicorn.workers.base import Worker as Base

from portal.serving import memory
from portal.serving.asking import Asking
from portal.serving.connections import Connection
from portal.serving.lead import LONG, Lead, Term
from portal.serving.shares import Share

TICK = 1.0
WAIT = 0.3
SWEEP = 0.5
LINGER = 2.0
"""A worker that ends answers on its open connections for so long, and says each time that it closes."""
HEAD_WITHIN = 15.0
LEAVE = 0.001
"""So long a new connection is left to a worker that holds fewer; who holds fewer may be at something long."""
LEFT_ONCE = 0.05


class Worker(Base):
    @classmethod
    def setup(cls) -> None:
        memory.make()

    @classmethod
    def check_config(cls, config: Config, _log: object) -> None:
        if config.is_ssl or config.proxy_protocol != "off" or getattr(config, "protocol", "http") != "http":
            raise SystemExit("plain HTTP only: encryption is for the web server in front")

    def __init__(self, age: int, *more: object):
        super().__init__(age, *more)
        self._share = Share(age)
        self._lead = Lead()
        self._lock = Lock()
        self._connections: dict[int, Connection] = {}
        # Read and not yet answered.
        self._ready: deque[Connection] = deque()
        self._listens, self._listens_from, self._left_at = False, 0.0, 0.0
        self._swept = 0.0
        self._done = False

    # ---- the main thread

    def run(self) -> None:
        self._asking = Asking(self, self._lead)
        self._poll = select.epoll()
        self._doors = {door.fileno(): door for door in self.sockets}
        for door in self.sockets:
            door.setblocking(False)
        self._share.tell(0)
        for _ in range(self.cfg.threads):
            Thread(target=self._work, daemon=True).start()
        while self.alive:
            self._watch(TICK)
            if self.ppid != os.getppid():
                self.log.info("Parent changed, shutting down: %s", self)
                self.alive = False
        self._share.leave()
        self._finish()

    def _watch(self, seconds: float) -> None:
        self.notify()
        until = monotonic() + seconds
        while monotonic() < until and (self.alive or self._holds()):
            sleep(LONG / 2)
            self._lead.watch()

    def _holds(self) -> bool:
        return bool(self._connections) or self._listens

    def _finish(self) -> None:
        """What has begun is finished; the lead closes connections that rest (`_sweep`)."""
        until = monotonic() + self.cfg.graceful_timeout
        for connection in list(self._connections.values()):
            connection.closes_at = min(connection.closes_at, monotonic() + LINGER)
        while self._holds() and monotonic() < until:
            self._watch(min(TICK, until - monotonic()))
        self._done = True

    # ---- the threads

    def _work(self) -> None:
        while not self._done:
            term = self._lead.wait()
            try:
                while not term.over and not self._done:
                    self._step(term)
            except Exception:
                self.log.exception("A step of the worker failed")
                sleep(LONG)
            finally:
                self._lead.give_up(term)

    def _step(self, term: Term) -> None:
        try:
            connection = self._ready.popleft()
        except IndexError:
            self._gather()
            return
        term.since = monotonic()
        keeps = self._asking.answer(connection, term)
        while keeps and connection.has_head and term.over:
            connection.arrived = monotonic()
            keeps = self._asking.answer(connection, term)
        term.since = None
        self._release(connection) if keeps else self._end(connection)

    def _gather(self) -> None:
        """Wait for what comes, and read all of it before the first of it is answered."""
        now = monotonic()
        self._listen(now)
        came = []
        for fd, _ in self._poll.poll(self._listens_from - now if now < self._listens_from else WAIT):
            if fd in self._doors:
                self._accept(self._doors[fd])
                continue
            connection = self._connections.get(fd)
            if connection is not None and self._reads(connection):
                came.append(connection)
        now = monotonic()
        for connection in came:
            connection.busy, connection.arrived = True, now
        self._ready.extend(came)
        if now - self._swept > SWEEP:
            self._sweep(now)

    def _reads(self, connection: Connection) -> bool:
        """Whether a whole request stands there now."""
        if connection.busy:
            self._look_away(connection)
            return False
        if not connection.read():
            self._close(connection)
            return False
        return connection.has_head

    # ---- new connections

    def _listen(self, now: float) -> None:
        room = len(self._connections) < self.cfg.worker_connections
        wants = self.alive and room and now >= self._listens_from
        if wants == self._listens:
            return
        for fd in self._doors:
            self._poll.register(fd, select.EPOLLIN) if wants else self._poll.unregister(fd)
        self._listens = wants

    def _accept(self, door: socket.socket) -> None:
        if self._leaves_it():
            return
        try:
            sock, client = door.accept()
        except OSError as problem:
            if problem.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        connection = Connection(sock, client, door.getsockname())
        connection.keep_for(HEAD_WITHIN)
        self._connections[sock.fileno()] = connection
        self._poll.register(sock.fileno(), select.EPOLLIN)
        self._share.tell(len(self._connections))

    def _leaves_it(self) -> bool:
        now = monotonic()
        if now - self._left_at < LEFT_ONCE or not self._share.is_larger(len(self._connections)):
            self._left_at = 0.0
            return False
        self._left_at, self._listens_from = now, now + LEAVE
        return True

    # ---- connections that rest

    def _look_away(self, connection: Connection) -> None:
        """More came from somebody whom a thread without the lead is still answering."""
        with self._lock:
            if connection.busy and connection.watched:
                self._poll.unregister(connection.sock.fileno())
                connection.watched = False

    def _release(self, connection: Connection) -> None:
        connection.rest()
        if connection.has_head:
            connection.arrived = monotonic()
            self._ready.append(connection)
            return
        rests = self.cfg.keepalive if self.alive else min(self.cfg.keepalive, LINGER)
        connection.keep_for(HEAD_WITHIN if connection.came else rests)
        self._look_again(connection)

    def _look_again(self, connection: Connection) -> None:
        with self._lock:
            connection.busy = False
            if not connection.watched:
                self._poll.register(connection.sock.fileno(), select.EPOLLIN)
                connection.watched = True

    def _end(self, connection: Connection) -> None:
        try:
            connection.end()
        except OSError:
            self._close(connection)
            return
        connection.keep_for(LINGER)
        self._look_again(connection)

    def _close(self, connection: Connection) -> None:
        self._connections.pop(connection.sock.fileno(), None)
        connection.sock.close()
        if self.alive:
            self._share.tell(len(self._connections))

    def _sweep(self, now: float) -> None:
        self._swept = now
        for connection in list(self._connections.values()):
            if not connection.busy and connection.closes_at <= now:
                self._close(connection)
        if self.alive:
            self._share.tell(len(self._connections))
