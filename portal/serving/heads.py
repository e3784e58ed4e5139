"""What a request asks. The first of its kind is read by gunicorn, with all its checks; the next one whose
headers are the same to the byte differs from it in the address alone.

A program that asks again and again, a browser that follows links and a web server in front send the same
headers many times over, and reading them costs as much as answering.
"""

import re
from io import BytesIO

from gunicorn.config import Config
from gunicorn.http.message import Request
from gunicorn.util import unquote_to_wsgi_str

from portal.serving.connections import Connection

# No address with two slashes at its start, none with a fragment: those are gunicorn's to judge.
PLAIN = re.compile(rb"(GET|HEAD) (/(?!/)[!\"$-~]*) HTTP/1\.1")
NOT_PLAIN = frozenset(
    {"CONNECTION", "CONTENT-LENGTH", "TRANSFER-ENCODING", "EXPECT", "UPGRADE", "TRAILER", "TE", "SCRIPT_NAME"}
)
OWN_TO_EACH = (
    "wsgi.input", "gunicorn.socket", "REQUEST_METHOD", "RAW_URI", "PATH_INFO", "QUERY_STRING", "REMOTE_PORT",
)  # fmt: skip
KNOWN_AT_MOST = 500
LONGEST = 4_096

Environ = dict[str, object]
# All that two requests with the same headers have in common: of the environ, the headers, the scheme.
Common = tuple[Environ, list[tuple[str, str]], str]


class PlainRequest:
    """A request without a body, as far as the writer of the answer asks about it."""

    version = (1, 1)
    trailers = ()

    def __init__(self, method: str, uri: str, headers: list[tuple[str, str]], scheme: str):
        self.method, self.uri, self.headers, self.scheme = method, uri, headers, scheme
        self.path, _, self.query = uri.partition("?")
        self.fragment, self.body = "", None

    def should_close(self) -> bool:
        return False


class Heads:
    def __init__(self, config: Config):
        limit = config.limit_request_line
        self._longest_line = min(limit, LONGEST) if limit > 0 else LONGEST
        self._known: dict[tuple, Common] = {}

    def read(self, connection: Connection) -> tuple[PlainRequest, Environ] | None:
        """The request and its environ where one like it has been read before; the rest stays where it was."""
        came = connection.came
        line = came.find(b"\r\n")
        end = came.find(b"\r\n\r\n", line) + 4
        if end < 4 or line > self._longest_line:
            return None
        known = self._known.get((came[line:end], _address(connection.client), connection.server))
        plain = PLAIN.fullmatch(came, 0, line) if known is not None else None
        if plain is None:
            return None
        connection.came = came[end:]
        return _asked(plain, known, connection)

    def remember(self, came: bytes, connection: Connection, request: Request, environ: Environ) -> None:
        """Before the portal is asked, for it may add to the environ."""
        line = came.find(b"\r\n")
        end = came.find(b"\r\n\r\n", line) + 4
        if end < 4 or end - line > LONGEST or not PLAIN.fullmatch(came, 0, line):
            return
        if environ["SCRIPT_NAME"] or any(name in NOT_PLAIN for name, _ in request.headers):
            return
        if len(self._known) >= KNOWN_AT_MOST:
            self._known.clear()
        shared = {name: value for name, value in environ.items() if name not in OWN_TO_EACH}
        key = came[line:end], _address(connection.client), connection.server
        self._known[key] = shared, request.headers, request.scheme


def _asked(plain: re.Match, common: Common, connection: Connection) -> tuple[PlainRequest, Environ]:
    shared, headers, scheme = common
    request = PlainRequest(plain[1].decode(), plain[2].decode(), headers, scheme)
    environ = shared.copy()
    environ["REQUEST_METHOD"] = request.method
    environ["RAW_URI"] = request.uri
    environ["PATH_INFO"] = unquote_to_wsgi_str(request.path) if "%" in request.path else request.path
    environ["QUERY_STRING"] = request.query
    environ["wsgi.input"] = BytesIO()
    environ["gunicorn.socket"] = connection.sock
    if isinstance(connection.client, tuple):
        environ["REMOTE_PORT"] = str(connection.client[1])
    return request, environ


def _address(client: object) -> object:
    return client[0] if isinstance(client, tuple) else client
