"""The outcome written a second time, as SQL, from the words of docs/decisions/012: Python, SQLite and
PostgreSQL must agree on it whatever the numbers, the missing returns and the official figure are.

Nothing of the portal's own judgement is used on this side.
"""

import random
from collections.abc import Iterator
from datetime import date

from flask import Flask
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    MetaData,
    Table,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
)

from portal.db import db
from portal.ratios.ledger import Figures
from portal.ratios.rules import Outcome

COLUMNS = (
    "producers", "users", "off_roster", "filed", "user_value", "output_sum", "missing_users",
    "missing_others", "official",
)  # fmt: skip
LAST_DAY = date(2025, 12, 31)
WORST_FIRST = ("inconsistent", "not_met", "not_computable", "undetermined", "met")


def sixty(n: ColumnElement[int], d: ColumnElement[int]) -> ColumnElement[bool]:
    return 100 * n >= 60 * d


def outcome_in_sql(
    n: ColumnElement[int],
    d: ColumnElement[int],
    missing_users: ColumnElement[int],
    missing_others: ColumnElement[int],
    stated: ColumnElement[bool],
) -> ColumnElement[str]:
    """Low and high as the table of bounds has them, and the judgement over both."""
    falls = and_(missing_others > 0, ~stated, n + missing_users > 0)
    rises = missing_users > 0
    low = sixty(case((falls, 0), else_=n), case((falls, 1), else_=d))
    high = or_(rises, sixty(n, d))
    return case(
        (or_(n.is_(None), d.is_(None), d == 0), "not_computable"),
        (n > d, "inconsistent"),
        (low, "met"),
        (high, "undetermined"),
        else_="not_met",
    )


def both_in_sql(users: ColumnElement[str], output: ColumnElement[str]) -> ColumnElement[str]:
    return case(*((or_(users == one, output == one), one) for one in WORST_FIRST))


GIVEN = Table(
    "given",
    MetaData(),
    Column("place", BigInteger, primary_key=True),
    *(Column(name, BigInteger) for name in COLUMNS),
    prefixes=["TEMPORARY"],
)


def judged_by_the_database(rows: list[tuple]) -> list[tuple[str, str, str]]:
    GIVEN.create(db.session.connection())
    db.session.execute(
        GIVEN.insert(),
        [{"place": place} | dict(zip(COLUMNS, row, strict=True)) for place, row in enumerate(rows)],
    )
    one = GIVEN.c
    licensed = one.users + one.off_roster
    stated = one.official.is_not(None)
    users = outcome_in_sql(
        case((licensed > one.producers, licensed), else_=one.users),
        one.producers,
        literal(0),
        literal(0),
        false(),
    )
    output = outcome_in_sql(
        case((or_(one.filed > 0, stated), one.user_value)),
        func.coalesce(one.official, case((one.filed > 0, one.output_sum))),
        one.missing_users,
        one.missing_others,
        stated,
    )
    judged = select(one.place, users.label("users"), output.label("output")).subquery()
    query = select(judged.c.users, judged.c.output, both_in_sql(judged.c.users, judged.c.output))
    return [tuple(row) for row in db.session.execute(query.order_by(judged.c.place))]


def judged_by_python(row: tuple) -> tuple[str, str, str]:
    one = Figures(1, 2025, LAST_DAY, **dict(zip(COLUMNS, row, strict=True)))
    return (one.users_share.outcome.value, one.output_share.outcome.value, one.outcome.value)


def edges(whole: int) -> list[int]:
    """Parts of a whole around nothing, 60 % and everything: one 分 less, exactly, one more."""
    line = whole * 60 // 100
    return sorted({max(0, part) for at in (0, line, whole) for part in (at - 1, at, at + 1)})


def every_edge() -> Iterator[tuple]:
    for whole in (0, 1, 3, 5, 7, 100, 10**13, 10**15):
        for part in edges(whole):
            for missing in ((0, 0), (1, 0), (0, 1), (2, 3)):
                yield (5, 3, 0, 4, part, whole, *missing, None)
                yield (5, 3, 0, 0, 0, 0, *missing, None)
                yield (5, 3, 0, 4, part, whole + 9, *missing, whole)
                yield (5, 3, 0, 0, 0, 0, *missing, whole)
    for producers in (0, 1, 5, 100):
        for users in edges(producers):
            for off_roster in (0, 1, 50):
                yield (producers, users, off_roster, 1, 60, 100, 0, 0, None)


def made_up(number: int) -> Iterator[tuple]:
    dice = random.Random(60)
    for _ in range(number):
        producers = dice.choice((0, 1, 5, dice.randrange(10_000)))
        users = dice.choice(edges(producers)) if dice.random() < 0.5 else dice.randint(0, producers)
        whole = dice.choice((0, dice.randrange(100), dice.randrange(10**15)))
        part = dice.choice(edges(whole)) if dice.random() < 0.5 else dice.randint(0, whole)
        official = None if dice.random() < 0.5 else dice.choice((0, part, max(0, part - 1), part * 10 // 6))
        missing = dice.choice((0, 0, 1, 7)), dice.choice((0, 0, 1, 7))
        off_roster = dice.choice((0, 0, 1, producers))
        yield (producers, users, off_roster, dice.choice((0, 1, 9)), part, whole, *missing, official)


def test_python_and_the_database_agree_on_every_outcome(app: Flask):
    rows = [*every_edge(), *made_up(4_000)]
    told = judged_by_the_database(rows)
    differing = [
        (row, ours, theirs)
        for row, theirs in zip(rows, told, strict=True)
        if (ours := judged_by_python(row)) != theirs
    ]
    assert differing == []
    for share in range(3):
        assert {answer[share] for answer in told} >= (
            {one.value for one in Outcome} - ({"undetermined"} if share == 0 else set())
        )
