"""Every address is either in the public list or closed to a stranger."""

from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter
from werkzeug.routing.converters import NumberConverter

from config import Settings
from portal.access import PUBLIC
from portal.app import create_app
from portal.register.signing import create_key_file


@pytest.fixture(scope="module")
def plain_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("gate")
    create_key_file(folder / "key.pem")
    return create_app(
        Settings(
            environment="test",
            database_url=f"sqlite:///{folder / 'portal.db'}",
            secret_key="only-for-the-tests-0123456789",
            signing_key_file=folder / "key.pem",
            data_dir=Path(folder),
            base_url="http://127.0.0.1:8000",
            extra={"WTF_CSRF_ENABLED": False, "RATELIMIT_ENABLED": False},
        )
    )


def harmless(converter: object) -> object:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, NumberConverter) else "x"


def addresses(app: Flask) -> list[tuple[str, str, str]]:
    """One address for each rule and method, with something harmless in every blank."""
    found = []
    for rule in app.url_map.iter_rules():
        blanks = {name: harmless(converter) for name, converter in rule._converters.items()}
        with app.test_request_context():
            address = rule.build(blanks, append_unknown=False)[1] if blanks else rule.rule
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            found.append((rule.endpoint, method, address))
    return found


def test_the_public_list_names_only_pages_that_exist(plain_app: Flask):
    assert PUBLIC - set(plain_app.view_functions) == set()


def test_every_page_that_is_not_public_is_closed_to_a_stranger(plain_app: Flask):
    client = plain_app.test_client()
    open_doors = []
    for endpoint, method, address in addresses(plain_app):
        if endpoint in PUBLIC:
            continue
        answer = client.open(address, method=method)
        to_sign_in = answer.status_code == 302 and "/account/sign-in" in answer.headers["Location"]
        if not to_sign_in and answer.status_code != 401:
            open_doors.append(f"{method} {address} ({endpoint}) answered {answer.status_code}")
    assert open_doors == []


def test_the_gate_test_would_notice_an_open_door(plain_app: Flask):
    closed = {endpoint for endpoint, _, _ in addresses(plain_app)} - PUBLIC
    assert "account.show" in closed
    assert len(closed) > 10
