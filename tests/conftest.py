"""Every database test runs on SQLite and on a real PostgreSQL; commits are real."""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser
from psycopg import Connection
from werkzeug.test import TestResponse

from config import Settings
from gi_data.divisions import read_divisions
from portal.app import create_app
from portal.cli.database import grant_to
from portal.db import db, transaction
from portal.regions.actions import load_regions
from portal.register.signing import create_key_file
from tests.services import once_a_run
from tests.services.browser import chromium
from tests.services.dealing import pytest_collection_modifyitems, pytest_xdist_make_scheduler  # noqa: F401
from tests.services.made_once import make_once
from tests.services.memory import quick_folder
from tests.services.needed import NotHere, give_up
from tests.services.postgres import APPLICATION, KEEPING, SHARED, Cluster, Database, postgres_cluster
from tests.services.statements import statements_asked

DATABASES = ("sqlite", "postgresql")
make_once()
# A loaded machine may take long for one example; how long is not what is asked.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def settings_for(folder: Path, url: str, **changes: object) -> Settings:
    values = {
        "environment": "test",
        "database_url": url,
        "secret_key": "only-for-the-tests-0123456789",
        "signing_key_file": folder / "signing-key.pem",
        "data_dir": folder,
        "base_url": "http://127.0.0.1:8000",
        "extra": {"WTF_CSRF_ENABLED": False, "TESTING": True, "RATELIMIT_ENABLED": False},
    }
    return Settings(**(values | changes))


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """What reaches the database while the test runs."""
    with statements_asked() as asked:
        yield asked


class Visitor(FlaskClient):
    """Asks as from outside: each request has an application context of its own, as on a server, and what
    the test reads afterwards is what is stored."""

    def open(self, *args: object, **kwargs: object) -> TestResponse:
        with self.application.app_context():
            answer = super().open(*args, **kwargs)
        db.session.rollback()
        return answer


@pytest.fixture(scope="session")
def signing_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("key") / "signing-key.pem"
    create_key_file(path)
    return path


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, signing_key: Path) -> Path:
    """A migrated SQLite file with the divisions loaded; each test gets a copy."""
    folder = tmp_path_factory.mktemp("sqlite")
    app = create_app(settings_for(folder, f"sqlite:///{folder / 'portal.db'}", signing_key_file=signing_key))
    with app.app_context():
        _prepare()
    return folder / "portal.db"


@pytest.fixture(scope="session")
def postgresql_cluster() -> Iterator[Cluster]:
    try:
        with postgres_cluster() as cluster:
            yield cluster
    except NotHere as reason:
        give_up(reason)


@pytest.fixture(scope="session")
def postgresql_template(
    postgresql_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory, signing_key: Path
) -> str:
    """A migrated PostgreSQL database with the divisions loaded."""
    database = postgresql_cluster.new_database("template_migrated", postgis=False)
    folder = tmp_path_factory.mktemp("postgresql")
    app = create_app(settings_for(folder, database.owner_url, signing_key_file=signing_key))
    with app.app_context():
        _prepare()
        with db.engine.begin() as connection:
            grant_to(connection, APPLICATION)
        db.engine.dispose()
    return database.name


@pytest.fixture(scope="session")
def postgresql_shared(
    postgresql_cluster: Cluster, postgresql_template: str
) -> Iterator[tuple[Database, Connection]]:
    """The database that the tests of this worker use one after the other, put back after each; over one
    connection, which knows by then how to do it."""
    database = postgresql_cluster.new_database(SHARED, template=postgresql_template)
    with postgresql_cluster.connect(database.name) as connection:
        connection.execute(KEEPING)
        connection.execute("SELECT kept.keep('nothing_yet')")
        yield database, connection


def _prepare() -> None:
    upgrade()
    with transaction():
        load_regions(read_divisions())
    db.session.remove()
    db.engine.dispose()


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh database with the divisions and nothing else; on PostgreSQL as the application's role.

    `@pytest.mark.own_database` gives a test a PostgreSQL database that no other test ever sees.
    """
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        for left in template.parent.glob("of-the-test.db*"):
            left.unlink()
        shutil.copy(template, template.parent / "of-the-test.db")
        yield f"sqlite:///{template.parent / 'of-the-test.db'}"
        return
    cluster = request.getfixturevalue("postgresql_cluster")
    if request.node.get_closest_marker("own_database"):
        name = f"test_{uuid4().hex}"
        yield cluster.new_database(name, template=request.getfixturevalue("postgresql_template")).app_url
        cluster.drop_database(name)
        return
    shared, connection = request.getfixturevalue("postgresql_shared")
    yield shared.app_url
    connection.execute("SELECT kept.put_back()")


@pytest.fixture
def app(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path, signing_key: Path
) -> Iterator[Flask]:
    app = create_app(settings_for(tmp_path, database_url, signing_key_file=signing_key))
    if database_url.startswith("postgresql"):
        # For tests that act as an intruder with more rights than the application has.
        app.config["TEST_CLUSTER"] = request.getfixturevalue("postgresql_cluster")
        if not request.node.get_closest_marker("own_database"):
            app.config["TEST_SHARED"] = request.getfixturevalue("postgresql_shared")[1]
    # Templates are compiled once for all tests, not once for each.
    app.jinja_env.bytecode_cache = request.getfixturevalue("compiled_templates")
    with app.app_context():
        app.test_client_class = Visitor
        yield app
        db.session.remove()
        db.engine.dispose()


def gather_statistics() -> None:
    """What PostgreSQL does by itself within a minute of a large import. Without it, it plans for the empty
    tables of the test before, and takes minutes for what takes a moment."""
    url = db.engine.url
    if url.get_backend_name() == "postgresql":
        with current_app.config["TEST_CLUSTER"].connect(url.database) as connection:
            connection.execute("ANALYZE")


@pytest.fixture(scope="session")
def compiled_templates() -> FileSystemBytecodeCache:
    """Of the whole run: each is put into its place in one piece, whoever compiled it first."""
    return FileSystemBytecodeCache(str(once_a_run.once_a_run("templates", Path.mkdir)))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for each test worker: Playwright cannot be started twice in a process."""
    try:
        with chromium() as running:
            yield running
    except NotHere as reason:
        give_up(reason)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "own_database: give this test a PostgreSQL database of its own")
    folder = quick_folder()
    if folder and not config.option.basetemp:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))
    if not hasattr(config, "workerinput"):
        once_a_run.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        once_a_run.end()


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end; looking through it for refuse takes longer than many a test."""
    gc.collect()
    gc.freeze()
