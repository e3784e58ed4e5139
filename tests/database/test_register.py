"""The log on both databases: one transaction, one chain, nothing rewritten."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.db import after_commit, db, transaction
from portal.lib.clock import today
from portal.register import queries
from portal.register.actions import Actor, record
from portal.register.merkle import consistency_holds, inclusion_holds
from portal.register.models import Entry, SealedDetail
from portal.register.rules import canonical
from portal.register.signing import signature_holds
from portal.register.verify import verify_log

CLERK = Actor("中宁县（演示）", 7)


def note(subject: str, public: bool = True, sealed: dict | None = None, **fields: object) -> None:
    """One entry that sets these fields, in a transaction of its own."""
    with transaction():
        changes = {name: {"from": None, "to": value} for name, value in fields.items()}
        record(CLERK, "amended", subject, changes, public=public, sealed=sealed)


def entries() -> list[Entry]:
    return list(db.session.scalars(select(Entry).order_by(Entry.n)))


def test_entries_are_numbered_from_one_without_gaps_and_each_continues_the_last(app):
    first = queries.public_version()
    for place in range(5):
        note(f"gi:{place}", public=place % 2 == 0)
    numbers = [entry.n for entry in entries()]
    assert numbers == list(range(1, first + 6))
    assert all(
        later.previous == earlier.digest for earlier, later in zip(entries(), entries()[1:], strict=False)
    )
    assert verify_log().sound


def test_a_change_that_fails_leaves_no_entry_and_no_gap(app):
    before = len(entries())
    with pytest.raises(ZeroDivisionError), transaction():
        record(CLERK, "amended", "gi:x", {})
        raise ZeroDivisionError
    note("gi:y")
    assert len(entries()) == before + 1
    assert verify_log().sound


def test_an_entry_outside_a_transaction_is_refused(app):
    with pytest.raises(RuntimeError):
        record(CLERK, "amended", "gi:x", {})


def test_work_after_commit_is_done_only_when_the_change_was_stored(app):
    done = []
    with pytest.raises(ZeroDivisionError), transaction():
        after_commit(lambda: done.append("never"))
        raise ZeroDivisionError
    with transaction():
        after_commit(lambda: done.append("once"))
    with transaction():
        record(CLERK, "amended", "gi:x", {})
    assert done == ["once"]


def fill_a_block() -> Entry:
    """So many entries that a subtree is stored; the one that completes the first."""
    with transaction():
        for place in range(16):
            record(CLERK, "amended", f"gi:b{place}", {})
    return db.session.scalars(select(Entry).where(Entry.leaf_index == 15)).one()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE register_entry SET actor = 'x'",
        "DELETE FROM register_entry",
        "UPDATE register_node SET hash = ''",
        "DELETE FROM register_head",
    ],
)
def test_the_application_can_neither_change_nor_remove_an_entry(app, statement: str):
    fill_a_block()
    with pytest.raises(DBAPIError):
        db.session.execute(text(statement))
    db.session.rollback()
    assert verify_log().sound


def alter_past_the_guard(app, statement: str) -> None:
    """What an intruder with the database file, or the owner's password, could do."""
    if db.engine.dialect.name == "sqlite":
        db.session.remove()
        with db.engine.connect() as connection:
            raw = connection.connection.driver_connection
            for name in ("entry_no_update", "entry_no_delete", "node_no_update", "head_no_update"):
                raw.execute(f"DROP TRIGGER register_{name}")
            raw.execute("PRAGMA foreign_keys=OFF")
            raw.execute(statement)
        return
    cluster = app.config["TEST_CLUSTER"]
    db.session.remove()
    with cluster.connect(db.engine.url.database) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "bad"),
    [
        ("UPDATE register_entry SET actor = 'X' || substr(actor, 2) WHERE n = {n}", 0),
        ("UPDATE register_entry SET changes = replace(changes, 'red', 'rad') WHERE n = {n}", 0),
        ("UPDATE register_entry SET time = '2020' || substr(time, 5) WHERE n = {n}", 0),
        ("DELETE FROM register_entry WHERE n = {n}", 1),
        ("UPDATE register_sealed SET details = replace(details, 'Li', 'La') WHERE n = {n}", 0),
        ("UPDATE register_head SET root_hash = 'ff' || substr(root_hash, 3) WHERE size = {leaf} + 1", 0),
    ],
)
def test_verify_names_the_first_altered_entry(app, statement: str, bad: int):
    for place in range(4):
        note(f"gi:{place}", sealed={"who": "Li Si"}, colour="red")
    target = entries()[-3]
    alter_past_the_guard(app, statement.format(n=target.n, leaf=target.leaf_index))
    verdict = verify_log()
    assert not verdict.sound
    assert verdict.bad_entry == target.n + bad


