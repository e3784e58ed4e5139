"""Many rows at once: all of them or none, with the same log as one by one, on both databases."""

import csv
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
import rfc8785
from flask import Flask
from sqlalchemy import Boolean, Column, Date, Integer, MetaData, String, Table, func, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from gi_data.bench_users import lines_of
from portal.authorisation.models import Licence, LicenceSpell, Serial
from portal.cli.bench_users import (
    Known,
    good_users,
    import_users,
    known_gis,
    known_producers,
    load_licences,
)
from portal.db import Instant, Json, db, transaction
from portal.lib.clock import now
from portal.register.actions import Actor, record, record_many_new, record_new
from portal.register.merkle import leaf_hash
from portal.register.models import Entry, TreeNode
from portal.register.queries import body_of, leaf_of, prove_inclusion
from portal.register.rules import changed
from portal.register.verify import verify_log
from portal.storing import FEW, ROWS_AT_ONCE, insert_rows, new_ids, storing
from tests.database.test_scale import COUNTY, load, made_up_uscc, write_register

CLERK = Actor("中宁县（演示）", 7)
NAMES = ("last", "name")
MANY = 3 * ROWS_AT_ONCE + 7


def serials(count: int, first: int = 0) -> list[tuple[object, ...]]:
    return [(n, f"第\t{n}\\'号") for n in range(first, first + count)]


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Serial).where(Serial.name.startswith("第")))


def test_rows_given_on_in_parts_are_all_stored_when_the_block_ends(app: Flask) -> None:
    with transaction() as session:
        with storing(session) as store:
            store.add(Serial.__table__, NAMES, serials(MANY))
            store.add(Serial.__table__, NAMES, [])
            store.add(Serial.__table__, NAMES, serials(3, MANY))
        assert stored() == MANY + 3
    found = db.session.execute(select(Serial.last, Serial.name).order_by(Serial.last))
    assert [tuple(row) for row in found if row.name.startswith("第")] == serials(MANY + 3)


def test_what_many_rows_share_is_stored_in_each(app: Flask) -> None:
    rows = [(f"第{n}号", 7 if n < MANY - 7 else n) for n in range(MANY)]
    with transaction() as session, storing(session) as store:
        store.add(Serial.__table__, ("name", "last"), rows)
    with transaction() as session, storing(session) as store:
        store.add(Serial.__table__, NAMES, [(9, f"第{n}份") for n in range(MANY)])
    found = db.session.execute(select(Serial.name, Serial.last).where(Serial.name.startswith("第")))
    assert {tuple(row) for row in found} == {*rows, *((f"第{n}份", 9) for n in range(MANY))}


@pytest.mark.parametrize("noted", [False, True])
def test_values_of_every_kind_come_back_as_they_were_given(app: Flask, noted: bool) -> None:
    """With notes in it, PostgreSQL gets the table from the driver, value by value."""
    names = ("id", "text", "on", "at", "demo", "note")[: 6 if noted else 5]
    kinds = (Integer, String(40), Date, Instant, Boolean, Json)
    table = Table("of_every_kind", MetaData(), *map(Column, names, kinds), prefixes=["TEMPORARY"])
    texts = ("", r"\N", r"\.", "\\", "一\t二", "a\nb\r\nc", "\u2028", None)
    instant = now()
    rows = [
        (n, texts[n % 8], (date(1, 1, 2), instant.date(), None)[n % 3], (None, instant)[n % 2],
         (True, False, None)[n % 3], {"一": texts[n % 8]})[: len(names)]
        for n in range(3 * FEW)
    ]  # fmt: skip
    session = db.session()
    table.create(session.connection())
    insert_rows(session, table, [dict(zip(names, row, strict=True)) for row in rows])
    found = [tuple(row) for row in session.execute(select(table).order_by(table.c.id))]
    session.rollback()
    assert found == rows


@pytest.mark.parametrize("size", [5, ROWS_AT_ONCE, MANY])
def test_a_row_that_cannot_be_stored_is_told_and_leaves_nothing(app: Flask, size: int) -> None:
    rows = serials(size)
    with pytest.raises(DBAPIError) as fault, transaction() as session, storing(session) as store:
        store.add(Serial.__table__, NAMES, [*rows, rows[-1]])
        store.add(Serial.__table__, NAMES, serials(size, MANY))
    assert isinstance(fault.value, IntegrityError)
    db.session.rollback()
    assert stored() == 0


