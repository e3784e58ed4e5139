"""The quick way to the RFC 8785 form gives the bytes of the careful one."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from portal.register.rules import canonical

words = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none()
    | st.booleans()
    | words
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_every_value_has_the_bytes_of_the_reference_implementation(value):
    assert canonical(value) == rfc8785.dumps(value)


def test_control_signs_and_letters_beyond_the_basic_plane_are_written_as_the_rfc_says():
    value = {"\U00010400": '\x1f\x7f"\\/\u2028', "\ufb33": [1, -0, True, None], "é": {}}
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [2**53, {"a": [-(2**53)]}, {1: 2}])
def test_what_the_rfc_cannot_write_is_still_refused(value):
    with pytest.raises(Exception):  # noqa: B017 - each refusal of the library has a class of its own
        canonical(value)
