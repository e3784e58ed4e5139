"""The check characters as the two standards define them, digit by digit, against the quick way."""

from hypothesis import given
from hypothesis import strategies as st

from portal.lib.uscc import (
    ALPHABET,
    ORGANISATION_WEIGHTS,
    WEIGHTS,
    check_character,
    organisation_check_character,
    read_uscc,
)


def codes(length: int) -> st.SearchStrategy[str]:
    return st.text(st.sampled_from(ALPHABET), min_size=length, max_size=length)


@given(codes(17))
def test_the_check_character_is_that_of_gb_32100(body):
    total = sum(ALPHABET.index(one) * weight for one, weight in zip(body, WEIGHTS, strict=True))
    assert check_character(body) == ALPHABET[(31 - total % 31) % 31]


@given(codes(8))
def test_the_check_character_of_the_organisation_is_that_of_gb_11714(body):
    total = sum(int(one, 36) * weight for one, weight in zip(body, ORGANISATION_WEIGHTS, strict=True))
    rest = 11 - total % 11
    assert organisation_check_character(body) == {10: "X", 11: "0"}.get(rest, str(rest))


@given(codes(8), codes(8), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_a_code_with_one_character_miscopied_is_never_taken(start, organisation, place, other):
    body = start + organisation + organisation_check_character(organisation)
    code = body + check_character(body)
    assert read_uscc(code).valid
    assert read_uscc(f" {code[:9].lower()}-{code[9:]} ").code == code
    miscopied = code[:place] + other + code[place + 1 :]
    assert read_uscc(miscopied).valid == (miscopied == code)