def test_verify_names_the_entry_whose_subtree_was_altered(app):
    last = fill_a_block()
    alter_past_the_guard(app, "UPDATE register_node SET hash = 'ff' || substr(hash, 3) WHERE height = 4")
    verdict = verify_log()
    assert (verdict.bad_entry, verdict.sound) == (last.n, False)


def test_cutting_off_the_end_is_found(app):
    for place in range(3):
        note(f"gi:{place}")
    last = entries()[-1]
    alter_past_the_guard(app, f"DELETE FROM register_entry WHERE n = {last.n}")
    assert verify_log().bad_entry == last.n


def test_what_is_sealed_is_bound_to_the_entry_and_absent_from_its_public_part(app):
    note("tip:1", sealed={"reporter": "Li Si"})
    entry = entries()[-1]
    assert db.session.get(SealedDetail, entry.n).details == '{"reporter":"Li Si"}'
    assert "Li Si" not in json.dumps(queries.leaf_of(entry), ensure_ascii=False)
    assert "actor_account" not in queries.leaf_of(entry)


def test_the_state_of_an_object_on_a_day_is_what_its_entries_said_until_then(app):
    note("gi:x", name="old", colour="red")
    note("gi:x", name="new")
    assert queries.state_on("gi:x", today()) == {"name": "new", "colour": "red"}
    assert queries.state_on("gi:x", today() - timedelta(days=1)) == {}


def test_every_public_entry_is_proven_against_the_signed_head_and_heads_are_consistent(app):
    for place in range(9):
        note(f"gi:{place}", public=place != 4)
    head = queries.find_head()
    root = bytes.fromhex(head.root_hash)
    signed = canonical({"root_hash": head.root_hash, "size": head.size, "time": head.time})
    assert signature_holds(queries.signing_keys()[0].public_key, signed, head.signature)
    for entry in entries():
        if not entry.public:
            continue
        size, path = queries.prove_inclusion(entry, None)
        hashes = [bytes.fromhex(one) for one in path]
        assert inclusion_holds(entry.leaf_index, size, bytes.fromhex(entry.leaf_hash), hashes, root)
        old = queries.find_head(entry.leaf_index + 1)
        proof = [bytes.fromhex(one) for one in queries.prove_consistency(old.size, head.size)]
        assert consistency_holds(old.size, head.size, bytes.fromhex(old.root_hash), root, proof)


def test_a_thousand_entries_in_one_transaction_make_one_head_and_a_sound_log(app):
    before = queries.count_public()
    with transaction():
        for place in range(1000):
            record(CLERK, "amended", f"gi:{place}", {"a": {"from": None, "to": place}})
    assert queries.find_head().size == before + 1000
    assert queries.find_head(before + 500) is None
    assert verify_log().sound


def test_the_version_of_a_kind_moves_only_with_its_own_public_entries(app):
    note("gi:x")
    version = queries.kind_version("gi")
    note("brand:y")
    note("gi:x", public=False)
    assert queries.kind_version("gi") == version
    note("gi:x")
    assert queries.kind_version("gi") == queries.public_version() > version
