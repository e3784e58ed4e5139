"""From last year to this: what moved the numbers. Pure over two lists of members."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.lib.text import Text
from portal.ratios.members import Member


@dataclass(frozen=True)
class Step:
    """`total` is where a row stands, any other row says by how much it moves."""

    key: str
    value: int
    total: bool = False

    @property
    def text(self) -> Text:
        return STEP_NAMES[self.key]


STEP_NAMES = {
    "before": Text("上一年", "The year before"),
    "licence_new": Text("名录内新获授权", "Newly licensed, on the roster before"),
    "joined_licensed": Text("新列入名录并有授权", "New on the roster, licensed"),
    "licence_ended": Text("授权终止或暂停", "Licence ended or suspended"),
    "left_licensed": Text("有授权而离开名录", "Licensed, left the roster"),
    "joined": Text("新列入名录", "New on the roster"),
    "left": Text("离开名录", "Left the roster"),
    "value_new_users": Text("新用标户的产值", "Output of new users"),
    "value_ended_users": Text("不再用标者的产值", "Output of those no longer users"),
    "value_same_users": Text("原用标户产值增减", "Change of the same users"),
    "value_others": Text("未用标者产值增减", "Change of producers without the mark"),
    "after": Text("本年", "This year"),
}


def users_change(before: Iterable[Member], after: Iterable[Member]) -> list[Step]:
    old, new = _by_id(before), _by_id(after)
    was, now = _users(old), _users(new)
    return [
        Step("before", len(was), total=True),
        Step("licence_new", len((now - was) & old.keys())),
        Step("joined_licensed", len(now - was - old.keys())),
        Step("licence_ended", -len((was - now) & new.keys())),
        Step("left_licensed", -len(was - now - new.keys())),
        Step("after", len(now), total=True),
    ]


def producers_change(before: Iterable[Member], after: Iterable[Member]) -> list[Step]:
    old, new = _by_id(before), _by_id(after)
    return [
        Step("before", len(old), total=True),
        Step("joined", len(new.keys() - old.keys())),
        Step("left", -len(old.keys() - new.keys())),
        Step("after", len(new), total=True),
    ]


def value_change(before: Iterable[Member], after: Iterable[Member]) -> list[Step]:
    """The known output of users, in 分."""
    old, new = _by_id(before), _by_id(after)
    was, now = _users(old), _users(new)
    return [
        Step("before", _sum(old, was), total=True),
        Step("value_new_users", _sum(new, now - was)),
        Step("value_ended_users", -_sum(old, was - now)),
        Step("value_same_users", _sum(new, now & was) - _sum(old, now & was)),
        Step("after", _sum(new, now), total=True),
    ]


def whole_change(before: Iterable[Member], after: Iterable[Member]) -> list[Step]:
    """The sum of all accepted returns, in 分."""
    old, new = _by_id(before), _by_id(after)
    was, now = _users(old), _users(new)
    others = _sum(new, new.keys() - now) - _sum(old, old.keys() - was)
    users = value_change(old.values(), new.values())[1:-1]
    return [
        Step("before", _sum(old, old.keys()), total=True),
        *users,
        Step("value_others", others),
        Step("after", _sum(new, new.keys()), total=True),
    ]


def values_are_known(members: Iterable[Member]) -> bool:
    """Whether any return of the year was accepted: what is not known is not a fall to nothing."""
    return any(member.value_fen is not None for member in members)


def _by_id(members: Iterable[Member]) -> dict[int, Member]:
    """Those on the roster of the zone: the others stand in neither number."""
    return {m.producer_id: m for m in members if m.on_roster and m.why != "outside_zone"}


def _users(members: dict[int, Member]) -> set[int]:
    return {number for number, member in members.items() if member.is_user}


def _sum(members: dict[int, Member], numbers: Iterable[int]) -> int:
    return sum(members[number].value_fen or 0 for number in numbers)


def as_plain(steps: Iterable[Step]) -> list[list[object]]:
    """As it is kept with a publication: key and value; the first and last are totals."""
    return [[step.key, step.value] for step in steps]


def from_plain(kept: Iterable[list]) -> list[Step]:
    return [Step(key, value, total=key in ("before", "after")) for key, value in kept]
