"""Credentials, status lists and proofs, read by a JOSE library that is not ours, on both databases."""

import gzip
import json
from base64 import urlsafe_b64decode
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import select

from portal.authorisation.licence_actions import change_state
from portal.authorisation.models import Licence
from portal.authorisation.queries import licences
from portal.authorisation.rules import LicenceStep
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.register.actions import PORTAL
from portal.register.signing import create_key_file, read_signer
from portal.verification.credentials import short_form
from portal.verification.queries import answer_by_code, answer_by_number
from portal.verification.rules import Answer
from tests.setting_authorisation import draft, prepare, walk_to_licence

# RFC 9864 (2025) renames EdDSA to Ed25519; the verifiers in use know the older name.
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")


@pytest.fixture
def setting(app: Flask):
    return prepare()


@pytest.fixture
def number(setting) -> str:
    walk_to_licence(setting, draft(setting, now=earlier()), now=earlier())
    return db.session.scalars(select(Licence.number)).one()


def the_licence(number: str) -> Licence:
    return db.session.scalars(
        licences().where(Licence.number == number).execution_options(populate_existing=True)
    ).one()


def end(number: str, step: LicenceStep) -> None:
    with transaction():
        change_state(PORTAL, the_licence(number), step, "抽查不合格", "演示决〔2026〕9号", today(), now())


def earlier() -> datetime:
    return now() - timedelta(days=10)


def opened(client: FlaskClient, text: str) -> dict:
    """The payload, if a key of the portal signed it; joserfc does all the work."""
    keys = KeySet.import_key_set(client.get("/.well-known/jwks.json").json)
    return json.loads(jws.deserialize_compact(text, keys, algorithms=["EdDSA"]).payload)


