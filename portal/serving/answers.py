"""Writing an answer: gunicorn's own rules, its head and its bytes sent together.

Most lines of a head are the same for all answers, so what was checked once is not checked anew.
"""

from functools import lru_cache
from socket import socket
from time import time

from gunicorn.config import Config
from gunicorn.http.message import Request
from gunicorn.http.wsgi import FileWrapper, Response
from gunicorn.util import http_date, is_hoppish

from portal.serving.connections import Connection
from portal.serving.heads import PlainRequest

Header = tuple[str, str]
VALUES_KNOWN = 8


class Answer(Response):
    # The values of a header that passed the checks, by its name.
    _passed: dict[str, dict[str, Header]] = {}

    def __init__(
        self, request: Request | PlainRequest, sock: socket, config: Config, connection: Connection
    ) -> None:
        super().__init__(request, sock, config)
        self._connection = connection

    def process_headers(self, headers: list[Header]) -> None:
        for name, value in headers:
            passed = self._passed.get(name)
            if passed is not None and value in passed:
                self.headers.append(passed[value])
                continue
            before = len(self.headers)
            super().process_headers([(name, value)])
            if len(self.headers) > before and name.lower() != "content-length" and not is_hoppish(name):
                self._note_passed(name, value)

    def _note_passed(self, name: str, value: str) -> None:
        passed = self._passed.setdefault(name, {})
        if len(passed) >= VALUES_KNOWN:
            passed.clear()
        passed[value] = self.headers[-1]

    def default_headers(self) -> list[str]:
        keeps = "close" if self.should_close() else "keep-alive"
        lines = [
            f"HTTP/{self.req.version[0]}.{self.req.version[1]} {self.status}\r\n",
            f"Server: {self.version}\r\nDate: {_date(int(time()))}\r\nConnection: {keeps}\r\n",
        ]
        if self.chunked:
            lines.append("Transfer-Encoding: chunked\r\n")
        return lines

    def _head(self) -> bytes:
        lines = self.default_headers()
        lines += [f"{name}: {value}\r\n" for name, value in self.headers]
        lines.append("\r\n")
        return "".join(lines).encode("latin-1")

    def send_headers(self) -> None:
        if not self.headers_sent:
            self._connection.send(self._head())
            self.headers_sent = True

    def write(self, arg: bytes) -> None:
        """Head and body in one go where the body is whole: most answers."""
        if (
            self.headers_sent
            or type(arg) is not bytes
            or self._omits_body
            or self.response_length != len(arg)
            or not arg
        ):
            super().write(arg)
            return
        self._connection.send(self._head(), arg)
        self.headers_sent, self.sent = True, len(arg)

    def _emit_body(self, data: bytes) -> None:
        if self.chunked:
            self._connection.send(b"%X\r\n" % len(data), data, b"\r\n")
        else:
            self._connection.send(data)

    def write_file(self, file: FileWrapper) -> None:
        self._connection.wait_patiently()
        super().write_file(file)

    def close(self) -> None:
        self.send_headers()
        if self.chunked:
            self._connection.send(b"0\r\n\r\n")


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return http_date(second)
