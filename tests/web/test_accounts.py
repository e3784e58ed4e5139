"""Signing in and one's own account, as a browser and as a program meet them."""

import dataclasses
import html
import re
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.accounts import queries
from portal.accounts.actions import add_account, notify
from portal.accounts.credentials import set_second_factor
from portal.accounts.demo import DEMO_PASSWORD, load_demo_accounts
from portal.accounts.models import Account, OutgoingMail, SignInSession
from portal.accounts.rules import Role, Scope
from portal.accounts.sign_in import read_second_factor
from portal.accounts.sign_in_rules import FREE_FAILURES
from portal.accounts.tokens import create_token
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.lib.text import Text
from portal.limits import limiter
from portal.register.actions import PORTAL

PASSWORD = "red berries in the sun"
NEW = "another long sentence"
ADDRESS = "wangfang@example.test"


def add(email: str, role: Role, region: str) -> Account:
    with transaction():
        return add_account(
            PORTAL, email=email, name=email.partition("@")[0], role=role, region=region, password=PASSWORD,
            now=now(),
        )  # fmt: skip


@pytest.fixture
def wang(app: Flask) -> Account:
    return add(ADDRESS, Role.PRODUCER, "640521")


@pytest.fixture
def in_service(app: Flask) -> Flask:
    """The same portal as it runs for real, where nothing of the demonstration is shown."""
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = dataclasses.replace(settings, environment="production")
    return app


def sign_in(client: FlaskClient, email: str = ADDRESS, password: str = PASSWORD, **more: str):
    return client.post("/account/sign-in", data={"email": email, "password": password} | more)


