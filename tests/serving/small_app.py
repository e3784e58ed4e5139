"""A small program for the worker to serve: it says what it was asked, and waits where it is told to."""

import json
import os
from collections.abc import Callable, Iterable
from io import BytesIO
from threading import Event, Semaphore

from portal.serving import memory

GO, BEGUN = Event(), Semaphore(0)
LARGE = 3_000_000
HEAD = [("Content-Type", "text/plain")]


def app(environ: dict[str, object], start_response: Callable) -> Iterable[bytes]:
    door = environ["PATH_INFO"]
    if door == "/wait":
        BEGUN.release()
        GO.wait(20)
        return _whole(start_response, b"waited")
    if door == "/go":
        # Only when so many wait that nobody could have answered them one after the other.
        for _ in range(int(environ["QUERY_STRING"] or 0)):
            BEGUN.acquire(timeout=20)
        GO.set()
        return _whole(start_response, b"gone")
    if door == "/echo":
        return _whole(start_response, environ["wsgi.input"].read())
    if door == "/unread":
        return _whole(start_response, b"unread")
    if door == "/parts":
        start_response("200 OK", list(HEAD))
        return (part for part in (b"one ", b"", b"two"))
    if door == "/large":
        return _whole(start_response, bytes(LARGE))
    if door == "/file":
        start_response("200 OK", [*HEAD, ("Content-Length", "5")])
        return environ["wsgi.file_wrapper"](BytesIO(b"fives"))
    if door == "/memory":
        return _whole(start_response, _all_that_were_here())
    if door == "/fault":
        raise ValueError("a fault of the program")
    if door == "/fault-halfway":
        return _halfway(start_response)
    if door == "/bad-header":
        start_response("200 OK", [("X-Bad", "a\r\nb")])
        return [b""]
    told = {name: value for name, value in environ.items() if isinstance(value, str | bool | int | tuple)}
    return _whole(start_response, json.dumps(told | {"pid": os.getpid()}).encode())


def _all_that_were_here() -> bytes:
    """Each worker writes its number into the memory that all of them see, one after the other."""
    file, own = memory.file(), f"{os.getpid()} ".encode()
    if file is None:
        return b"none"
    told = os.pread(file, LARGE, 0)
    return told if own in told else told + own[: os.pwrite(file, own, len(told))]


def _whole(start_response: Callable, body: bytes) -> list[bytes]:
    start_response("200 OK", [*HEAD, ("Content-Length", str(len(body)))])
    return [body]


def _halfway(start_response: Callable) -> Iterable[bytes]:
    start_response("200 OK", list(HEAD))
    yield b"begun"
    raise ValueError("a fault in the middle")
