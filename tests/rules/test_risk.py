"""What looks odd, at and around each edge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.risk.rules import (
    Likeness,
    crowded,
    edits_between,
    labels_exceed,
    likeness_in,
    yields_too_much,
)

READINGS = {"宁": "ning", "凝": "ning", "枸": "gou ju", "苟": "gou"}
SOUNDS = {one: frozenset(said.split()) for one, said in READINGS.items()}
GI = "中宁枸杞"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("中凝枸杞商行", Likeness.SAME_SOUND),
        ("中宁苟杞商行", Likeness.SAME_SOUND),
        ("中宇枸杞公司", Likeness.ONE_CHARACTER),
        ("宁中枸杞公司", Likeness.SAME_CHARACTERS),
        ("中宁枸杞合作社", None),
        ("沙湖枸杞合作社", None),
        ("中宁苹果公司", None),
        ("宁", None),
        ("", None),
    ],
)
def test_a_name_is_close_in_sound_character_or_order(words, found):
    likeness = likeness_in(words, GI, SOUNDS)
    assert (likeness[0] if likeness else None) == found


def test_the_name_of_another_gi_is_no_likeness():
    assert likeness_in("中卫枸杞公司", GI, SOUNDS) is not None
    assert likeness_in("中卫枸杞公司", GI, SOUNDS, ["中卫枸杞"]) is None


@given(st.text(max_size=12), st.text(max_size=12))
def test_edits_are_counted_the_same_from_both_sides(one, other):
    assert edits_between(one, other, 12) == edits_between(other, one, 12)
    assert (edits_between(one, other, 12) == 0) == (one == other)
    assert edits_between(one, other, 12) >= abs(len(one) - len(other))


@given(st.text(min_size=1, max_size=8), st.integers(0, 7), st.text("甲乙丙", min_size=1, max_size=1))
def test_one_changed_character_is_one_edit_at_most(word, place, character):
    place = place % len(word)
    assert edits_between(word, word[:place] + character + word[place + 1 :], 1) <= 1


def test_a_yield_three_times_the_usual_is_not_yet_too_much():
    assert not yields_too_much(900, 1, 300)
    assert yields_too_much(901, 1, 300)
    assert not yields_too_much(None, 1, 300)
    assert not yields_too_much(901, 0, 300)
    assert not yields_too_much(901, 1, None)


@given(st.integers(1, 10**12), st.integers(1, 10**6), st.integers(1, 1000))
def test_more_land_never_makes_a_yield_odder(grams, land, usual):
    if not yields_too_much(grams, land, usual):
        assert not yields_too_much(grams, land + 1, usual)


def test_five_labels_in_a_hundred_may_be_spoilt():
    assert not labels_exceed(105, 10, 1000)
    assert labels_exceed(106, 10, 1000)
    assert not labels_exceed(106, 10, None)


def test_two_at_an_address_are_no_crowd():
    assert not crowded(2) and crowded(3)