def text_of(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


# ---- getting in


def test_the_right_password_opens_the_account_and_a_wrong_one_does_not(client, wang):
    refused = sign_in(client, password="something else entirely")
    assert refused.status_code == 400 and "邮箱或密码不对" in text_of(refused)
    assert client.get("/account/").status_code == 302
    assert sign_in(client).headers["Location"] == "/workbench/"
    assert ADDRESS in text_of(client.get("/account/"))


def test_a_known_and_an_unknown_address_are_refused_in_the_same_words(client, wang):
    unknown = text_of(sign_in(client, email="nobody@example.test", password="wrong"))
    known = text_of(sign_in(client, password="wrong"))
    hide = re.compile(r'nobody@example\.test|wangfang@example\.test|[A-Z0-9]{10}|csrf_token"[^>]+')
    assert hide.sub("", unknown) == hide.sub("", known)


def test_what_was_typed_stays_but_never_the_password(client, wang):
    shown = text_of(sign_in(client, password="a secret slip"))
    assert f'value="{ADDRESS}"' in shown and "a secret slip" not in shown


def test_after_five_wrong_passwords_even_the_right_one_waits_and_the_holder_is_told_once(client, wang):
    for _ in range(FREE_FAILURES + 1):
        sign_in(client, password="wrong")
    refused = sign_in(client)
    assert refused.status_code == 400 and "邮箱或密码不对" in text_of(refused)
    assert db.session.scalar(select(func.count(OutgoingMail.id))) == 1


def test_the_lock_of_one_account_is_none_for_another(client, wang):
    add("lisi@example.test", Role.PRODUCER, "640521")
    for _ in range(FREE_FAILURES):
        sign_in(client, password="wrong")
    assert sign_in(client, email="lisi@example.test").status_code == 302


def test_an_ended_account_is_refused_like_an_unknown_one(client, wang):
    with transaction():
        wang.ended_on = today()
    assert sign_in(client).status_code == 400


def test_signing_in_leads_on_to_a_page_of_ours_and_never_elsewhere(client, wang):
    assert sign_in(client, next="/workbench/?a=1").headers["Location"] == "/workbench/?a=1"
    client.post("/account/sign-out")
    assert sign_in(client, next="//evil.test/").headers["Location"] == "/workbench/"


@pytest.mark.parametrize("role", Role)
def test_signing_in_opens_the_day_s_work_and_a_second_time_too(client, role):
    add("zhang@example.test", role, {Role.CITY: "640500", Role.PROVINCE: "640000"}.get(role, "640521"))
    makers = dict.fromkeys((Role.PRODUCER, Role.HOLDER), "/workbench/")
    there = (makers | {Role.ADMIN: "/office/people/"}).get(role, "/office/")
    assert sign_in(client, email="zhang@example.test").headers["Location"] == there
    assert client.get("/account/sign-in").headers["Location"] == there


def test_a_closed_page_leads_to_signing_in_and_back(client, wang):
    asked = client.get("/account/tokens")
    assert asked.headers["Location"] == "/account/sign-in?next=/account/tokens"
    page = text_of(client.get(asked.headers["Location"]))
    assert 'name="next" type="hidden" value="/account/tokens"' in page


def test_a_cookie_fixed_beforehand_is_worth_nothing_after_signing_in(app, client, wang):
    sign_in(client)
    first = client.get_cookie("portal").value
    client.post("/account/sign-out")
    sign_in(client)
    assert client.get_cookie("portal").value != first
    stale = app.test_client()
    stale.set_cookie("portal", first)
    assert stale.get("/account/").status_code == 302


def test_signing_out_ends_the_session_and_not_only_the_cookie(app, client, wang):
    sign_in(client)
    copied = client.get_cookie("portal").value
    client.post("/account/sign-out")
    thief = app.test_client()
    thief.set_cookie("portal", copied)
    assert thief.get("/account/").status_code == 302


def test_a_stranger_costs_no_query(client, statements):
    assert client.get("/account/forgotten").status_code == 200
    assert not [one for one in statements if "account" in one]


def test_a_session_is_found_with_its_account_in_one_query(client, wang, statements):
    sign_in(client)
    client.get("/account/password").close()
    statements.clear()
    client.get("/account/password").close()
    assert len([one for one in statements if "account" in one]) == 1


def test_the_last_visit_is_noted_once_a_minute_and_after_the_answer(client, wang, statements):
    sign_in(client)
    row = db.session.scalar(select(SignInSession))
    with transaction():
        row.last_seen_at = now() - timedelta(minutes=5)
    answer = client.get("/account/password")
    db.session.rollback()
    assert now() - db.session.scalar(select(SignInSession.last_seen_at)) > timedelta(minutes=4)
    answer.close()
    db.session.rollback()
    assert now() - db.session.scalar(select(SignInSession.last_seen_at)) < timedelta(minutes=1)
    statements.clear()
    client.get("/account/password").close()
    assert not [one for one in statements if one.startswith("UPDATE")]


def test_a_form_without_its_token_is_refused(app, client, wang):
    app.config["WTF_CSRF_ENABLED"] = True
    assert sign_in(client).status_code == 400
    page = text_of(client.get("/account/sign-in"))
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    assert sign_in(client, csrf_token=token).status_code == 302


def test_too_many_attempts_from_one_place_get_a_page_that_says_so(app, client, wang, monkeypatch):
    # The tests run without limits; here they are switched on for this portal alone.
    monkeypatch.setattr(limiter, "enabled", True)
    app.config["RATELIMIT_ENABLED"] = True
    limiter.init_app(app)
    answers = [sign_in(client, email="nobody@example.test") for _ in range(21)]
    assert [one.status_code for one in answers] == [400] * 20 + [429]
    assert "请求过于频繁" in text_of(answers[-1]) and "Retry-After" in answers[-1].headers


# ---- demonstration


def test_the_demonstration_shows_its_accounts_and_one_press_signs_in(client):
    with transaction():
        load_demo_accounts(now())
    page = text_of(client.get("/account/sign-in"))
    assert DEMO_PASSWORD in page and "county@demo" in page
    assert sign_in(client, email="county@demo", password=DEMO_PASSWORD).status_code == 302
    assert "中宁县" in text_of(client.get("/account/"))


def test_in_service_no_demonstration_account_is_shown_or_let_in(client, in_service):
    with transaction():
        load_demo_accounts(now())
    page = text_of(client.get("/account/sign-in"))
    assert DEMO_PASSWORD not in page and "county@demo" not in page
    assert sign_in(client, email="county@demo", password=DEMO_PASSWORD).status_code == 400


def test_letters_are_read_on_a_page_in_the_demonstration_and_nowhere_else(app, client, wang):
    client.post("/account/forgotten", data={"email": ADDRESS})
    page = client.get("/account/demo-mail")
    assert "/account/reset?key=" in text_of(page) and "no-store" in page.headers["Cache-Control"]
    app.config["SETTINGS"] = dataclasses.replace(app.config["SETTINGS"], environment="production")
    assert client.get("/account/demo-mail").status_code == 404


# ---- second factor


def set_factor(account: Account) -> str:
    """A second factor set up some minutes ago, so that the code of now is still unused."""
    secret = pyotp.random_base32()
    earlier = now() - timedelta(minutes=5)
    with transaction():
        set_second_factor(account, secret, pyotp.TOTP(secret).at(earlier), earlier)
    return secret


def test_with_a_second_factor_the_password_alone_opens_nothing(client, wang):
    secret = set_factor(wang)
    assert sign_in(client).headers["Location"] == "/account/second-factor"
    assert client.get("/account/").status_code == 302
    wrong = client.post("/account/second-factor", data={"code": "000000"})
    assert wrong.status_code == 400 and client.get("/account/").status_code == 302
    right = client.post("/account/second-factor", data={"code": pyotp.TOTP(secret).at(now())})
    assert right.headers["Location"] == "/workbench/" and client.get("/account/").status_code == 200


def test_wrong_codes_lock_the_account_although_the_password_is_known(client, wang):
    secret = set_factor(wang)
    for _ in range(FREE_FAILURES):
        sign_in(client)
        client.post("/account/second-factor", data={"code": "wrong-code"})
    refused = client.post("/account/second-factor", data={"code": pyotp.TOTP(secret).at(now())})
    assert refused.status_code == 400 and client.get("/account/").status_code == 302


def test_the_right_password_given_again_and_again_locks_nothing(client, wang):
    set_factor(wang)
    for _ in range(FREE_FAILURES + 1):
        assert sign_in(client).headers["Location"] == "/account/second-factor"


def test_nobody_reaches_the_second_step_without_the_first(client, wang):
    secret = set_factor(wang)
    answer = client.post("/account/second-factor", data={"code": pyotp.TOTP(secret).at(now())})
    assert answer.headers["Location"] == "/account/sign-in"


def test_in_service_an_official_sees_nothing_before_the_second_factor_is_set(client, in_service):
    add("official@example.test", Role.COUNTY, "640521")
    sign_in(client, email="official@example.test")
    for address in ("/account/", "/account/tokens", "/account/demo-mail", "/log/"):
        answer = client.get(address)
        assert answer.headers.get("Location") == "/account/second-factor/set-up", address
    page = text_of(client.get("/account/second-factor/set-up"))
    secret = re.search(r'<code translate="no">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")
    shown = client.post("/account/second-factor/set-up", data={"code": pyotp.TOTP(secret).at(now())})
    codes = re.findall(r"<code translate=\"no\">([a-z0-9-]{19})</code>", text_of(shown))
    assert len(codes) == 10 and client.get("/account/").status_code == 200
    client.post("/account/sign-out")
    sign_in(client, email="official@example.test")
    assert client.post("/account/second-factor", data={"code": codes[0]}).headers["Location"] == "/office/"


def test_in_service_an_official_signs_out_and_a_producer_goes_on_without_a_second_factor(
    client, in_service, wang
):
    add("official@example.test", Role.COUNTY, "640521")
    sign_in(client, email="official@example.test")
    assert client.post("/account/sign-out").headers["Location"] == "/"
    sign_in(client)
    assert client.get("/account/").status_code == 200


def test_replacing_the_second_factor_asks_for_the_password(client, wang):
    secret = set_factor(wang)
    sign_in(client)
    client.post("/account/second-factor", data={"code": pyotp.TOTP(secret).at(now())})
    page = text_of(client.get("/account/second-factor/set-up"))
    fresh = re.search(r'<code translate="no">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")
    typed = {"code": pyotp.TOTP(fresh).at(now()), "present": "not the password"}
    assert client.post("/account/second-factor/set-up", data=typed).status_code == 400
    assert read_second_factor(queries.find_account_by_email(ADDRESS)) == secret
    typed["present"] = PASSWORD
    assert client.post("/account/second-factor/set-up", data=typed).status_code == 200
    db.session.rollback()
    stored = queries.find_account_by_email(ADDRESS)
    assert read_second_factor(stored) == fresh and fresh not in stored.totp_sealed


# ---- password


def test_changing_the_password_keeps_this_browser_in_and_every_other_out(app, client, wang):
    other = app.test_client()
    sign_in(client)
    sign_in(other)
    typed = {"present": PASSWORD, "password": NEW, "again": NEW}
    assert client.post("/account/password", data=typed).headers["Location"] == "/account/"
    assert client.get("/account/").status_code == 200 and other.get("/account/").status_code == 302
    assert sign_in(other).status_code == 400 and sign_in(other, password=NEW).status_code == 302


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"present": "wrong", "password": NEW, "again": NEW}, "现在的密码不对"),
        ({"present": PASSWORD, "password": "short", "again": "short"}, "至少 12 个字符"),
        ({"present": PASSWORD, "password": NEW, "again": NEW + "x"}, "两次输入不一样"),
    ],
)
def test_a_password_change_that_is_not_in_order_says_why_and_changes_nothing(client, wang, typed, said):
    sign_in(client)
    answer = client.post("/account/password", data=typed)
    assert answer.status_code == 400 and said in text_of(answer)
    client.post("/account/sign-out")
    assert sign_in(client).status_code == 302