def is_set(client: FlaskClient, entry: dict) -> bool:
    """As any verifier of Bitstring Status List 1.0 would ask."""
    path = entry["statusListCredential"].removeprefix("http://127.0.0.1:8000")
    subject = opened(client, client.get(path).get_data(as_text=True))["credentialSubject"]
    assert subject["statusPurpose"] == entry["statusPurpose"]
    assert subject["encodedList"][0] == "u"
    packed = subject["encodedList"][1:]
    bits = gzip.decompress(urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    assert len(bits) >= 16 * 1024
    place = int(entry["statusListIndex"])
    return bool(bits[place // 8] & (128 >> place % 8))


def credential(client: FlaskClient, number: str) -> dict:
    answer = client.get(f"/api/v1/credentials/{number}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/vc+jwt"
    return opened(client, answer.get_data(as_text=True))


def accepted(client: FlaskClient, number: str) -> bool:
    return not any(is_set(client, entry) for entry in credential(client, number)["credentialStatus"])


def test_an_independent_library_accepts_the_credential_and_finds_the_eight_fields(client, number):
    body = credential(client, number)
    assert body["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert "VerifiableCredential" in body["type"]
    subject = body["credentialSubject"]
    eight = {
        "geographicalIndication", "serialNumber", "operator", "authority", "businessCovered",
        "dateOfIssue", "productClassification",
    }  # fmt: skip
    assert eight <= set(subject), "the eighth, the seal, is the signature"
    assert subject["operator"]["name"] == "中宁一号枸杞公司（演示）"
    assert subject["geographicalIndication"]["name"]["zh"] == "中宁枸杞"


def test_a_revoked_licence_is_refused_through_the_status_list(client, number):
    assert accepted(client, number)
    end(number, LicenceStep.REVOKE)
    assert not accepted(client, number)


def test_a_suspended_licence_is_refused_until_it_is_resumed(client, number):
    end(number, LicenceStep.SUSPEND)
    assert not accepted(client, number)
    end(number, LicenceStep.RESUME)
    assert accepted(client, number)


def test_one_changed_character_is_refused(client, number):
    text = client.get(f"/api/v1/credentials/{number}").get_data(as_text=True)
    head, body, signature = text.split(".")
    changed = body[:40] + ("A" if body[40] != "A" else "B") + body[41:]
    with pytest.raises(JoseError):
        opened(client, f"{head}.{changed}.{signature}")


def test_an_old_credential_stays_verifiable_after_the_key_was_exchanged(app, client, number, tmp_path):
    old = client.get(f"/api/v1/credentials/{number}").get_data(as_text=True)
    create_key_file(tmp_path / "next-key.pem")
    app.config["SETTINGS"] = _with_key(app, tmp_path / "next-key.pem")
    new = client.get(f"/api/v1/credentials/{number}?lang=en").get_data(as_text=True)
    assert old.split(".")[2] != new.split(".")[2]
    assert opened(client, old)["id"] == opened(client, new)["id"]
    assert len(client.get("/.well-known/jwks.json").json["keys"]) == 2
    page = client.get("/verify", query_string={"q": old}).get_data(as_text=True)
    assert "签名有效" in page
    assert "授权有效" in page


def _with_key(app: Flask, path) -> object:
    import dataclasses

    assert read_signer(path).key_id
    return dataclasses.replace(app.config["SETTINGS"], signing_key_file=path)


def test_the_household_that_did_not_consent_is_not_named_anywhere(client, setting):
    walk_to_licence(setting, draft(setting, producer="household", now=earlier()), now=earlier())
    number = db.session.scalars(select(Licence.number)).one()
    for address in (
        f"/verify?q={number}",
        f"/v/{number}",
        f"/verify/proof?licence={number}",
        f"/api/v1/verify?licence={number}",
        f"/licences/{number}",
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "李四" not in answer.get_data(as_text=True), address
    assert "name" not in credential(client, number)["credentialSubject"]["operator"]
    assert "p" not in opened(client, short_form(the_licence(number), "http://127.0.0.1:8000"))
    assert "授权有效" not in client.get("/verify?q=李四").get_data(as_text=True)


def test_the_proof_says_what_was_asked_and_answered_and_at_which_size_of_the_log(client, setting, number):
    code = setting.producer("firm").uscc
    proof = client.get(f"/verify/proof.json?uscc={code}&gi=zhongning-gouqi").json
    said = opened(client, proof["jws"])
    assert said == proof["statement"]
    assert said["answer"]["answer"] == "authorised"
    assert said["question"] == {"uscc": code, "gi": "zhongning-gouqi"}
    assert said["register"]["size"] > 0


def test_a_signed_text_from_elsewhere_is_not_believed(client, number):
    from portal.register.signing import base64url

    head = base64url(b'{"alg":"none","kid":"x"}')
    body = base64url(json.dumps({"n": number}).encode())
    page = client.get("/verify", query_string={"q": f"{head}.{body}.AAAA"}).get_data(as_text=True)
    assert "签名不符" in page
    assert "授权有效" not in page


def test_each_answer_comes_when_it_is_due(setting, number):
    code, day = setting.producer("firm").uscc, today()
    assert answer_by_code(code, "", day).answer is Answer.AUTHORISED
    assert answer_by_code(code, "zhongning-gouqi", day).answer is Answer.AUTHORISED
    assert answer_by_number(number, "", date(2020, 1, 1)).answer is Answer.NOT_YET
    assert answer_by_code(setting.producer("stranger").uscc, "", day).answer is Answer.NOT_AUTHORISED
    assert answer_by_code("91350100M000100Y43", "", day).answer is Answer.UNKNOWN
    assert answer_by_number("L1999-000001", "", day).answer is Answer.UNKNOWN
    end(number, LicenceStep.SUSPEND)
    assert answer_by_code(code, "", day).answer is Answer.SUSPENDED
    end(number, LicenceStep.REVOKE)
    assert answer_by_code(code, "", day).answer is Answer.REVOKED
    yesterday = day - timedelta(days=1)
    assert answer_by_code(code, "", yesterday).answer is Answer.AUTHORISED, "true of its day"


def test_a_term_that_is_over_is_expired_and_a_renunciation_is_cancelled(number, setting):
    day = today()
    with transaction():
        the_licence(number).valid_to = day
    assert answer_by_number(number, "", day).answer is Answer.AUTHORISED
    assert answer_by_number(number, "", day + timedelta(days=1)).answer is Answer.EXPIRED
    end(number, LicenceStep.CANCEL)
    assert answer_by_number(number, "", day + timedelta(days=1)).answer is Answer.CANCELLED
