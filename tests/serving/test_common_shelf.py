"""The shelf that all workers see: what is found there is whole and what was kept, or nothing is found."""

import multiprocessing
import os
import random
import signal
from collections.abc import Iterator
from hashlib import sha256
from multiprocessing.connection import Connection

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.common_shelf import LARGEST, CommonShelf

SMALL = 256 * 1024
LONGEST = 12_000
LENGTHS, TOO_LONG = st.integers(0, LONGEST - 1), st.integers(SMALL // LARGEST, SMALL)
PATIENCE = 30
processes = multiprocessing.get_context("fork")


@pytest.fixture
def file() -> Iterator[int]:
    made = os.memfd_create("kept")
    yield made
    os.close(made)


def tag(number: int) -> str:
    return sha256(str(number).encode()).hexdigest()[:32]


def record(number: int, length: int) -> bytes:
    """Another for each number, to the last byte."""
    return random.Random(f"{number} {length}").randbytes(length)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 20), LENGTHS | TOO_LONG), max_size=60))
def test_what_is_found_is_what_was_kept_last_under_the_tag(kept: list[tuple[int, int]]) -> None:
    file = os.memfd_create("kept")
    one, other = CommonShelf(file, SMALL), CommonShelf(file, SMALL)
    last = {}
    for number, length in kept:
        one.keep(tag(number), record(number, length))
        if length < LONGEST:
            last[number] = record(number, length)
            assert other.find(tag(number)) == last[number]
    for number in range(21):
        found = other.find(tag(number))
        assert found is None or found == last[number]
    os.close(file)


def test_the_newest_records_are_there_and_the_oldest_gone(file: int) -> None:
    shelf = CommonShelf(file, SMALL)
    for number in range(1000):
        shelf.keep(tag(number), record(number, 2000))
    found = [number for number in range(1000) if shelf.find(tag(number))]
    # The index has room for nearly all that the ring holds.
    assert found[-50:] == list(range(950, 1000))
    assert 0.9 * (1000 - found[0]) < len(found) < SMALL // 2000
    assert os.fstat(file).st_size == SMALL


@settings(max_examples=50)
@given(st.integers(), st.integers(0, 200), st.integers(0, 3))
def test_whatever_stands_in_the_memory_nothing_wrong_is_found_and_new_answers_are_kept(
    seed: int, length: int, holes: int
) -> None:
    """A worker of another release may have divided it in another way."""
    file = os.memfd_create("kept")
    shelf = CommonShelf(file, SMALL)
    for number in range(40):
        shelf.keep(tag(number), record(number, length))
    chance = random.Random(seed)
    if holes == 0:
        os.pwrite(file, chance.randbytes(SMALL), 0)
    for _ in range(holes):
        os.pwrite(file, chance.randbytes(60_000), chance.randrange(SMALL - 60_000))
    for number in range(80):
        assert shelf.find(tag(number)) in (None, record(number, length) if number < 40 else None)
        shelf.keep(tag(number), record(number, length + 1))
        assert shelf.find(tag(number)) == record(number, length + 1)
    os.close(file)


NUMBERS, SIZES = 25, (12_000, 9_000, 1_000)


def write(file: int, seed: int) -> None:
    shelf, chance = CommonShelf(file, SMALL), random.Random(seed)
    while True:
        number = chance.randrange(NUMBERS)
        # Large: most of the ring is always being written.
        shelf.keep(tag(number), made(number))


def made(number: int) -> bytes:
    return record(number, SIZES[number % len(SIZES)])


def read(file: int, told: Connection) -> None:
    """Until all were found often enough to have been read while they were overwritten."""
    shelf, expected = CommonShelf(file, SMALL), [made(number) for number in range(NUMBERS)]
    found = missed = 0
    while found < 5_000:
        number = (found + missed) % NUMBERS
        came = shelf.find(tag(number))
        if came is None:
            missed += 1
            continue
        found += 1
        if came != expected[number]:
            told.send("another record, or half of one")
            return
    told.send("all whole")


def test_processes_that_write_and_read_at_once_never_find_half_a_record(file: int) -> None:
    writers = [processes.Process(target=write, args=(file, seed), daemon=True) for seed in range(3)]
    ends = []
    for process in writers:
        process.start()
    for _ in range(2):
        here, there = processes.Pipe()
        ends.append((here, processes.Process(target=read, args=(file, there), daemon=True)))
        ends[-1][1].start()
    try:
        for here, _ in ends:
            assert here.poll(120)
            assert here.recv() == "all whole"
    finally:
        for process in (*writers, *(reader for _, reader in ends)):
            process.kill()
            process.join()


def hold(file: int, told: Connection) -> None:
    with CommonShelf(file, SMALL)._turn() as mine:
        told.send(mine)
        signal.pause()


def test_nobody_waits_for_a_writer_nor_is_held_up_by_one_that_died(file: int) -> None:
    shelf = CommonShelf(file, SMALL)
    here, there = processes.Pipe()
    writer = processes.Process(target=hold, args=(file, there), daemon=True)
    writer.start()
    assert here.poll(PATIENCE)
    assert here.recv() is True
    shelf.keep(tag(1), record(1, 100))
    assert shelf.find(tag(1)) is None
    writer.kill()
    writer.join()
    shelf.keep(tag(1), record(1, 100))
    assert shelf.find(tag(1)) == record(1, 100)
