"""The Merkle tree of RFC 9162 section 2.1, over leaf hashes kept as complete subtrees.

A complete subtree of height h that starts at leaf i * 2**h is node (h, i). A root, an inclusion proof or a
consistency proof asks for a few nodes per level.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

Node = Callable[[int, int], bytes]
"""Gives the hash of the complete subtree (height, index)."""

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def join(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def nodes_completed_by(leaf_index: int, hashed_leaf: bytes, node: Node) -> Iterator[tuple[int, int, bytes]]:
    """Every complete subtree that this leaf finishes, from the leaf upward."""
    height, index, value = 0, leaf_index, hashed_leaf
    yield height, index, value
    while index % 2 == 1:
        value = join(node(height, index - 1), value)
        height, index = height + 1, index // 2
        yield height, index, value


def levels_over(
    first: int, leaves: Sequence[bytes], left: Callable[[int], bytes]
) -> Iterator[tuple[int, int, Sequence[bytes]]]:
    """The same for many leaves that follow one another: height, place of the first, and the subtrees there.
    `left` gives the last subtree of a height before them, where one is needed."""
    height, place, level = 0, first, leaves
    while level:
        yield height, place, level
        if place % 2:
            level = [left(height), *level]
        level = [join(one, other) for one, other in zip(level[::2], level[1::2], strict=False)]
        height, place = height + 1, place // 2


def root_of_complete(leaves: Sequence[bytes]) -> bytes:
    """Of a subtree without gaps: the number of leaves is a power of two."""
    level = leaves
    while len(level) > 1:
        level = [join(one, other) for one, other in zip(level[::2], level[1::2], strict=True)]
    return level[0]


def root_of(size: int, node: Node) -> bytes:
    return subtree_root(0, size, node) if size else EMPTY_ROOT


def subtree_root(start: int, end: int, node: Node) -> bytes:
    """MTH of leaves start..end-1, where start is a multiple of the largest power of two below the width."""
    width = end - start
    if width & (width - 1) == 0:
        height = width.bit_length() - 1
        return node(height, start >> height)
    middle = start + _largest_power_below(width)
    return join(subtree_root(start, middle, node), subtree_root(middle, end, node))


def inclusion_path(leaf_index: int, size: int, node: Node) -> list[bytes]:
    """RFC 9162 section 2.1.3.1: the hashes that lead from a leaf to the root, lowest first."""
    if not 0 <= leaf_index < size:
        raise ValueError("no such leaf in a tree of this size")
    return _path(leaf_index, 0, size, node)


def _path(leaf_index: int, start: int, end: int, node: Node) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _largest_power_below(end - start)
    if leaf_index < middle:
        return [*_path(leaf_index, start, middle, node), subtree_root(middle, end, node)]
    return [*_path(leaf_index, middle, end, node), subtree_root(start, middle, node)]


def consistency_path(old_size: int, new_size: int, node: Node) -> list[bytes]:
    """RFC 9162 section 2.1.4.1: proof that the smaller tree is a beginning of the larger."""
    if not 0 < old_size <= new_size:
        raise ValueError("the sizes of a consistency proof must be 0 < old <= new")
    return [] if old_size == new_size else _subproof(old_size, 0, new_size, True, node)


def _subproof(old_end: int, start: int, end: int, whole: bool, node: Node) -> list[bytes]:
    if old_end == end:
        return [] if whole else [subtree_root(start, end, node)]
    middle = start + _largest_power_below(end - start)
    if old_end <= middle:
        return [*_subproof(old_end, start, middle, whole, node), subtree_root(middle, end, node)]
    return [*_subproof(old_end, middle, end, False, node), subtree_root(start, middle, node)]


def inclusion_holds(leaf_index: int, size: int, hashed_leaf: bytes, path: list[bytes], root: bytes) -> bool:
    """RFC 9162 section 2.1.3.2."""
    if not 0 <= leaf_index < size:
        return False
    place, last, value = leaf_index, size - 1, hashed_leaf
    for sibling in path:
        if last == 0:
            return False
        if place % 2 == 1 or place == last:
            value = join(sibling, value)
            while place % 2 == 0 and place != 0:
                place, last = place >> 1, last >> 1
        else:
            value = join(value, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and value == root


def consistency_holds(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, path: list[bytes]
) -> bool:
    """RFC 9162 section 2.1.4.2."""
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not path and old_root == new_root
    steps = [old_root, *path] if old_size & (old_size - 1) == 0 else list(path)
    if not steps:
        return False
    place, last = old_size - 1, new_size - 1
    while place % 2 == 1:
        place, last = place >> 1, last >> 1
    old_value = new_value = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if place % 2 == 1 or place == last:
            old_value, new_value = join(sibling, old_value), join(sibling, new_value)
            while place % 2 == 0 and place != 0:
                place, last = place >> 1, last >> 1
        else:
            new_value = join(new_value, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and old_value == old_root and new_value == new_root


def _largest_power_below(width: int) -> int:
    """The largest power of two smaller than width (width is at least 2)."""
    return 1 << ((width - 1).bit_length() - 1)
