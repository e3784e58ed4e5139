"""The draw by lot as published: the same lists and seed give the same names for ever (decision 020).

A subject has as many tickets as its weight. A ticket is a digest that says nothing of whose it is until it is
opened, so neither the list of subjects nor the grade behind a weight becomes public by publishing tickets.
Drawing tickets one after the other and passing over subjects already drawn is weighted sampling without
replacement, in whole numbers only. `docs/draw_check.py` does the same without a line of ours.
"""

import hmac
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

FORMAT = "gi-draw/1"


def canonical(value: object) -> bytes:
    """One value, one sequence of bytes: sorted names, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def digest(value: object) -> str:
    return sha256(canonical(value)).hexdigest()


def ticket_of(subject: str, excluded: Iterable[str], nonce: str) -> str:
    """Binds a subject and the officers who may not check it; the nonce keeps it from being guessed."""
    return sha256("\n".join([subject, ",".join(sorted(excluded)), nonce]).encode()).hexdigest()


def commitment_of(number: str, draw_round: int, secret: str) -> str:
    return sha256("\n".join([number, str(draw_round), secret]).encode()).hexdigest()


def seed_of(
    number: str, draw_round: int, tickets_digest: str, officers_digest: str, parts: Sequence[str]
) -> bytes:
    """The frozen lists are part of the seed, so that a seed belongs to one draw only."""
    lines = [FORMAT, number, str(draw_round), tickets_digest, officers_digest, *parts]
    return sha256("\n".join(lines).encode()).digest()


def _numbers(seed: bytes, label: str) -> Iterator[int]:
    """Whole numbers of 64 bits: HMAC-SHA-256 of the seed over "label/counter", four numbers a block."""
    counter = 0
    while True:
        block = hmac.digest(seed, f"{label}/{counter}".encode(), "sha256")
        for place in range(0, 32, 8):
            yield int.from_bytes(block[place : place + 8], "big")
        counter += 1


def shuffled(items: Iterable[str], seed: bytes, label: str) -> list[str]:
    """Fisher-Yates from the end over the sorted items. A number that would favour some place is thrown away,
    so every order is equally likely."""
    order = sorted(items)
    numbers = _numbers(seed, label)
    for last in range(len(order) - 1, 0, -1):
        choices = last + 1
        fair = 2**64 - 2**64 % choices
        number = next(one for one in numbers if one < fair)
        other = number % choices
        order[last], order[other] = order[other], order[last]
    return order


@dataclass(frozen=True)
class Opening:
    """What a ticket turns out to be."""

    ticket: str
    subject: str
    excluded: tuple[str, ...]
    nonce: str


def draw_subjects(
    tickets: Iterable[str], opened: Callable[[str], Opening], wanted: int, seed: bytes, label: str
) -> list[Opening]:
    """The tickets in the order drawn, up to and with the one that brings the last wanted subject. Tickets of
    subjects that were drawn before stand among them, so that the walk can be followed."""
    walk: list[Opening] = []
    subjects: set[str] = set()
    if wanted <= 0:
        return walk
    for ticket in shuffled(tickets, seed, f"subjects/{label}"):
        walk.append(opened(ticket))
        subjects.add(walk[-1].subject)
        if len(subjects) == wanted:
            break
    return walk


def first_of_each(walk: Iterable[Opening]) -> list[Opening]:
    """The tickets that counted, in the order drawn."""
    first: dict[str, Opening] = {}
    for one in walk:
        first.setdefault(one.subject, one)
    return list(first.values())


def officers_in_order(
    officers: Iterable[str], ticket: str, seed: bytes, busy: Mapping[str, int]
) -> list[str]:
    """Who is next for a subject: those with fewest subjects so far first, by lot among them."""
    return sorted(shuffled(officers, seed, f"officers/{ticket}"), key=lambda licence: busy.get(licence, 0))


def draw_officers(
    drawn: Iterable[Opening], officers: Sequence[str], each: int, seed: bytes
) -> dict[str, list[str]]:
    """For each subject, in the order drawn, the officers who check it."""
    busy: dict[str, int] = {}
    chosen: dict[str, list[str]] = {}
    for one in drawn:
        order = officers_in_order(officers, one.ticket, seed, busy)
        chosen[one.subject] = [licence for licence in order if licence not in one.excluded][:each]
        for licence in chosen[one.subject]:
            busy[licence] = busy.get(licence, 0) + 1
    return chosen