def test_what_goes_wrong_while_rows_are_made_leaves_nothing(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction() as session, storing(session) as store:
        store.add(Serial.__table__, NAMES, serials(MANY))
        raise ZeroDivisionError
    assert stored() == 0
    with transaction() as session:
        insert_rows(session, Serial.__table__, [dict(zip(NAMES, row, strict=True)) for row in serials(2)])
    assert stored() == 2


def test_ids_that_were_asked_for_are_nobody_elses(app: Flask) -> None:
    with transaction() as session:
        first, second = new_ids(session, Licence.__table__, 3), new_ids(session, Licence.__table__, 2)
        assert len(set(first)) == 3
        assert len(set(second)) == 2
        if db.engine.dialect.name == "postgresql":
            assert not set(first) & set(second)


def test_thousands_of_entries_of_one_transaction_are_those_of_the_careful_way(app: Flask) -> None:
    before = db.session.scalar(select(func.max(Entry.n)))
    sealed = {"reason": {"from": None, "to": "李\u2028"}}
    with transaction():
        for n in range(MANY):
            values = {
                "name": f'第{n}\n"号"',
                "count": n,
                "demo": n % 2 == 0,
                "parts": [n, {"é": 0.5}],
                "none": None,
            }
            if n % 3:
                record_new(CLERK, "issued", f"drill:{n}", values, sealed=sealed if n % 5 == 0 else None)
            else:
                record(CLERK, "issued", f"drill:{n}", {"count": {"from": n, "to": n + 1}}, public=n % 2 == 0)
    entries = db.session.scalars(select(Entry).where(Entry.n > before).order_by(Entry.n)).all()
    assert [entry.n for entry in entries] == list(range(before + 1, before + 1 + MANY))
    for entry in entries[:50] + entries[-50:]:
        assert entry.digest == sha256(rfc8785.dumps(vars(body_of(entry)))).hexdigest()
        if entry.public:
            assert entry.leaf_hash == leaf_hash(rfc8785.dumps(leaf_of(entry))).hex()
    assert verify_log().sound
    assert db.session.scalar(select(func.min(TreeNode.height))) == 4


@pytest.mark.parametrize("count", [1, 15, 16, 17, 40])
def test_the_tree_grows_by_few_as_by_many(app: Flask, count: int) -> None:
    for start in range(3):
        with transaction():
            for n in range(count):
                record(CLERK, "amended", f"drill:{start}-{n}", {})
        assert verify_log().sound
    last = db.session.scalars(select(Entry).order_by(Entry.n.desc()).limit(1)).one()
    for size in range(last.leaf_index + 1, last.leaf_index + 2):
        assert prove_inclusion(last, size)[0] == size


def test_many_new_things_are_said_to_the_log_as_each_alone(app: Flask) -> None:
    names, same = ("name", "unit"), {"part": "十%", "none": None, "demo": True}
    said = [(f"drill:{n}", (f"第{n}号", "盒" if n % 2 else None)) for n in range(20)]
    with pytest.raises(RuntimeError):
        record_many_new(CLERK, "issued", names, same, said)
    with pytest.raises(ValueError, match="not a subject"), transaction():
        record_many_new(CLERK, "issued", names, same, [*said, ("no subject", ("无", None))])
    with transaction():
        record_many_new(CLERK, "issued", names, same, said)
    entries = db.session.scalars(select(Entry).where(Entry.subject.startswith("drill:")).order_by(Entry.n))
    assert [(one.subject, one.public, one.changes) for one in entries] == [
        (subject, True, rfc8785.dumps(changed({}, dict(zip(names, own, strict=True)) | same)).decode())
        for subject, own in said
    ]
    assert verify_log().sound


FAULTS = (
    {"uscc": made_up_uscc(1)[:-1] + "!"},
    {"gi_id": "nowhere"},
    {"valid_from": "2033-01-01"},
    {"county": "999999"},
)


HEADING = ("uscc", "name", "county", "gi_id", "licence_no", "valid_from", "valid_to", "status")
GOOD = (made_up_uscc(3), "第3有限公司", COUNTY, "2", "NEW1", "2022-01-01", "2032-01-01", "暂停")


def user(**other: str) -> list[str]:
    return list((dict(zip(HEADING, GOOD, strict=True)) | other).values())


def file_of(folder: Path, rows: list[list[str]]) -> Path:
    """Of users, beside a register in which their GI and their producer stand."""
    load(write_register(folder / "few", 5))
    with (folder / "users.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADING, *rows])
    return folder / "users.csv"


def test_a_file_of_users_is_judged_row_by_row_and_its_good_rows_are_licences(
    app: Flask, tmp_path: Path
) -> None:
    file = file_of(tmp_path, [*(user(**fault) for fault in FAULTS), user(), user()])
    answer = app.test_cli_runner().invoke(import_users, [str(file)])
    assert answer.output.strip() == (
        "rows=6 accepted=1 bad_uscc=1 bad_gi=1 bad_dates=1 bad_county=1 duplicate=1"
    ), answer
    licence = db.session.scalars(select(Licence).where(Licence.number == "NEW1")).one()
    spell = db.session.scalars(select(LicenceSpell).where(LicenceSpell.licence_id == licence.id)).one()
    assert (spell.state, spell.from_on, spell.ended_on) == ("suspended", licence.valid_from, None)
    entry = db.session.scalars(select(Entry).where(Entry.subject == "licence:NEW1")).one()
    assert body_of(entry).changes["valid_to"] == {"from": None, "to": "2032-01-01"}
    assert verify_log().sound


def imported() -> tuple[list[str], int, int]:
    """Numbers of the licences in their order, how many have the spell of theirs, and their entries."""
    db.session.rollback()
    of_ours = Licence.number.startswith("MANY-")
    numbers = list(db.session.scalars(select(Licence.number).where(of_ours).order_by(Licence.id)))
    spells = select(func.count()).select_from(LicenceSpell).join(LicenceSpell.licence).where(of_ours)
    entries = select(func.count()).select_from(Entry).where(Entry.subject.startswith("licence:MANY-"))
    return numbers, db.session.scalar(spells), db.session.scalar(entries)


def test_a_file_judged_while_its_beginning_is_stored_is_stored_whole_or_not_at_all(
    app: Flask, tmp_path: Path
) -> None:
    rows = [user(licence_no=f"MANY-{n}") for n in range(MANY)]
    file = file_of(tmp_path, [*rows, user(licence_no="MANY-0"), user(county="999999")])
    known = Known(gis=known_gis(), producers=known_producers())
    with pytest.raises(SystemExit, match=f"line {MANY + 2}: duplicate"), transaction():
        load_licences(good_users(file), known, now(), most=lines_of(file))
    assert imported() == ([], 0, 0)
    answer = app.test_cli_runner().invoke(import_users, [str(file)])
    assert answer.output.startswith(f"rows={MANY + 2} accepted={MANY} "), answer
    assert imported() == ([f"MANY-{n}" for n in range(MANY)], MANY, MANY)
    assert verify_log().sound
