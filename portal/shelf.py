"""Where kept answers lie: in the worker and, where there is a Redis, beside it for all machines. Between the
two stands what all workers of a machine see (common_shelf.py)."""

import gzip
import json
import struct
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from time import monotonic

import structlog

log = structlog.get_logger()

Key = tuple[str, str, int, str]
Header = tuple[str, str]

SHARED_SECONDS = 24 * 3600
SHARED_REST = 10
SHARED_PATIENCE = 0.25


WORTH_COMPRESSING = 700
TEXTUAL = (
    "text/",
    "application/json",
    "application/geo+json",
    "application/atom+xml",
    "application/ld+json",
    "application/xml",
    "image/svg+xml",
    "application/problem+json",
    "application/vnd.oai.openapi+json",
)


@dataclass
class KeptAnswer:
    """`head` are all headers the answer was sent with, as far as they are the same for everyone."""

    body: bytes
    content_type: str
    headers: tuple[Header, ...]
    endpoint: str
    head: list[Header] | None = field(default=None, compare=False)

    @property
    def is_text(self) -> bool:
        return len(self.body) >= WORTH_COMPRESSING and self.content_type.startswith(TEXTUAL)

    @cached_property
    def gzipped(self) -> bytes | None:
        """Made when the first reader wants it so; programs often do not."""
        return gzip.compress(self.body, 6, mtime=0) if self.is_text else None

    @property
    def size(self) -> int:
        return len(self.body) * 4 // 3 + 1_000


class Shelf:
    """The answers of one worker, the least used thrown away first."""

    def __init__(self, most_bytes: int):
        self._most, self._bytes = most_bytes, 0
        self._answers: OrderedDict[Key, KeptAnswer] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Key) -> KeptAnswer | None:
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def keep(self, key: Key, answer: KeptAnswer) -> None:
        if answer.size > self._most // 4:
            return
        with self._lock:
            old = self._answers.pop(key, None)
            self._bytes -= old.size if old else 0
            self._answers[key] = answer
            self._bytes += answer.size
            while self._bytes > self._most:
                self._bytes -= self._answers.popitem(last=False)[1].size


class SharedShelf:
    """The same answers in Redis, under the tag that readers see. Without Redis all goes on without it."""

    def __init__(self, url: str):
        import redis  # Six megabytes that a worker without one does not need.

        self._redis = redis.Redis.from_url(
            url, socket_timeout=SHARED_PATIENCE, socket_connect_timeout=SHARED_PATIENCE
        )
        self._faults = redis.RedisError
        self._rests_until = 0.0

    def find(self, tag: str) -> KeptAnswer | None:
        packed = self._ask(lambda: self._redis.get(_name(tag)))
        return unpacked(packed) if packed else None

    def keep(self, tag: str, answer: KeptAnswer) -> None:
        self._ask(lambda: self._redis.set(_name(tag), packed(answer), ex=SHARED_SECONDS))

    def close(self) -> None:
        self._redis.close()

    def _ask(self, question: object) -> bytes | None:
        if monotonic() < self._rests_until:
            return None
        try:
            return question()
        except self._faults as error:
            # Asked again in a while: a page must not wait for a store that only saves work.
            self._rests_until = monotonic() + SHARED_REST
            log.warning("shared_shelf_rests", error=type(error).__name__)
            return None


def _name(tag: str) -> str:
    return f"portal:kept:{tag}"


def packed(answer: KeptAnswer) -> bytes:
    told = json.dumps([answer.content_type, answer.headers, answer.endpoint, answer.head]).encode()
    zipped = answer.gzipped
    return struct.pack(">I?", len(told), zipped is not None) + told + (zipped or answer.body)


def unpacked(data: bytes) -> KeptAnswer:
    length, zipped = struct.unpack_from(">I?", data)
    start = struct.calcsize(">I?")
    content_type, headers, endpoint, head = json.loads(data[start : start + length])
    body = data[start + length :]
    answer = KeptAnswer(gzip.decompress(body) if zipped else body, content_type, _pairs(headers), endpoint)
    answer.head = None if head is None else list(_pairs(head))
    if zipped:
        answer.gzipped = body
    return answer


def _pairs(headers: list[list[str]]) -> tuple[Header, ...]:
    return tuple((name, value) for name, value in headers)
