"""Who reaches how far, what a password must be, how long an account rests."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.agents import describe_agent
from portal.accounts.blueprint_views import own_path
from portal.accounts.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from portal.accounts.rules import (
    NEEDS_SECOND_FACTOR,
    OFFICIALS,
    AccountState,
    Role,
    Scope,
    account_state,
    is_adcode,
    may_administer,
    needs_second_factor,
    role_fits_region,
    scope_covers,
    scopes_open_to,
    token_is_over,
)
from portal.accounts.sign_in_rules import (
    FREE_FAILURES,
    LONGEST_WAIT,
    PASSWORD_SHORTEST,
    SESSION_IDLE,
    SESSION_LONGEST,
    is_email,
    normalise_code,
    normalise_email,
    password_fault,
    session_is_over,
    wait_after,
)

counties = st.integers(110101, 659999).map(str).filter(lambda code: not code.endswith("00"))
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def test_a_province_covers_its_cities_counties_and_townships():
    for inside in ("150000", "150800", "150821", "150821100"):
        assert scope_covers("150000", inside)


def test_a_county_covers_neither_its_city_nor_the_county_beside_it():
    assert not scope_covers("150821", "150800")
    assert not scope_covers("150821", "150822")
    assert scope_covers("150821", "150821100")


@given(counties, counties)
def test_the_administrator_of_a_county_never_touches_another_county(own: str, other: str):
    assert may_administer(own, other) == (own == other)


@given(counties)
def test_the_city_and_the_province_of_a_county_administer_it_and_never_the_reverse(county: str):
    city, province = county[:4] + "00", county[:2] + "0000"
    assert may_administer(city, county) and may_administer(province, county)
    assert may_administer(province, city)
    assert not may_administer(county, province)
    assert not may_administer(county, city)


@given(st.one_of(st.none(), st.text(max_size=10)), counties)
def test_a_missing_or_broken_scope_covers_nothing(scope: str | None, county: str):
    if not is_adcode(scope):
        assert not scope_covers(scope, county)


def test_only_the_administrator_of_the_whole_country_keeps_accounts_without_a_region():
    assert may_administer("000000", None)
    assert not may_administer("640000", None)
    assert not may_administer(None, None)


def test_the_whole_country_covers_every_region():
    assert scope_covers("000000", "640521") and scope_covers("000000", "150000")


def test_an_official_of_a_level_belongs_to_a_region_of_that_level():
    assert role_fits_region(Role.COUNTY, "640521") and not role_fits_region(Role.COUNTY, "640500")
    assert role_fits_region(Role.CITY, "640500") and not role_fits_region(Role.CITY, "640521")
    assert role_fits_region(Role.PROVINCE, "640000") and not role_fits_region(Role.PROVINCE, "000000")
    assert role_fits_region(Role.ADMIN, "640000") and role_fits_region(Role.ADMIN, "640521")


def test_every_official_and_whoever_keeps_or_reads_accounts_needs_a_second_factor_in_service():
    assert NEEDS_SECOND_FACTOR >= OFFICIALS
    assert all(needs_second_factor(role, demo=False) for role in NEEDS_SECOND_FACTOR)
    assert not any(needs_second_factor(role, demo=True) for role in Role)
    assert not needs_second_factor(Role.PRODUCER, demo=False)
    assert not needs_second_factor(None, demo=False)


def test_every_role_has_a_name_in_both_languages():
    assert all(role.text.zh and role.text.en for role in Role)


def test_nobody_can_give_a_program_the_work_of_another_role():
    assert Scope.OFFICE not in scopes_open_to(Role.PRODUCER)
    assert Scope.RETURNS not in scopes_open_to(Role.COUNTY)
    assert scopes_open_to(Role.AUDITOR) == (Scope.READ,)


def test_one_character_short_is_too_short_and_the_shortest_length_is_enough():
    sentence = "枸杞红了我们去采摘吧好吗朋友们"
    assert password_fault(sentence[: PASSWORD_SHORTEST - 1])
    assert password_fault(sentence[:PASSWORD_SHORTEST]) is None


def test_common_passwords_runs_and_repetitions_are_refused():
    for password in (
        "password1234", "PassWord1234", "123456789012", "abcdefghijkl", "aaaaaaaaaaaa", "qwertyuiopas",
    ):  # fmt: skip
        assert password_fault(password), password


def test_a_password_made_of_the_own_address_or_name_is_refused():
    assert password_fault("wangfang2026", email="wangfang@example.test")
    assert password_fault("Wang-Fang-12", name="wang-fang")


@given(st.permutations("枸杞红了我们去采摘吧好吗"))
def test_a_long_password_needs_no_special_kinds_of_characters(letters: list[str]):
    assert password_fault("".join(letters)) is None


def test_the_password_of_the_demonstration_passes_its_own_rule():
    assert all(password_fault(DEMO_PASSWORD, one.email, one.name) is None for one in DEMO_ACCOUNTS)


def test_an_account_rests_from_the_fifth_failure_on_and_longer_each_time():
    assert wait_after(FREE_FAILURES - 1) == timedelta(0)
    assert wait_after(FREE_FAILURES) == timedelta(minutes=1)
    assert wait_after(FREE_FAILURES + 1) == timedelta(minutes=2)


@given(st.integers(0, 10**6))
def test_one_more_failure_never_shortens_the_wait_and_it_never_passes_an_hour(failures: int):
    assert wait_after(failures) <= wait_after(failures + 1) <= LONGEST_WAIT


def test_an_ended_account_is_ended_even_while_it_rests():
    later = NOON + timedelta(minutes=1)
    assert account_state(None, None, NOON) is AccountState.ACTIVE
    assert account_state(None, later, NOON) is AccountState.LOCKED
    assert account_state(None, later, later) is AccountState.ACTIVE
    assert account_state(date(2026, 11, 1), later, NOON) is AccountState.ENDED


def test_a_session_ends_when_idle_too_long_or_too_old():
    assert not session_is_over(NOON, NOON, NOON + SESSION_IDLE - timedelta(seconds=1))
    assert session_is_over(NOON, NOON, NOON + SESSION_IDLE)
    assert session_is_over(NOON, NOON + SESSION_LONGEST, NOON + SESSION_LONGEST)


def test_a_token_works_to_the_end_of_its_last_day():
    assert not token_is_over(date(2026, 11, 20), date(2026, 11, 20))
    assert token_is_over(date(2026, 11, 20), date(2026, 11, 21))


@given(st.emails())
def test_an_address_means_the_same_however_it_is_spelled(email: str):
    once = normalise_email(f"  {email.upper()} ")
    assert normalise_email(once) == once


def test_addresses_that_could_smuggle_a_header_are_no_addresses():
    for typed in ("a@b\nBcc: c@d", "a b@c", "a@b, c@d", "<a@b>", "a@", "@b", "a@b@c", ""):
        assert not is_email(typed), typed
    assert is_email("county@demo") and is_email("wang.fang@example.gov.cn")


def test_a_code_is_read_with_the_spaces_hyphens_and_wide_digits_people_type():
    assert normalise_code(" 123 456 ") == "123456"
    assert normalise_code("１２３－４５６") == "123456"
    assert normalise_code("ABCD-efgh") == "abcdefgh"


def test_after_signing_in_only_a_page_of_ours_is_gone_to():
    assert own_path("/office/people/?page=2") == "/office/people/?page=2"
    for elsewhere in (
        "https://evil.test/", "//evil.test", "/\\evil.test", "\\\\evil", "javascript:alert(1)", "/a\nb", "",
        None,
    ):  # fmt: skip
        assert own_path(elsewhere) is None, elsewhere


def test_a_browser_is_named_by_itself_and_not_by_those_it_descends_from():
    edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0"
    assert describe_agent(edge).en == "Edge on Windows"
    assert describe_agent("curl/8.0") is None
