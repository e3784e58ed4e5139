"""The worker that serves the portal: the answers of gunicorn's own, and nobody waits for somebody slow."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.serving.shares import Share
from tests.architecture.house import ROOT
from tests.services.waiting import until
from tests.serving.small_app import LARGE

THREADS = 4
OURS = "portal.serving.worker.Worker"
PATIENCE = 20


class Server:
    def __init__(self, log: Path, *options: str, kind: str = OURS, workers: int = 1):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [
            sys.executable, "-m", "gunicorn", "tests.serving.small_app:app",
            "--bind", f"127.0.0.1:{self.port}", "--worker-class", kind, "--threads", str(THREADS),
            "--workers", str(workers), "--no-control-socket", "--keep-alive", "20", *options,
        ]  # fmt: skip
        self.log = log
        with log.open("w") as written:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=written, stderr=written)
        until(self._answers, PATIENCE)

    def _answers(self) -> bool:
        try:
            self.get("/")
        except OSError:
            return False
        return True

    def get(self, path: str) -> http.client.HTTPResponse:
        asked = self.open()
        asked.request("GET", path)
        answer = asked.getresponse()
        answer.text = answer.read().decode()
        asked.close()
        return answer

    def open(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def raw(self, *sent: bytes) -> socket.socket:
        sock = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        for part in sent:
            sock.sendall(part)
        return sock

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(PATIENCE)


@contextlib.contextmanager
def serving(log: Path, *options: str, **more: object) -> Iterator[Server]:
    server = Server(log, *options, **more)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("serving") / "log") as one:
        yield one


def everything(sock: socket.socket) -> bytes:
    """To the end of the connection."""
    came = b""
    while part := sock.recv(65536):
        came += part
    return came


def bodies(came: bytes) -> list[bytes]:
    return [part.partition(b"\r\n\r\n")[2] for part in re.split(rb"HTTP/1\.1 ", came)[1:]]


ADDRESSES = ["/a?b=c", "/", "/%E6%B3%95%20x?q=%E6%B3%95", "/a;b=c/d?e?f", "/a//b", "//a", "/?x", "/+%2F"]


def test_what_is_asked_reads_the_same_the_first_time_and_later_and_with_gunicorns_own_worker(
    server: Server, tmp_path: Path
) -> None:
    with serving(tmp_path / "log", kind="gthread") as other:
        for headers in ({}, {"X-Forwarded-Proto": "https", "Accept": "a", "Cookie": "x=1; y=2"}):
            for path in ADDRESSES:
                told = []
                for one in (server, other):
                    asked = one.open()
                    for _ in range(3):
                        asked.request("GET", path, headers={"Host": "portal.example", **headers})
                        told.append(json.loads(asked.getresponse().read()))
                    asked.close()
                for each in told:
                    for own in ("pid", "REMOTE_PORT", "SERVER_PORT", "serving.arrived", "serving.in_turn"):
                        each.pop(own, None)
                assert all(each == told[-1] for each in told), path


def test_the_heads_of_answers_are_those_of_gunicorns_own_worker(server: Server, tmp_path: Path) -> None:
    with serving(tmp_path / "log", kind="gthread") as other:
        for asked in ("GET /echo", "HEAD /large", "GET /parts", "GET /file", "GET /fault", "GET /bad-header"):
            for version in ("1.0", "1.1"):
                heads = []
                for one in (server, other):
                    request = f"{asked} HTTP/{version}\r\nHost: a\r\nConnection: close\r\n\r\n".encode()
                    with one.raw(request) as sock:
                        came = everything(sock)
                    heads.append(re.sub(rb"Date: [^\r]*", b"", came))
                assert heads[0] == heads[1], asked


def test_several_questions_sent_at_once_are_answered_in_their_order(server: Server) -> None:
    one = b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n"
    last = b"GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    with server.raw(b"".join(one % number for number in range(5)) + last) as sock:
        told = [json.loads(body)["PATH_INFO"] for body in bodies(everything(sock))]
    assert told == ["/0", "/1", "/2", "/3", "/4", "/last"]


def test_a_body_may_come_in_pieces_and_one_that_nobody_read_is_not_the_next_question(server: Server) -> None:
    head = b"POST /%s HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n"
    with server.raw(head % b"echo", b"abc", b"def", head % b"unread", b"123", b"456") as sock:
        sock.sendall(b"GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert bodies(everything(sock)) == [b"abcdef", b"unread", b""]
    chunked = b"POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    with server.raw(chunked, b"3\r\nabc\r\n", b"0\r\n\r\n") as sock:
        assert bodies(everything(sock)) == [b"abc"]


def test_what_is_not_http_is_refused(server: Server) -> None:
    for sent, status in (
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", b"400"),
        (b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\nA: " + b"b" * 70_000, b"431"),
        (b"nonsense\r\n\r\n", b"400"),
    ):
        with server.raw(sent) as sock:
            assert everything(sock).split(b" ")[1] == status, sent[:60]
    # A head that was read before does not let a bad address through.
    for _ in range(2):
        with server.raw(b"GET / HTTP/1.1\r\nHost: z\r\n\r\nGET /a\x01 HTTP/1.1\r\nHost: z\r\n\r\n") as sock:
            assert b" 400 " in everything(sock)


def test_a_fault_in_the_middle_ends_the_connection_and_not_the_worker(server: Server) -> None:
    with server.raw(b"GET /fault-halfway HTTP/1.1\r\nHost: a\r\n\r\n") as sock:
        came = everything(sock)
    assert came.startswith(b"HTTP/1.1 200")
    assert not came.endswith(b"0\r\n\r\n")
    assert server.get("/").status == 200


def test_nobody_waits_for_slow_senders_and_slow_readers(server: Server) -> None:
    with contextlib.ExitStack() as open_ones:
        for _ in range(3 * THREADS):
            open_ones.enter_context(server.raw(b"GET / HTTP/1.1\r\nHo"))
        readers = [
            open_ones.enter_context(
                server.raw(b"GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            )
            for _ in range(THREADS - 1)
        ]
        assert server.get("/").status == 200
        for reader in readers:
            assert len(bodies(everything(reader))[0]) == LARGE


def test_answers_that_take_long_go_on_beside_the_others(tmp_path: Path) -> None:
    with serving(tmp_path / "log") as server:
        slow = [server.raw(b"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n") for _ in range(THREADS - 1)]
        # Somebody who sends more before he is answered must not keep the worker busy with looking.
        slow[0].sendall(b"GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert server.get(f"/go?{THREADS - 1}").text == "gone"
        for sock in slow[1:]:
            assert b"waited" in sock.recv(4096)
        assert bodies(everything(slow[0])) == [b"waited", b""]
        for sock in slow:
            sock.close()


def test_whoever_ends_finishes_what_has_begun(tmp_path: Path) -> None:
    with serving(tmp_path / "log") as server, contextlib.ExitStack() as open_ones:
        rests, other = server.open(), server.open()
        for one in (rests, other):
            open_ones.callback(one.close)
            assert keeps(one, "/")
        slow = open_ones.enter_context(server.raw(b"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"))
        assert server.get("/").status == 200
        server.process.terminate()
        until(lambda: not keeps(rests, "/"), PATIENCE)
        assert not keeps(other, "/go?1")
        assert b"waited" in everything(slow)
        assert server.process.wait(PATIENCE) == 0


def keeps(connection: http.client.HTTPConnection, path: str) -> bool:
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return answer.getheader("Connection") == "keep-alive"


def test_a_worker_that_answered_its_share_is_replaced_and_no_question_is_lost(tmp_path: Path) -> None:
    with serving(tmp_path / "log", "--max-requests", "20") as server:
        pids = Counter(json.loads(server.get("/").text)["pid"] for _ in range(100))
    assert len(pids) >= 4


def test_workers_hold_equally_many_connections(tmp_path: Path) -> None:
    with serving(tmp_path / "log", workers=2) as server:
        until(lambda: len({json.loads(server.get("/").text)["pid"] for _ in range(20)}) == 2, PATIENCE)
        asked = [server.open() for _ in range(16)]
        held: Counter[int] = Counter()
        for one in asked:
            one.request("GET", "/")
        for one in asked:
            held[json.loads(one.getresponse().read())["pid"]] += 1
        for one in asked:
            one.close()
    # On a loaded machine one of them may not come to take its own in time.
    assert min(held.values()) >= 6


def test_a_new_connection_is_for_whoever_holds_fewer_and_is_at_work() -> None:
    first, second, third = (Share(age) for age in (1, 2, 3))
    for share, held in ((first, 2), (second, 1), (third, 2)):
        share.tell(held)
    assert (first.is_larger(2), second.is_larger(1), third.is_larger(2)) == (True, False, True)
    second.leave()
    assert (first.is_larger(2), third.is_larger(2)) == (False, True)
    first.leave()
    assert not third.is_larger(2)
    third.leave()


def test_a_worker_that_was_killed_is_replaced(tmp_path: Path) -> None:
    with serving(tmp_path / "log") as server:
        first = json.loads(server.get("/").text)["pid"]
        os.kill(first, signal.SIGKILL)
        until(server._answers, PATIENCE)
        assert json.loads(server.get("/").text)["pid"] != first


def test_workers_inherit_one_memory_and_so_does_a_worker_that_is_started_later(tmp_path: Path) -> None:
    with serving(tmp_path / "log") as server:
        first = server.get("/memory").text
        os.kill(int(first), signal.SIGKILL)
        until(server._answers, PATIENCE)
        told = server.get("/memory").text
    assert told.startswith(first)
    assert len(told.split()) == 2


def test_a_worker_of_gunicorns_own_has_no_such_memory(tmp_path: Path) -> None:
    with serving(tmp_path / "log", kind="gthread") as server:
        assert server.get("/memory").text == "none"
