"""Accounts on both databases: attempts, second factor, sessions, tokens, letters, and whose they are."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select

import portal.models  # noqa: F401 - makes every table known to the comparison
from portal.accounts import queries
from portal.accounts.actions import (
    Person,
    add_account,
    amend_account,
    end_account,
    mark_read,
    notify,
    reactivate_account,
    reset_second_factor,
    unlock_account,
)
from portal.accounts.credentials import (
    ask_reset,
    change_password,
    remove_second_factor,
    renew_recovery_codes,
    reset_password,
    seal_again,
    set_second_factor,
)
from portal.accounts.demo import DEMO_ACCOUNTS, load_demo_accounts, remove_demo_accounts
from portal.accounts.invitations import accept_invitation, invite, withdraw_invitation
from portal.accounts.models import Account, Invitation, Notice, OutgoingMail, RecoveryCode, SignInSession
from portal.accounts.rules import Role, Scope, may_administer
from portal.accounts.secrets import digest, verify_password
from portal.accounts.sign_in import (
    Visit,
    begin_session,
    count_attempt,
    end_session,
    end_sessions,
    may_sign_in,
    pass_second_factor,
    read_second_factor,
    take_back_attempt,
)
from portal.accounts.sign_in_rules import FREE_FAILURES, INVITATION_VALID, MAIL_ATTEMPTS, RESET_VALID
from portal.accounts.tokens import create_token, end_token
from portal.db import db, transaction
from portal.lib.clock import now as present
from portal.lib.problems import NotAllowed, NotFound, Outdated, RuleBroken
from portal.lib.text import Text
from portal.mail import deliver_waiting, send
from portal.register.actions import PORTAL
from portal.register.models import Entry, SealedDetail

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
PASSWORD = "red berries in the sun"
HERE = Visit("192.0.2.7", "Firefox")


def add(email: str, role: Role, region: str | None, organisation: str = "") -> Account:
    with transaction():
        return add_account(
            PORTAL, email=email, name=email.partition("@")[0], role=role, region=region, password=PASSWORD,
            organisation=organisation, now=NOON,
        )  # fmt: skip


@pytest.fixture
def wang(app) -> Account:
    return add("wangfang@example.test", Role.COUNTY, "640521", "中宁县知识产权局")


@pytest.fixture
def admin(app) -> Account:
    return add("admin@example.test", Role.ADMIN, "640521")


def verbs_of(account: Account) -> list[str]:
    return [entry.verb for entry in reversed(queries.entries_about(account))]


def again(account: Account) -> Account:
    db.session.expire_all()
    return queries.find_account(account.id)


def letters_to(email: str) -> list[OutgoingMail]:
    query = select(OutgoingMail).where(OutgoingMail.recipient == email).order_by(OutgoingMail.id)
    return list(db.session.scalars(query))


def keys(collected: list[str]):
    """Stands in for the address of a page: collects the key that goes into the letter."""
    return lambda key: collected.append(key) or f"https://portal.test/?key={key}"


# ---- tables


def test_the_migrations_make_the_tables_that_the_models_describe(app):
    tables = {t for t in db.metadata.tables if t.startswith("account") or t == "outgoing_mail"}
    assert len(tables) == 8
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, parents: kind != "table" or name in tables,
                "include_object": lambda thing, name, kind, reflected, other: (
                    name in tables if kind == "table" else thing.table.name in tables
                ),
            },
        )
        assert compare_metadata(context, db.metadata) == []


def test_a_new_account_keeps_no_password_and_its_entry_is_not_public_and_seals_the_name(wang):
    assert PASSWORD not in wang.password_hash and verify_password(wang.password_hash, PASSWORD)
    entry = queries.entries_about(wang)[0]
    assert (entry.verb, entry.public) == ("created", False)
    assert "wangfang" not in entry.changes
    assert "wangfang" in db.session.get(SealedDetail, entry.n).details


def test_one_address_has_one_account_however_it_is_spelled(wang):
    with pytest.raises(RuleBroken) as refused:
        add(" WangFang@Example.test", Role.COUNTY, "640521")
    assert "email" in refused.value.fields


def test_an_account_in_a_region_that_does_not_exist_is_refused(app):
    with pytest.raises(RuleBroken) as refused:
        add("nowhere@example.test", Role.COUNTY, "649999")
    assert "region" in refused.value.fields
    assert db.session.scalar(select(func.count(Account.id))) == 0


def test_entries_of_a_person_bear_the_organisation_or_the_role_and_never_the_name(wang, admin):
    assert wang.as_actor().name == "中宁县知识产权局"
    assert admin.as_actor().name == "admin"


# ---- attempts and lock-out


def fail(account: Account, times: int, at: datetime = NOON) -> list[int | None]:
    counted = []
    for _ in range(times):
        with transaction():
            counted.append(count_attempt(account, at))
    return counted


def test_the_fifth_failure_locks_and_further_ones_are_not_even_looked_at(wang):
    assert fail(wang, FREE_FAILURES + 2) == [1, 2, 3, 4, 5, None, None]
    assert again(wang).locked_until == NOON + timedelta(minutes=1)


def test_guesses_sent_at_the_same_moment_are_all_counted_and_no_more_are_looked_at_than_allowed(app, wang):
    number = wang.id
    db.session.rollback()

    def guess(_: int) -> int | None:
        with app.app_context(), transaction():
            return count_attempt(queries.find_account(number), NOON)

    with ThreadPoolExecutor(8) as crowd:
        counted = list(crowd.map(guess, range(24)))
    assert sorted(one for one in counted if one is not None) == [1, 2, 3, 4, 5]


def test_after_the_wait_one_more_failure_locks_for_twice_as_long(wang):
    fail(wang, FREE_FAILURES)
    later = NOON + timedelta(minutes=1)
    assert fail(wang, 2, later) == [6, None]
    assert again(wang).locked_until == later + timedelta(minutes=2)


def test_a_right_password_gives_the_attempt_back_but_forgets_no_earlier_failure(wang):
    fail(wang, 3)
    with transaction():
        count_attempt(wang, NOON)
        take_back_attempt(wang)
    assert again(wang).failed_attempts == 3


def test_signing_in_wholly_forgets_the_failures(wang):
    fail(wang, 3)
    with transaction():
        begin_session(wang, HERE, NOON)
    assert again(wang).failed_attempts == 0


def test_counting_attempts_does_not_make_an_administrators_page_stale(wang):
    before = wang.version
    fail(wang, FREE_FAILURES)
    assert again(wang).version == before


def test_a_demonstration_account_is_no_account_outside_the_demonstration(app):
    with transaction():
        load_demo_accounts(NOON)
    account = queries.find_account_by_email("county@demo")
    assert may_sign_in(account, demo=True) and not may_sign_in(account, demo=False)


# ---- second factor


@pytest.fixture
def secret(wang) -> str:
    key = pyotp.random_base32()
    with transaction():
        set_second_factor(wang, key, pyotp.TOTP(key).at(NOON), NOON)
    return key


def code(secret: str, at: datetime) -> str:
    return pyotp.TOTP(secret).at(at)


def try_code(account: Account, typed: str, at: datetime) -> bool:
    with transaction():
        return pass_second_factor(account, typed, at)


def test_a_wrong_code_does_not_switch_the_second_factor_on(wang):
    key = pyotp.random_base32()
    wrong = code(key, NOON + timedelta(hours=1))
    with pytest.raises(RuleBroken), transaction():
        set_second_factor(wang, key, wrong, NOON)
    assert not again(wang).has_second_factor


def test_the_secret_is_stored_sealed_for_its_own_account(app, wang, secret):
    bao = add("bao@example.test", Role.PRODUCER, "640521")
    with transaction():
        again(bao).totp_sealed, again(bao).totp_confirmed_at = again(wang).totp_sealed, NOON
    assert read_second_factor(again(wang)) == secret and secret not in again(wang).totp_sealed
    assert read_second_factor(again(bao)) is None
    assert not try_code(again(bao), code(secret, NOON), NOON)


def test_after_a_change_of_key_the_old_one_opens_until_all_is_sealed_anew(app, wang, secret):
    settings = app.config["SETTINGS"]
    changed = dataclasses.replace(settings, secret_key="a-new-key-0123456789")
    app.config["SETTINGS"] = changed
    assert read_second_factor(again(wang)) is None and seal_again() == (0, 1)
    app.config["SETTINGS"] = dataclasses.replace(changed, secret_key_before=settings.secret_key)
    with transaction():
        assert seal_again() == (1, 0)
    assert seal_again() == (0, 0)
    app.config["SETTINGS"] = changed
    assert read_second_factor(again(wang)) == secret


def test_the_code_of_the_moment_passes_once(wang, secret):
    later = NOON + timedelta(minutes=5)
    assert try_code(wang, code(secret, later), later)
    assert not try_code(wang, code(secret, later), later)


def test_the_code_that_switched_it_on_does_not_also_sign_in(wang, secret):
    assert not try_code(wang, code(secret, NOON), NOON)


def test_a_clock_half_a_minute_off_is_forgiven_and_two_minutes_are_not(wang, secret):
    later = NOON + timedelta(minutes=10)
    assert not try_code(wang, code(secret, later - timedelta(minutes=2)), later)
    assert try_code(wang, code(secret, later - timedelta(seconds=30)), later)


def test_an_older_code_does_not_pass_after_a_newer_one(wang, secret):
    later = NOON + timedelta(minutes=5)
    assert try_code(wang, code(secret, later), later)
    assert not try_code(wang, code(secret, later - timedelta(seconds=30)), later)


def test_a_recovery_code_works_once_with_or_without_hyphens(wang, secret):
    with transaction():
        codes = renew_recovery_codes(wang, NOON)
    assert len(codes) == 10 == queries.recovery_codes_left(wang)
    assert try_code(wang, codes[0].replace("-", " ").upper(), NOON)
    assert not try_code(wang, codes[0], NOON)
    assert queries.recovery_codes_left(wang) == 9


def test_new_recovery_codes_end_the_old_ones(wang, secret):
    with transaction():
        old = renew_recovery_codes(wang, NOON)
    with transaction():
        renew_recovery_codes(wang, NOON)
    assert not try_code(wang, old[1], NOON)


def test_recovery_codes_of_one_person_open_nothing_for_another(wang, secret, admin):
    with transaction():
        codes = renew_recovery_codes(wang, NOON)
    assert not try_code(admin, codes[0], NOON)


def test_recovery_codes_are_stored_as_digests_only(wang, secret):
    with transaction():
        codes = renew_recovery_codes(wang, NOON)
    stored = set(db.session.scalars(select(RecoveryCode.hash)))
    assert digest(codes[0].replace("-", "")) in stored and codes[0] not in stored


def test_whoever_needs_a_second_factor_cannot_take_it_off(wang, secret):
    with pytest.raises(NotAllowed), transaction():
        remove_second_factor(wang, True, NOON)
    assert again(wang).has_second_factor
    with transaction():
        remove_second_factor(wang, False, NOON)
    assert not again(wang).has_second_factor and queries.recovery_codes_left(wang) == 0


# ---- sessions


def sign_in(account: Account, at: datetime = NOON) -> str:
    with transaction():
        return begin_session(account, HERE, at)


def test_the_database_holds_the_digest_of_a_session_and_not_its_token(wang):
    token = sign_in(wang)
    assert db.session.scalar(select(SignInSession.hash)) == digest(token)
    assert queries.find_session(token, NOON).account_id == wang.id


def test_a_session_can_be_ended_alone_and_only_by_its_owner(wang, admin):
    first, second = sign_in(wang), sign_in(wang)
    number = queries.find_session(first, NOON).id
    with transaction():
        assert not end_session(admin, number, NOON)
    with transaction():
        assert end_session(wang, number, NOON)
        assert not end_session(wang, number, NOON)
    assert queries.find_session(first, NOON) is None and queries.find_session(second, NOON)


def test_ending_the_others_keeps_this_one(wang):
    tokens = [sign_in(wang) for _ in range(3)]
    this = queries.find_session(tokens[1], NOON).id
    with transaction():
        assert end_sessions(wang, NOON, besides=this) == 2
    assert [queries.find_session(t, NOON) is not None for t in tokens] == [False, True, False]


def test_a_session_left_alone_for_a_day_is_over(wang):
    token = sign_in(wang)
    assert queries.find_session(token, NOON + timedelta(days=1)) is None
    assert queries.sessions_of(wang, NOON + timedelta(days=1)) == []


def test_a_new_password_ends_every_session_and_is_told_by_letter(wang):
    token = sign_in(wang)
    with transaction():
        change_password(wang, "another long sentence", NOON)
    assert queries.find_session(token, NOON) is None
    assert verify_password(again(wang).password_hash, "another long sentence")
    assert verbs_of(wang)[-1] == "password_changed" and len(letters_to(wang.email)) == 1


def test_a_bad_new_password_changes_nothing(wang):
    token = sign_in(wang)
    with pytest.raises(RuleBroken), transaction():
        change_password(wang, "short", NOON)
    assert queries.find_session(token, NOON) and verify_password(again(wang).password_hash, PASSWORD)


# ---- reset by mail


def reset_key(account: Account, at: datetime = NOON) -> str:
    collected: list[str] = []
    with transaction():
        ask_reset(account, keys(collected), at)
    return collected[0]


def use_reset(key: str, at: datetime) -> None:
    link = queries.find_reset(key, at)
    with transaction():
        reset_password(link, "another long sentence", at)


def test_a_reset_ends_sessions_tokens_and_the_lock(wang):
    session = sign_in(wang)
    with transaction():
        token = create_token(wang, "ledger", [Scope.READ], TODAY, TODAY, NOON)
    fail(wang, FREE_FAILURES)
    use_reset(reset_key(wang), NOON)
    assert queries.find_session(session, NOON) is None and queries.find_token(token, TODAY) is None
    assert again(wang).locked_until is None
    assert verify_password(again(wang).password_hash, "another long sentence")


def test_a_reset_link_works_once(wang):
    key = reset_key(wang)
    link = queries.find_reset(key, NOON)
    use_reset(key, NOON)
    assert queries.find_reset(key, NOON) is None
    with pytest.raises(RuleBroken), transaction():
        reset_password(link, "a third long sentence", NOON)


def test_a_reset_link_is_over_after_an_hour_and_when_another_is_asked_for(wang):
    first = reset_key(wang)
    assert queries.find_reset(first, NOON + RESET_VALID - timedelta(seconds=1))
    assert queries.find_reset(first, NOON + RESET_VALID) is None
    second = reset_key(wang)
    assert queries.find_reset(first, NOON) is None and queries.find_reset(second, NOON)


def test_a_refused_password_does_not_use_up_the_link(wang):
    key = reset_key(wang)
    link = queries.find_reset(key, NOON)
    with pytest.raises(RuleBroken), transaction():
        reset_password(link, "short", NOON)
    assert queries.find_reset(key, NOON)


# ---- access tokens


def test_a_token_is_found_by_its_text_until_its_last_day_has_passed(wang):
    last = TODAY + timedelta(days=30)
    with transaction():
        token = create_token(wang, "ledger", [Scope.READ], last, TODAY, NOON)
    row = queries.find_token(token, last)
    assert row.scopes == ["read"] and token.startswith(row.prefix) and row.hash != token
    assert queries.find_token(token, last + timedelta(days=1)) is None


def test_a_token_is_ended_by_its_owner_only(wang, admin):
    with transaction():
        token = create_token(wang, "ledger", [Scope.READ], TODAY, TODAY, NOON)
    number = queries.find_token(token, TODAY).id
    with transaction():
        assert not end_token(admin, number, NOON)
    assert queries.find_token(token, TODAY)
    with transaction():
        assert end_token(wang, number, NOON)
        assert not end_token(wang, number, NOON)
    assert queries.find_token(token, TODAY) is None
    assert verbs_of(wang)[-2:] == ["token_created", "token_ended"]


@pytest.mark.parametrize(
    ("scopes", "days", "wrong"),
    [
        ([], 1, "scopes"),
        ([Scope.RETURNS], 1, "scopes"),
        ([Scope.READ], -1, "expires_on"),
        ([Scope.READ], 366, "expires_on"),
    ],
)
def test_a_token_without_scope_beyond_the_role_or_too_long_is_refused(wang, scopes, days, wrong):
    with pytest.raises(RuleBroken) as refused, transaction():
        create_token(wang, "ledger", scopes, TODAY + timedelta(days=days), TODAY, NOON)
    assert list(refused.value.fields) == [wrong]
    assert queries.tokens_of(wang) == []


# ---- administration by region


@pytest.fixture
def everybody(app) -> dict[str, Account]:
    regions = ("640521", "640522", "640500", "640000", "150821", "000000")
    people = {f"admin-{code}": add(f"admin-{code}@example.test", Role.ADMIN, code) for code in regions}
    people |= {f"maker-{code}": add(f"maker-{code}@example.test", Role.PRODUCER, code) for code in regions}
    people["maker-none"] = add("maker-none@example.test", Role.PRODUCER, None)
    return people


def test_an_administrator_lists_exactly_the_accounts_the_rule_gives_them(everybody):
    for admin in (a for a in everybody.values() if a.role is Role.ADMIN):
        listed = set(db.session.scalars(queries.accounts_for(admin, queries.PeopleFilter(), NOON)))
        assert listed == {a for a in everybody.values() if may_administer(admin.region, a.region)}
        for account in everybody.values():
            if account in listed:
                assert queries.get_account_for(admin, account.id) is account
            else:
                with pytest.raises(NotFound):
                    queries.get_account_for(admin, account.id)


def test_whoever_is_no_administrator_lists_nobody(everybody):
    maker = everybody["maker-640000"]
    assert db.session.scalars(queries.accounts_for(maker, queries.PeopleFilter(), NOON)).all() == []


def test_a_filter_for_a_region_outside_finds_nobody(everybody):
    asked = queries.PeopleFilter(region="150000")
    assert db.session.scalars(queries.accounts_for(everybody["admin-640000"], asked, NOON)).all() == []


def test_an_administrator_changes_nothing_in_another_county_even_with_the_object_in_hand(everybody):
    admin, stranger = everybody["admin-640521"], everybody["maker-640522"]
    person = Person("别人", Role.PRODUCER, "640521", None)
    for act in (
        lambda: amend_account(admin, stranger, person, stranger.version, NOON),
        lambda: end_account(admin, stranger, stranger.version, TODAY, NOON),
        lambda: reactivate_account(admin, stranger, stranger.version),
        lambda: unlock_account(admin, stranger),
        lambda: reset_second_factor(admin, stranger, stranger.version, NOON),
    ):
        with pytest.raises(NotAllowed), transaction():
            act()
    assert again(stranger).name == "maker-640522" and again(stranger).is_active
    assert verbs_of(stranger) == ["created"]


def test_an_administrator_cannot_move_somebody_into_another_county(everybody):
    admin, maker = everybody["admin-640521"], everybody["maker-640521"]
    with pytest.raises(RuleBroken) as refused, transaction():
        amend_account(admin, maker, Person("x", Role.PRODUCER, "640522", None), maker.version, NOON)
    assert list(refused.value.fields) == ["region"]


def test_nobody_changes_their_own_role_or_ends_their_own_account(everybody):
    admin = everybody["admin-640000"]
    with pytest.raises(NotAllowed), transaction():
        amend_account(admin, admin, Person("x", Role.ADMIN, "640521", None), admin.version, NOON)
    with pytest.raises(NotAllowed), transaction():
        end_account(admin, admin, admin.version, TODAY, NOON)


def test_a_change_is_an_entry_that_is_not_public_and_a_notice(admin, wang):
    with transaction():
        amend_account(admin, wang, Person("王芳", Role.INSPECTOR, "640521", "市场监管局"), wang.version, NOON)
    entry = queries.entries_about(wang)[0]
    assert (entry.verb, entry.public, entry.actor_account) == ("amended", False, admin.id)
    assert "王芳" not in entry.changes and "inspector" in entry.changes
    assert queries.unread_notices(wang) == 1


def test_a_change_that_changes_nothing_leaves_no_entry(admin, wang):
    same = Person(wang.name, wang.role, wang.region, wang.organisation)
    with transaction():
        amend_account(admin, wang, same, wang.version, NOON)
    assert verbs_of(wang) == ["created"]


def test_a_stale_page_changes_nothing(admin, wang):
    seen = wang.version
    with transaction():
        amend_account(admin, wang, Person("一", Role.COUNTY, "640521", None), seen, NOON)
    with pytest.raises(Outdated), transaction():
        amend_account(admin, wang, Person("二", Role.COUNTY, "640521", None), seen, NOON)
    with pytest.raises(Outdated), transaction():
        end_account(admin, wang, seen, TODAY, NOON)
    assert again(wang).name == "一" and again(wang).is_active


def test_ending_an_account_ends_its_sessions_and_tokens_and_sent_twice_it_is_one_entry(admin, wang):
    session = sign_in(wang)
    with transaction():
        token = create_token(wang, "ledger", [Scope.READ], TODAY, TODAY, NOON)
    seen = wang.version
    for _ in range(2):
        with transaction():
            end_account(admin, wang, seen, TODAY, NOON)
    assert queries.find_session(session, NOON) is None and queries.find_token(token, TODAY) is None
    assert again(wang).ended_on == TODAY and not may_sign_in(wang, demo=True)
    assert verbs_of(wang).count("ended") == 1
    with transaction():
        reactivate_account(admin, wang, wang.version)
    assert again(wang).is_active and queries.find_session(session, NOON) is None


def test_an_administrator_unlocks_and_the_entry_says_so_once(admin, wang):
    fail(wang, FREE_FAILURES)
    for _ in range(2):
        with transaction():
            unlock_account(admin, wang)
    assert again(wang).locked_until is None and verbs_of(wang) == ["created", "unlocked"]


def test_resetting_the_second_factor_ends_the_sessions(admin, wang, secret):
    token = sign_in(wang)
    with transaction():
        reset_second_factor(admin, wang, wang.version, NOON)
    assert not again(wang).has_second_factor and queries.find_session(token, NOON) is None
    assert queries.recovery_codes_left(wang) == 0


# ---- invitations


LI_SI = Person("李四", Role.COUNTY, "640521", "中宁县知识产权局")


def invited(
    admin: Account, email: str = "lisi@example.test", person: Person = LI_SI
) -> tuple[Invitation, str]:
    collected: list[str] = []
    with transaction():
        invitation = invite(admin, email, person, "zh", keys(collected), NOON)
    return invitation, collected[0] if collected else ""


def test_an_invitation_opens_the_account_it_describes_once(admin):
    _, key = invited(admin)
    invitation = queries.find_invitation(key, NOON)
    with transaction():
        account = accept_invitation(invitation, PASSWORD, NOON)
    assert (account.email, account.role, account.region) == ("lisi@example.test", Role.COUNTY, "640521")
    assert queries.find_invitation(key, NOON) is None
    with pytest.raises(RuleBroken), transaction():
        accept_invitation(invitation, PASSWORD, NOON)
    assert verbs_of(account) == ["joined"]


def test_an_invitation_sent_twice_is_one_letter_and_a_changed_one_replaces_it(admin):
    first, key = invited(admin)
    assert invited(admin)[0] is first
    assert len(letters_to("lisi@example.test")) == 1
    invited(admin, person=dataclasses.replace(LI_SI, role=Role.INSPECTOR))
    assert queries.find_invitation(key, NOON) is None
    assert len(letters_to("lisi@example.test")) == 2 and len(queries.invitations_for(admin, NOON)) == 1


def test_an_invitation_ends_with_its_week_its_withdrawal_or_its_inviter(admin, everybody):
    _, key = invited(admin)
    assert queries.find_invitation(key, NOON + INVITATION_VALID) is None
    invitation = queries.find_invitation(key, NOON)
    with transaction():
        end_account(everybody["admin-640000"], admin, admin.version, TODAY, NOON)
    with pytest.raises(RuleBroken), transaction():
        accept_invitation(invitation, PASSWORD, NOON)
    with transaction():
        withdraw_invitation(everybody["admin-640000"], invitation, NOON)
    assert queries.find_invitation(key, NOON) is None


def test_an_invitation_into_another_county_is_refused(everybody):
    with pytest.raises(RuleBroken) as refused:
        invited(everybody["admin-640521"], person=dataclasses.replace(LI_SI, region="640522"))
    assert list(refused.value.fields) == ["region"]


def test_inviting_does_not_tell_whether_an_address_has_an_account_elsewhere(everybody):
    admin, elsewhere = everybody["admin-640521"], everybody["maker-150821"]
    person = Person("某人", Role.PRODUCER, "640521", None)
    known, unknown = invited(admin, elsewhere.email, person), invited(admin, "new@example.test", person)
    shown = queries.invitations_for(admin, NOON)
    assert {known[0], unknown[0]} == set(shown)
    assert "key=" not in letters_to(elsewhere.email)[-1].body
    assert "key=" in letters_to("new@example.test")[-1].body
    assert again(elsewhere).region == "150821"


def test_an_administrator_does_not_see_or_withdraw_invitations_of_another_county(everybody):
    invitation, _ = invited(everybody["admin-640521"])
    other = everybody["admin-640522"]
    assert queries.invitations_for(other, NOON) == []
    with pytest.raises(NotFound):
        queries.get_invitation_for(other, invitation.id)


# ---- letters and notices


@pytest.fixture
def letter_box(app, tmp_path: Path) -> Path:
    settings = app.config["SETTINGS"]
    box = tmp_path / "letters"
    app.config["SETTINGS"] = dataclasses.replace(settings, mail_url=f"file://{box}")
    return box


def test_a_letter_leaves_after_the_commit_and_its_text_is_then_forgotten(letter_box):
    with transaction():
        send("lisi@example.test", Text("题目", "Subject"), Text("内容", "Body"), "zh")
        assert not letter_box.exists()
    (written,) = letter_box.glob("*.eml")
    assert b"lisi@example.test" in written.read_bytes()
    (row,) = letters_to("lisi@example.test")
    assert row.sent_at and row.body == "" and deliver_waiting() == 0


def test_a_change_that_fails_sends_no_letter(letter_box):
    with pytest.raises(RuleBroken), transaction():
        send("lisi@example.test", Text("题目", "Subject"), Text("内容", "Body"), "zh")
        raise RuleBroken(Text("不行", "no"))
    assert not letter_box.exists() and letters_to("lisi@example.test") == []


def test_a_letter_that_cannot_be_delivered_waits_with_its_error_and_goes_later(letter_box):
    letter_box.write_text("in the way of the folder")
    with transaction():
        send("lisi@example.test", Text("题目", "Subject"), Text("内容", "Body"), "en")
    (row,) = letters_to("lisi@example.test")
    assert row.sent_at is None and row.attempts == 1 and "Error" in row.last_error and row.body == "Body"
    letter_box.unlink()
    assert deliver_waiting() == 0, "its time has not come"
    with transaction():
        row.next_attempt_at = present() - timedelta(seconds=1)
    assert deliver_waiting() == 1
    assert letters_to("lisi@example.test")[0].last_error is None


def test_a_letter_is_given_up_after_the_last_attempt(letter_box):
    letter_box.write_text("in the way of the folder")
    with transaction():
        send("lisi@example.test", Text("题目", "Subject"), Text("内容", "Body"), "en")
    (row,) = letters_to("lisi@example.test")
    with transaction():
        row.attempts, row.next_attempt_at = MAIL_ATTEMPTS, present() - timedelta(days=1)
    letter_box.unlink()
    assert deliver_waiting() == 0 and not letter_box.exists()


def test_a_notice_is_marked_read_by_the_one_it_is_for_only(wang, admin):
    with transaction():
        notify(wang.id, Text("一", "one"), "/a", NOON)
        notify(wang.id, Text("二", "two"), None, NOON)
    number = db.session.scalar(select(func.min(Notice.id)))
    with transaction():
        mark_read(admin, NOON, number)
    assert queries.unread_notices(wang) == 2
    with transaction():
        mark_read(wang, NOON, number)
    assert queries.unread_notices(wang) == 1
    with transaction():
        mark_read(wang, NOON)
    assert queries.unread_notices(wang) == 0


# ---- demonstration


def test_loading_the_demonstration_twice_is_loading_it_once(app):
    with transaction():
        assert load_demo_accounts(NOON) == len(DEMO_ACCOUNTS)
    entries = db.session.scalar(select(func.count(Entry.n)))
    with transaction():
        assert load_demo_accounts(NOON) == 0
    assert db.session.scalar(select(func.count(Entry.n))) == entries


def test_removing_the_demonstration_closes_its_accounts_and_loading_opens_them_again(app, wang):
    with transaction():
        load_demo_accounts(NOON)
    with transaction():
        assert remove_demo_accounts(TODAY, NOON) == len(DEMO_ACCOUNTS)
    assert queries.demo_accounts() == [] and again(wang).is_active
    with transaction():
        load_demo_accounts(NOON)
    assert len(queries.demo_accounts()) == len(DEMO_ACCOUNTS)
