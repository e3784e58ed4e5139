"""Sending to an address that somebody typed: never into our own network, never on where it was not sent.

The name is looked up once, each of its addresses must be a public one, and the connection is made to the
address that was checked, so that a name cannot change its mind in between. No redirect is followed.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from portal.following.rules import URL_LONGEST, Fault
from portal.lib.problems import RuleBroken
from portal.lib.text import Text

SECONDS = 10
ANSWER_BYTES = 2_000
NOT_TAKEN = Text("这个地址不能用", "This address cannot be used")


class Unreachable(Exception):
    """The message did not arrive; why is for the owner of the address."""

    def __init__(self, fault: Fault):
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class Target:
    url: SplitResult
    host: str
    port: int

    @property
    def path(self) -> str:
        return (self.url.path or "/") + (f"?{self.url.query}" if self.url.query else "")


def read_target(typed: str, trying: bool) -> Target:
    """The parts of an address that may be sent to. `trying` (demonstration and tests) also takes http."""
    try:
        url = urlsplit(typed.strip())
        port = url.port or (443 if url.scheme == "https" else 80)
    except ValueError:
        raise _refused(Text("这不是一个网址", "That is no address")) from None
    if len(typed) > URL_LONGEST or not url.hostname or url.username or url.password or url.fragment:
        raise _refused(
            Text(
                "写成 https://主机/路径，不带用户名和 #", "Write it as https://host/path, without a user or #"
            )
        )
    if any(not "!" <= letter <= "~" for letter in typed.strip()):
        raise _refused(Text("地址只能用英文字符", "Only plain letters; encode the others"))
    if url.scheme != "https" and not (trying and url.scheme == "http"):
        raise _refused(Text("只能用 https://", "It must begin with https://"))
    return Target(url, url.hostname, port)


def _refused(why: Text) -> RuleBroken:
    return RuleBroken(NOT_TAKEN, {"url": why})


def ensure_public(target: Target, trying: bool) -> str:
    """The address to connect to. A host with a single private address among its addresses is refused."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable(Fault.NO_NAME) from None
    addresses = [str(one[4][0]) for one in found]
    if not trying and not all(map(_is_public, addresses)):
        raise Unreachable(Fault.NOT_PUBLIC)
    return addresses[0]


def _is_public(address: str) -> bool:
    one = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(one, "ipv4_mapped", None) or getattr(one, "sixtofour", None)
    # is_global is false for private, loopback, link-local, shared and documentation ranges.
    return one.is_global and not one.is_multicast and (inner is None or inner.is_global)


def post(target: Target, body: bytes, headers: Mapping[str, str], trying: bool) -> int:
    """The status that came back; raises Unreachable where none did."""
    address = ensure_public(target, trying)
    connection = _connection(target, address)
    try:
        connection.request("POST", target.path, body, dict(headers))
        answer = connection.getresponse()
        answer.read(ANSWER_BYTES)
        return answer.status
    except (OSError, http.client.HTTPException) as problem:
        raise Unreachable(_named(problem)) from None
    finally:
        connection.close()


def _named(problem: Exception) -> Fault:
    if isinstance(problem, TimeoutError):
        return Fault.TOO_SLOW
    return Fault.NOT_TRUSTED if isinstance(problem, ssl.SSLError) else Fault.NO_ANSWER


def _connection(target: Target, address: str) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection(target.host, target.port, timeout=SECONDS)
    try:
        plain = socket.create_connection((address, target.port), SECONDS)
        if target.url.scheme == "https":
            plain = ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)
    except OSError as problem:
        raise Unreachable(_named(problem)) from None
    # Already connected, to the address that was checked.
    connection.sock = plain
    return connection
