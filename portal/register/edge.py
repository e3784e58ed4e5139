"""The nodes of the tree as they are stored, and its edge: what has to be known to append leaves.

Leaves stand with their entries. Of the subtrees only those of sixteen leaves and more are stored; a smaller
one is worked out from its leaves, which are read with one question.
"""

from collections.abc import Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from portal.register.merkle import levels_over, root_of, root_of_complete
from portal.register.models import Entry, TreeNode

LOWEST = 4
"""The height from which subtrees are stored."""

BLOCK = 1 << LOWEST


def stored_node(session: Session, height: int, place: int) -> bytes:
    """The hash of a complete subtree."""
    if height < LOWEST:
        return root_of_complete(_leaves(session, place << height, (place + 1) << height))
    query = select(TreeNode.hash).where(TreeNode.height == height, TreeNode.place == place)
    return bytes.fromhex(session.scalars(query).one())


def _leaves(session: Session, first: int, end: int) -> list[bytes]:
    if first == end:
        return []
    query = select(Entry.leaf_hash).where(Entry.leaf_index >= first, Entry.leaf_index < end)
    return [bytes.fromhex(text) for text in session.scalars(query.order_by(Entry.leaf_index))]


class Edge:
    """The subtrees that nothing larger covers yet, and the leaves after the last full block."""

    def __init__(self, session: Session, size: int):
        self.size = size
        self._leaves = _leaves(session, size - size % BLOCK, size)
        self._peaks = _peaks(session, size)

    def append(self, hashed: Sequence[bytes]) -> list[tuple[int, int, str]]:
        """The subtrees to store that these leaves complete: height, place and hash of each."""
        before, leaves = dict(self._peaks), [*self._leaves, *hashed]
        first = self.size - len(self._leaves)
        self.size += len(hashed)
        self._leaves = leaves[len(leaves) - self.size % BLOCK :]
        completed = []
        for height, place, level in levels_over(first, leaves, before.__getitem__):
            if height >= LOWEST:
                completed += [(height, at, value.hex()) for at, value in enumerate(level, place)]
                self._peaks[height] = level[-1]
        return completed

    def root(self) -> bytes:
        return root_of(self.size, self._node)

    def _node(self, height: int, place: int) -> bytes:
        """Only nodes of the edge are asked for: the last one of each height."""
        if height >= LOWEST:
            return self._peaks[height]
        first = (place << height) % BLOCK
        return root_of_complete(self._leaves[first : first + (1 << height)])


def _peaks(session: Session, size: int) -> dict[int, bytes]:
    places = {height: (size >> height) - 1 for height in range(LOWEST, size.bit_length())}
    wanted = [(height, place) for height, place in places.items() if place % 2 == 0]
    if not wanted:
        return {}
    each = [and_(TreeNode.height == height, TreeNode.place == place) for height, place in wanted]
    found = session.execute(select(TreeNode.height, TreeNode.hash).where(or_(*each))).all()
    if len(found) != len(wanted):
        raise RuntimeError("a node of the tree is missing")
    return {height: bytes.fromhex(text) for height, text in found}
