"""With a Redis the standing worker is woken; shared answers are found by every worker."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from redis import Redis

from portal.jobs import _woken, wait_for_work
from portal.shelf import KeptAnswer, SharedShelf
from tests.services.needed import NotHere, give_up
from tests.services.redis_server import redis_server


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    try:
        with redis_server() as url:
            yield url
    except NotHere as reason:
        give_up(reason)


def test_a_standing_worker_is_woken_and_where_none_stands_one_is_started(app: Flask, redis_url: str) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], redis_url=redis_url)
    with Redis.from_url(redis_url) as shared:
        shared.flushall()
    assert not _woken(), "nobody stands"
    woken = threading.Event()

    def stand() -> None:
        with app.app_context():
            wait_for_work(30)
        woken.set()

    worker = threading.Thread(target=stand)
    worker.start()
    while not _woken():
        assert worker.is_alive()
    assert woken.wait(10)
    worker.join()


def test_an_answer_kept_by_one_worker_is_found_by_another(redis_url: str) -> None:
    answer = KeptAnswer("长".encode() * 2000, "text/html; charset=utf-8", (), "catalogue.show_list")
    one, other = SharedShelf(redis_url), SharedShelf(redis_url)
    one.keep("tag", answer)
    assert other.find("tag") == answer
    assert other.find("another") is None
    for shelf in (one, other):
        shelf.close()
