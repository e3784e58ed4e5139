"""One history of migrations: its head is the models, and every step takes along the rows that were there."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, inspect, make_url, text

import portal.models  # noqa: F401
from config import ROOT, Settings
from portal.accounts.sealing import unseal
from portal.app import create_app
from portal.db import db, transaction
from portal.probes import newest_migration
from portal.register.actions import PORTAL, record
from portal.register.merkle import nodes_completed_by
from portal.register.verify import verify_log
from tests.conftest import settings_for

REVISIONS = [s.revision for s in ScriptDirectory(str(ROOT / "portal/migrations")).walk_revisions()][::-1]
IGNORED_TABLES = {"spatial_ref_sys", "alembic_version"}
# A subtree of two leaves is not stored any more: it follows from them.
WORKED_OUT = ["0028_lean_log: register_node"]


def test_the_probe_knows_the_newest_without_alembic() -> None:
    assert newest_migration() == REVISIONS[-1]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_app(request: pytest.FixtureRequest, tmp_path, signing_key) -> Flask:
    """A portal on a database in which nothing has been made yet; on PostgreSQL as its owner."""
    if request.param == "sqlite":
        url, name = f"sqlite:///{tmp_path / 'portal.db'}", None
    else:
        cluster, name = request.getfixturevalue("postgresql_cluster"), f"migrate_{id(request):x}"
        url = cluster.new_database(name, postgis=False).owner_url
    app = create_app(settings_for(tmp_path, url, signing_key_file=signing_key))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if name:
        cluster.drop_database(name)


def differences() -> list:
    def ours(thing: object, name: str, kind: str, _reflected: bool, _other: object) -> bool:
        return not (kind == "table" and name in IGNORED_TABLES)

    with db.engine.connect() as connection:
        options = {"compare_type": True, "include_object": ours}
        return compare_metadata(MigrationContext.configure(connection, opts=options), db.metadata)


def test_the_head_of_the_migrations_is_what_the_models_say(empty_app):
    upgrade()
    assert differences() == []


def test_every_step_can_be_taken_back_and_taken_again(empty_app):
    upgrade()
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= IGNORED_TABLES
    upgrade()
    assert differences() == []


def test_each_step_keeps_the_rows_that_were_there_before(empty_app, tmp_path, request):
    """The empty database goes on step by step; each step is tried on a copy of it in which every table is
    filled. From the beginning for each step, it would take as long as the square of their number."""
    lost = []
    for before, after in pairwise(REVISIONS):
        upgrade(revision=before)
        db.session.remove()
        db.engine.dispose()
        with a_copy(request, empty_app.config["SETTINGS"], tmp_path / "copy"):
            filled = fill_every_table()
            upgrade(revision=after)
            with db.engine.connect() as connection:
                found = count_rows(connection, filled)
            lost += [f"{after}: {table}" for table, count in filled.items() if found[table] < count]
    assert lost == WORKED_OUT


@contextmanager
def a_copy(request: pytest.FixtureRequest, settings: Settings, folder: Path) -> Iterator[None]:
    url = make_url(settings.database_url)
    folder.mkdir(exist_ok=True)
    if url.get_backend_name() == "sqlite":
        shutil.copy(url.database, folder / "portal.db")
        copy = f"sqlite:///{folder / 'portal.db'}"
    else:
        cluster = request.getfixturevalue("postgresql_cluster")
        copy = cluster.new_database(f"{url.database}_copy", template=url.database).owner_url
    app = create_app(settings_for(folder, copy, signing_key_file=settings.signing_key_file))
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()
    if url.get_backend_name() != "sqlite":
        cluster.drop_database(f"{url.database}_copy")


def test_a_second_factor_from_before_is_sealed_and_still_works(empty_app):
    upgrade(revision="0008_verification")
    fill_every_table()
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE account SET totp_secret = 'JBSWY3DPEHPK3PXP'"))
    upgrade(revision="0009_second_factor")
    account = db.session.execute(text("SELECT id, totp_sealed FROM account")).one()
    db.session.rollback()
    assert "JBSWY3DP" not in account.totp_sealed
    key = empty_app.config["SETTINGS"].secret_key
    assert unseal(account.totp_sealed, account.id, key) == "JBSWY3DPEHPK3PXP"
    downgrade(revision="0008_verification")
    assert db.session.execute(text("SELECT totp_secret FROM account")).scalar() == "JBSWY3DPEHPK3PXP"
    db.session.rollback()


def test_scans_of_labels_of_no_set_go_and_out_of_the_sums(empty_app):
    upgrade(revision="0027_label_sheets")
    fill_every_table()
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE scan_count SET scans = 5"))
        connection.execute(text("UPDATE scan_total SET scans = 12, labels = 2"))
        row = connection.execute(text("SELECT * FROM scan_count")).mappings().one()
        lost = dict(row) | {"id": 2, "set_id": 999, "scans": 7}
        places = ", ".join(f":{name}" for name in lost)
        connection.execute(text(f"INSERT INTO scan_count ({', '.join(lost)}) VALUES ({places})"), lost)
    upgrade()
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT set_id, scans FROM scan_count")).all() == [(1, 5)]
        assert connection.execute(text("SELECT scans, labels FROM scan_total")).all() == [(5, 1)]


def test_labels_printed_before_keep_the_check_character_they_were_printed_with(empty_app):
    upgrade(revision="0030_scan_sets")
    fill_every_table()
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE label_key SET id = 1"))
    upgrade(revision="0031_check_character")
    with db.engine.connect() as connection:
        newest = connection.execute(text("SELECT max(id) FROM label_set")).scalar()
        earlier = connection.execute(text("SELECT last_earlier_set FROM label_key")).scalar()
    assert earlier == newest > 0


def test_licences_of_a_protection_of_another_gi_are_named_before_anything_changes(empty_app, caplog):
    upgrade(revision="0033_earlier_keys")
    fill_every_table()
    with db.engine.begin() as connection:
        own = connection.execute(text("SELECT id FROM indication")).scalar()
        names = [column["name"] for column in inspect(connection).get_columns("indication")]
        same = ", ".join(name for name in names if name not in ("id", "slug"))
        another = f"INSERT INTO indication (id, slug, {same}) SELECT id + 1, 'other', {same} FROM indication"
        connection.execute(text(another))
        number = connection.execute(
            text("UPDATE licence SET indication_id = indication_id + 1 RETURNING number")
        ).scalar()
    with pytest.raises(SystemExit):
        upgrade()
    assert f"correct them first: {number}" in caplog.text
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE licence SET indication_id = :own"), {"own": own})
    upgrade()
    assert differences() == []


def fill_every_table() -> dict[str, int]:
    """One row in each table that is there, parents before children, with something in every column."""
    tables = inspect(db.engine)
    names = [n for n, _ in tables.get_sorted_table_and_fkc_names() if n and n not in IGNORED_TABLES]
    every_column, every_key = tables.get_multi_columns(), tables.get_multi_foreign_keys()
    pointed_at: dict[tuple[str, str], object] = {}
    with db.engine.begin() as connection:
        rows = count_rows(connection, names)
        for name in names:
            columns, foreign_keys = every_column[None, name], every_key[None, name]
            keys = {c for foreign in foreign_keys for c in foreign["constrained_columns"]}
            values = {c["name"]: sample(c) for c in columns if not (c["name"] in keys and c["nullable"])}
            for foreign in foreign_keys:
                for own, other in zip(
                    foreign["constrained_columns"], foreign["referred_columns"], strict=True
                ):
                    if own in values:
                        there = foreign["referred_table"], other
                        if pointed_at.get(there) is None:
                            first = text(f'SELECT "{other}" FROM "{there[0]}" LIMIT 1')
                            pointed_at[there] = connection.execute(first).scalar()
                        values[own] = pointed_at[there]
            if rows[name] == 0:
                columns_text = ", ".join(f'"{column}"' for column in values)
                places = ", ".join(f":{column}" for column in values)
                connection.execute(text(f'INSERT INTO "{name}" ({columns_text}) VALUES ({places})'), values)
    return dict.fromkeys(names, 1)


def count_rows(connection: Connection, tables: Iterable[str]) -> dict[str, int]:
    counts = (f"SELECT '{name}', count(*) FROM \"{name}\"" for name in tables)
    return dict(connection.execute(text(" UNION ALL ".join(counts))).all())


def sample(column: dict) -> object:
    """Something that fits the type; JSON and text alike take a quoted word."""
    kind = column["type"].__class__.__name__.upper()
    if kind in ("JSON", "JSONB"):
        return "{}"
    if "BOOL" in kind:
        return False
    if "TIMESTAMP" in kind or "DATETIME" in kind:
        return "2026-01-01 00:00:00"
    if kind == "DATE":
        return "2026-01-01"
    if any(word in kind for word in ("INT", "NUMERIC", "FLOAT", "DOUBLE")):
        return 1
    if "FLOAT" in kind or "DOUBLE" in kind or "REAL" in kind:
        return 1.5
    if kind in ("BLOB", "BYTEA", "LARGEBINARY"):
        return b"x"
    return "x"


def test_small_subtrees_that_were_taken_out_come_back_as_they_were(empty_app):
    upgrade()
    with transaction():
        for n in range(37):
            record(PORTAL, "amended", f"gi:{n}", {})
    assert verify_log().sound
    db.session.remove()
    downgrade(revision="0027_label_sheets")
    leaves = db.session.execute(text("SELECT leaf_hash FROM register_entry ORDER BY leaf_index")).scalars()
    whole: dict[tuple[int, int], bytes] = {}
    for index, leaf in enumerate(leaves):
        for height, place, value in nodes_completed_by(index, bytes.fromhex(leaf), lambda h, p: whole[h, p]):
            whole[height, place] = value
    nodes = db.session.execute(text("SELECT height, place, hash FROM register_node"))
    assert {(height, place): value for height, place, value in nodes} == {
        place: value.hex() for place, value in whole.items()
    }
    db.session.remove()
    upgrade()
    assert verify_log().sound
