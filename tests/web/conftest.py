"""The portal as it posts its version for nginx."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.app import create_app
from portal.db import db
from portal.posted import Posted
from tests.conftest import Visitor, settings_for


@pytest.fixture
def posting(tmp_path: Path, app: Flask, signing_key: Path) -> Iterator[Flask]:
    """The portal on the same database, with a place to post its version."""
    url, path = app.config["SQLALCHEMY_DATABASE_URI"], tmp_path / "run" / "version"
    settings = settings_for(tmp_path, url, signing_key_file=signing_key, posted_version=path)
    posting = create_app(settings)
    posting.test_client_class = Visitor
    with posting.app_context():
        yield posting
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def posted(posting: Flask) -> Posted:
    return posting.extensions["posted"]
