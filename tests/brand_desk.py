"""The whole shipped register, and the officials who keep brands and targets of Zhongwei and Bayannur."""

import re

from flask.testing import FlaskClient

from portal.accounts.actions import add_account
from portal.accounts.rules import Role
from portal.cli.loading import load_register
from portal.db import transaction
from portal.lib.clock import now
from portal.register.actions import PORTAL
from tests.services.kept_states import once

PASSWORD = "red berries in the sun"
PEOPLE = {
    "registrar": (Role.COUNTY, "640521"),
    "city": (Role.CITY, "640500"),
    "deputy": (Role.CITY, "640500"),
    "province": (Role.PROVINCE, "640000"),
    "stranger": (Role.CITY, "150800"),
    "inspector": (Role.INSPECTOR, "640521"),
}


def open_register(capsys) -> None:
    once(_open_register)
    capsys.readouterr()


def _open_register() -> None:
    load_register()
    with transaction():
        for name, (role, region) in PEOPLE.items():
            add_account(
                PORTAL,
                email=f"{name}@example.test",
                name=name,
                role=role,
                region=region,
                password=PASSWORD,
                now=now(),
            )


def sign_in(client: FlaskClient, name: str) -> FlaskClient:
    client.post("/account/sign-out")
    answer = client.post("/account/sign-in", data={"email": f"{name}@example.test", "password": PASSWORD})
    assert answer.status_code == 302
    return client


def hidden(client: FlaskClient, address: str, name: str) -> str:
    page = client.get(address).get_data(as_text=True)
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page).group(1)


def propose_and_confirm(client: FlaskClient, address: str, proposer: str, second: str) -> int:
    """Put the draft at this address forward and let a second person confirm it; the last status."""
    sign_in(client, proposer)
    version = hidden(client, address, "version")
    client.post(f"{address}/propose", data={"version": version, "reason": "依据文件"})
    sign_in(client, second)
    version = hidden(client, address, "version")
    return client.post(f"{address}/confirm", data={"version": version}).status_code
