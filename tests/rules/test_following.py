"""Following: how long is tried, which addresses may be sent to, what a chart-free badge of rules says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.following.outside import Target, Unreachable, _is_public, ensure_public, read_target
from portal.following.rules import STEPS, WAITS, Pace, next_letter, next_try, was_delivered
from portal.following.topics import plain_search
from portal.lib.problems import RuleBroken

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_pauses_grow_and_end():
    tries = [next_try(n, NOW) for n in range(1, len(WAITS) + 1)]
    assert tries == sorted(tries) and len(set(tries)) == len(tries)
    assert next_try(len(WAITS) + 1, NOW) is None


@given(st.sampled_from([Pace.DAILY, Pace.WEEKLY]), st.integers(0, 5000))
def test_a_late_job_keeps_the_hour_of_the_letters(pace, late):
    following = next_letter(pace, NOW, NOW + timedelta(hours=late))
    assert following > NOW + timedelta(hours=late)
    assert (following - NOW) % STEPS[pace] == timedelta(0)


@pytest.mark.parametrize(
    ("status", "arrived"), [(200, True), (204, True), (301, False), (410, False), (500, False)]
)
def test_a_redirect_is_no_arrival(status, arrived):
    assert was_delivered(status) is arrived


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "172.16.9.9",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "240.0.0.1",
    ],
)
def test_nothing_inside_is_public(address):
    assert not _is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "114.114.114.114"])
def test_the_outside_is_public(address):
    assert _is_public(address)


@pytest.mark.parametrize(
    "typed",
    [
        "http://example.com/",
        "ftp://example.com/",
        "https://",
        "https://user:secret@example.com/",
        "https://example.com/#x",
        "https://example.com:99999/",
        "https://例子.com/",
        "https://example.com/a b",
        "javascript:alert(1)",
        "https://example.com/" + "a" * 500,
        "https://[::1",
    ],
)
def test_an_address_that_is_none_is_refused_beside_the_field(typed):
    with pytest.raises(RuleBroken) as refused:
        read_target(typed, trying=False)
    assert "url" in refused.value.fields


@given(st.text(max_size=60))
def test_no_typed_text_breaks_the_reading_of_an_address(typed):
    try:
        target = read_target(typed, trying=False)
    except RuleBroken:
        return
    assert target.url.scheme == "https" and target.host


def test_a_name_that_leads_inside_is_not_connected_to():
    target = read_target("https://localhost/hook", trying=False)
    assert isinstance(target, Target)
    with pytest.raises(Unreachable):
        ensure_public(target, trying=False)


def test_a_search_is_kept_without_its_page_and_order():
    assert (
        plain_search("?q=枸杞&kind=gi_product&page=3&sort=name&lang=en")
        == "q=%E6%9E%B8%E6%9D%9E&kind=gi_product"
    )
