"""The quick way to the RFC 8785 form gives the bytes of the careful one."""

from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from portal.register.rules import (
    EntryBody,
    canonical,
    changed,
    digest_of,
    leaf_form,
    public_leaf,
    seal,
    writer_of_new,
    written_as_new,
)

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


@given(st.dictionaries(words, values, max_size=6))
def test_what_is_said_for_the_first_time_is_written_as_any_change(said):
    assert written_as_new(said) == rfc8785.dumps(changed({}, said))


names = st.text(st.characters(codec="ascii"))


@given(st.dictionaries(names, words | values, max_size=5), st.dictionaries(names, values, max_size=3))
def test_what_is_said_of_many_alike_is_written_as_of_each(own, same):
    same = {name: value for name, value in same.items() if name not in own}
    assert writer_of_new(tuple(own), same)(tuple(own.values())) == written_as_new(same | own)


@given(st.dictionaries(words, st.fixed_dictionaries({"from": values, "to": values}), max_size=4))
def test_changes_have_the_bytes_of_the_reference_implementation(changes):
    assert canonical(changes) == rfc8785.dumps(changes)


@pytest.mark.parametrize(
    "value", [{"from": 1, "too": 2}, {"from": {}, "to": {}}, {"to": 1}, {"é": 1, "to": 2}]
)
def test_what_only_looks_like_a_change_is_written_whole(value):
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("values", [{1: 2}, {"a": 2**53}, {"a": {2: 3}}, {b"a": 1}])
def test_what_the_rfc_cannot_write_is_refused_as_a_first_statement_too(values):
    with pytest.raises(Exception):  # noqa: B017 - each refusal of the library has a class of its own
        written_as_new(values)


bodies = st.builds(
    EntryBody,
    n=st.integers(1, 2**40),
    time=words,
    actor=words,
    actor_account=st.none() | st.integers(1, 2**31),
    verb=words,
    subject=words,
    changes=st.dictionaries(words, st.fixed_dictionaries({"from": values, "to": values}), max_size=3),
    public=st.booleans(),
    sealed_digest=st.none() | words,
    previous=words,
)


@given(bodies, words)
def test_an_entry_and_its_leaf_are_digested_in_their_canonical_form(body, digest):
    assert digest_of(body) == sha256(rfc8785.dumps(vars(body))).hexdigest()
    changes = canonical(body.changes)
    leaf = leaf_form(body.n, body.time, body.actor, body.verb, body.subject, changes, digest, body.previous)
    assert leaf == rfc8785.dumps(public_leaf(body, digest))


@given(words, values)
def test_what_is_sealed_is_digested_in_its_canonical_form(salt, details):
    assert seal(salt, details) == sha256(rfc8785.dumps({"salt": salt, "details": details})).hexdigest()
