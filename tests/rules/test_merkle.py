"""The tree against RFC 9162's own definitions and the test vectors of its reference implementation."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.register.merkle import (
    EMPTY_ROOT,
    consistency_holds,
    consistency_path,
    inclusion_holds,
    inclusion_path,
    leaf_hash,
    levels_over,
    nodes_completed_by,
    root_of,
    root_of_complete,
)

# The leaves and roots that the Certificate Transparency reference code tests itself with.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def grown(leaves: list[bytes]):
    """The stored nodes of a tree that got these leaves one after the other."""
    nodes: dict[tuple[int, int], bytes] = {}

    def node(height: int, place: int) -> bytes:
        return nodes[height, place]

    for index, leaf in enumerate(leaves):
        for height, place, value in nodes_completed_by(index, leaf_hash(leaf), node):
            nodes[height, place] = value
    return node


def root_by_definition(leaves: list[bytes]) -> bytes:
    """MTH as RFC 9162 section 2.1.1 writes it, with no stored nodes."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    left, right = root_by_definition(leaves[:middle]), root_by_definition(leaves[middle:])
    return sha256(b"\x01" + left + right).digest()


def test_the_empty_tree_has_the_digest_of_nothing():
    assert root_of(0, grown([])) == EMPTY_ROOT == sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference_vectors(size: int):
    assert root_of(size, grown(LEAVES)).hex() == ROOTS[size - 1]


def test_an_inclusion_path_is_that_of_the_reference_vectors():
    path = [h.hex() for h in inclusion_path(5, 8, grown(LEAVES))]
    assert path == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_a_consistency_path_is_that_of_the_reference_vectors():
    path = [h.hex() for h in consistency_path(6, 8, grown(LEAVES))]
    assert path == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=70), st.data())
def test_every_leaf_is_proven_in_every_tree_and_no_other_leaf_is(leaves: list[bytes], data: st.DataObject):
    node = grown(leaves)
    size = data.draw(st.integers(1, len(leaves)))
    index = data.draw(st.integers(0, size - 1))
    root = root_of(size, node)
    assert root == root_by_definition(leaves[:size])
    path = inclusion_path(index, size, node)
    assert inclusion_holds(index, size, leaf_hash(leaves[index]), path, root)
    assert not inclusion_holds(index, size, leaf_hash(leaves[index] + b"x"), path, root)
    assert not inclusion_holds(index, size, leaf_hash(leaves[index]), [*path, root], root)


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=70), st.data())
def test_a_tree_is_consistent_with_its_own_past_and_not_with_another(
    leaves: list[bytes], data: st.DataObject
):
    node = grown(leaves)
    old = data.draw(st.integers(1, len(leaves)))
    path = consistency_path(old, len(leaves), node)
    old_root, new_root = root_of(old, node), root_of(len(leaves), node)
    assert consistency_holds(old, len(leaves), old_root, new_root, path)
    forged = root_of(old, grown([b"rewritten", *leaves[1:]]))
    assert forged == old_root or not consistency_holds(old, len(leaves), forged, new_root, path)


@given(st.lists(st.integers(0, 40), max_size=6))
def test_many_leaves_at_once_complete_what_one_after_the_other_does(parts):
    one_by_one: dict[tuple[int, int], bytes] = {}
    at_once: dict[tuple[int, int], bytes] = {}
    size = 0
    for part in parts:
        hashed = [leaf_hash(bytes([number])) for number in range(part)]
        for index, one in enumerate(hashed, size):
            for height, place, value in nodes_completed_by(index, one, lambda h, p: one_by_one[h, p]):
                one_by_one[height, place] = value
        last = {height: at_once.get((height, (size >> height) - 1), b"") for height in range(9)}
        for height, place, level in levels_over(size, hashed, last.__getitem__):
            at_once |= {(height, at): value for at, value in enumerate(level, place)}
        size += part
    assert at_once == one_by_one


@pytest.mark.parametrize("height", range(5))
def test_the_root_of_a_complete_subtree_is_that_of_its_definition(height):
    leaves = [bytes([number]) for number in range(1 << height)]
    assert root_of_complete([leaf_hash(leaf) for leaf in leaves]) == root_by_definition(leaves)