# ---- forgotten password


def test_asking_for_a_reset_says_the_same_for_every_address(client, wang):
    known = client.post("/account/forgotten", data={"email": ADDRESS})
    unknown = client.post("/account/forgotten", data={"email": "nobody@example.test"})
    hide = re.compile(r"[A-Z0-9]{10}")
    assert hide.sub("", text_of(known)) == hide.sub("", text_of(unknown))
    assert db.session.scalar(select(func.count(OutgoingMail.id))) == 1


def test_the_link_of_the_letter_sets_a_new_password_once(client, wang):
    client.post("/account/forgotten", data={"email": ADDRESS})
    letter = db.session.scalar(select(OutgoingMail.body))
    address = re.search(r"http://127\.0\.0\.1:8000(/account/reset\?key=\S+)", letter)[1]
    assert client.get(address).status_code == 200
    assert client.post(address, data={"password": "short", "again": "short"}).status_code == 400
    done = client.post(address, data={"password": NEW, "again": NEW})
    assert done.headers["Location"] == "/account/sign-in"
    assert client.get(address).status_code == 400
    assert sign_in(client, password=NEW).status_code == 302


def test_a_made_up_link_is_refused_and_says_what_to_do(client):
    for address in ("/account/reset?key=x", "/account/reset", "/account/invitation?key=x"):
        answer = client.get(address)
        assert answer.status_code == 400 and "这个链接不能用了" in text_of(answer)
        assert 'href="/account/sign-in"' in text_of(answer)


