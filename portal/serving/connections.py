"""One connection: what came in and is not read yet, and sending that waits for a slow reader only so long."""

import socket
from time import monotonic

from gunicorn.config import Config
from gunicorn.http.parser import RequestParser

MOST_AT_ONCE = 65_536
MOST_OF_A_HEAD = 65_536
SLOW = 60.0
"""A reader who takes nothing for so long is gone, and so is a sender of whom nothing comes."""

END_OF_HEAD = b"\r\n\r\n"


class Connection:
    def __init__(self, sock: socket.socket, client: object, server: object):
        self.sock, self.client, self.server = sock, client, server
        self.came = b""
        self.closes_at = 0.0
        # At work on it is one thread alone; it is watched by the poller unless something came meanwhile.
        self.busy, self.watched = False, True
        # Answered for the last time: what still comes is thrown away until the other side ends too.
        self.ended = False
        self.arrived = 0.0
        self._parser: RequestParser | None = None
        sock.setblocking(False)

    @property
    def has_head(self) -> bool:
        return END_OF_HEAD in self.came or len(self.came) > MOST_OF_A_HEAD

    def read(self) -> bool:
        """Take what came. False where the other side has ended."""
        try:
            came = self.sock.recv(MOST_AT_ONCE)
        except BlockingIOError:
            return True
        except OSError:
            return False
        if not self.ended:
            self.came = self.came + came if self.came else came
        return bool(came)

    def parser(self, config: Config) -> RequestParser:
        """gunicorn's own reader of requests, with what came in front of what is to come."""
        if self._parser is None:
            self._parser = RequestParser(config, self.sock, self.client)
        self._parser.unreader.unread(self.came)
        self.came = b""
        return self._parser

    def take_back(self) -> None:
        """What the parser has read of the next request."""
        if self._parser is not None:
            self.came = self._parser.unreader.take_buffered()

    def wait_patiently(self) -> None:
        """For bodies and files: reading and sending may now take as long as the other side is slow."""
        self.sock.settimeout(SLOW)

    def rest(self) -> None:
        if self.sock.gettimeout() != 0.0:
            self.sock.setblocking(False)

    def send(self, *parts: bytes) -> None:
        try:
            sent = self.sock.sendmsg(parts)
        except BlockingIOError:
            sent = 0
        if sent < sum(map(len, parts)):
            self.wait_patiently()
            self.sock.sendall(memoryview(b"".join(parts))[sent:])

    def end(self) -> None:
        """Closing at once could take the answer away from somebody who is still sending."""
        self.ended, self.came = True, b""
        self.rest()
        self.sock.shutdown(socket.SHUT_WR)

    def keep_for(self, seconds: float) -> None:
        self.closes_at = monotonic() + seconds
