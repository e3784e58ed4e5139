"""Who runs which tests: a worker takes whole files, the longest first, and all that shares one server.

The runner's own groups (`xdist_group`) are not heard by the pytest of this project (pytest-xdist issue 1386).
"""

from collections import Counter
from collections.abc import Callable

from pytest import Config, Item
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# One portal with its demonstration, or one process that drills split off from: a worker takes it all.
TOGETHER = ("tests/browser/", "tests/drills/", "tests/serving/")


def pytest_xdist_make_scheduler(config: Config, log: Producer) -> LoadScopeScheduling:
    config.option.loadscopereorder = False
    return WholeFiles(config, log)


def pytest_collection_modifyitems(config: Config, items: list[Item]) -> None:
    if hasattr(config, "workerinput"):
        longest_first(items)


class WholeFiles(LoadScopeScheduling):
    """Deals in the order of the collection, which `longest_first` has set."""

    def _split_scope(self, nodeid: str) -> str:
        return share_of(nodeid)


def share_of(nodeid: str) -> str:
    """What is dealt in one piece with this test."""
    return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid.partition("::")[0])


def longest_first(items: list[Item]) -> None:
    """What is dealt last should be short, so that no worker stands idle while another has much left."""
    items.sort(key=_place_among([item.nodeid for item in items]))


def _place_among(nodeids: list[str]) -> Callable[[Item], tuple[int, int, str]]:
    sizes = Counter(map(share_of, nodeids))

    def place(item: Item) -> tuple[int, int, str]:
        share = share_of(item.nodeid)
        rank = TOGETHER.index(share) if share in TOGETHER else len(TOGETHER)
        return rank, -sizes[share], share

    return place