# ---- sessions and notices


def test_one_ends_ones_own_sessions_and_never_those_of_others(app, client, wang):
    other, stranger = app.test_client(), app.test_client()
    add("lisi@example.test", Role.PRODUCER, "640521")
    sign_in(client)
    sign_in(other)
    sign_in(stranger, email="lisi@example.test")
    mine, others, theirs = db.session.scalars(select(SignInSession.id).order_by(SignInSession.id)).all()
    client.post(f"/account/sessions/{theirs}/end")
    assert stranger.get("/account/").status_code == 200
    client.post(f"/account/sessions/{others}/end")
    client.post(f"/account/sessions/{others}/end")
    assert other.get("/account/").status_code == 302 and client.get("/account/").status_code == 200
    page = text_of(client.get("/account/sessions"))
    assert "就是这里" in page and f"/sessions/{theirs}/end" not in page
    sign_in(other)
    client.post("/account/sessions/end-others")
    assert other.get("/account/").status_code == 302 and client.get("/account/").status_code == 200
    assert mine


def test_notices_are_shown_escaped_and_marked_read(client, wang):
    with transaction():
        notify(wang.id, Text("<b>批次</b>已登记", "batch"), "/account/", now())
    sign_in(client)
    raw = client.get("/account/notices").get_data(as_text=True)
    assert "&lt;b&gt;批次" in raw and "1 条未读" in raw
    client.post("/account/notices/read")
    assert "0 条未读" in text_of(client.get("/account/notices"))


def test_the_language_of_letters_is_chosen_from_two(client, wang):
    sign_in(client)
    assert client.post("/account/language", data={"language": "en"}).status_code == 302
    assert client.post("/account/language", data={"language": "fr"}).status_code == 400
    db.session.rollback()
    assert queries.find_account_by_email(ADDRESS).language == "en"


# ---- access tokens


def test_a_token_is_shown_once(client, wang):
    sign_in(client)
    day = (today() + timedelta(days=5)).isoformat()
    made = client.post("/account/tokens", data={"name": "ledger", "scopes": ["read"], "expires_on": day})
    token = re.search(r"gip_[\w-]{43}", text_of(made))[0]
    assert token not in text_of(client.get("/account/tokens"))
    number = queries.find_token(token, today()).id
    client.post(f"/account/tokens/{number}/end")
    assert queries.find_token(token, today()) is None


@pytest.fixture
def door(app: Flask) -> Flask:
    """Closed addresses of the kind the API will have, to try tokens on."""
    app.add_url_rule("/api/v1/closed", "closed", lambda: "in", methods=["GET", "POST"])
    return app


def bearer(account: Account, *scopes: Scope) -> dict[str, str]:
    with transaction():
        token = create_token(account, "program", list(scopes), today(), today(), now())
    return {"Authorization": f"Bearer {token}"}


def test_a_token_opens_what_its_scopes_say_and_needs_no_form_token(door, client, wang):
    door.config["WTF_CSRF_ENABLED"] = True
    reading, writing = bearer(wang, Scope.READ), bearer(wang, Scope.RETURNS)
    assert client.get("/api/v1/closed", headers=reading).status_code == 200
    assert client.post("/api/v1/closed", headers=reading).status_code == 403
    assert client.get("/api/v1/closed", headers=writing).status_code == 403
    assert client.post("/api/v1/closed", headers=writing).status_code == 200


def test_a_wrong_ended_or_missing_token_is_not_signed_in(door, client, wang):
    header = bearer(wang, Scope.READ)
    assert client.get("/api/v1/closed").status_code == 401
    assert client.get("/api/v1/closed", headers={"Authorization": "Bearer gip_x"}).status_code == 401
    with transaction():
        wang.ended_on = today()
    assert client.get("/api/v1/closed", headers=header).status_code == 401


def test_a_token_opens_no_page_of_the_account(client, wang):
    header = bearer(wang, Scope.READ)
    assert client.get("/account/tokens", headers=header).status_code == 302


def test_a_token_does_not_keep_what_the_role_has_lost(door, client, wang):
    header = bearer(wang, Scope.RETURNS)
    with transaction():
        wang.role = Role.COUNTY
    assert client.post("/api/v1/closed", headers=header).status_code == 403


def test_in_service_the_token_of_an_official_without_second_factor_is_refused(door, client, in_service):
    official = add("official@example.test", Role.COUNTY, "640521")
    assert client.get("/api/v1/closed", headers=bearer(official, Scope.READ)).status_code == 403


# ---- every page


PAGES = (
    "/account/", "/account/password", "/account/sessions", "/account/tokens", "/account/notices",
    "/account/second-factor/set-up", "/account/second-factor/remove",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_the_account_speaks_both_languages_is_kept_nowhere_and_closed(client, wang, page):
    assert "/account/sign-in" in client.get(page).headers["Location"]
    sign_in(client)
    chinese, english = client.get(f"{page}?lang=zh"), client.get(f"{page}?lang=en")
    assert chinese.status_code == english.status_code == 200
    assert "no-store" in chinese.headers["Cache-Control"]
    main = re.search(r"<main.*?</main>", text_of(english), re.DOTALL)[0]
    assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"中宁县|中文|地理标志登记簿", "", main))
