"""What rooms above know of something: it stands beside it on its page, with a way there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from portal.accounts.models import Account
from portal.lib.text import Text


@dataclass(frozen=True)
class Beside:
    name: Text
    url: str
    standing: Text
    tone: str
    day: date


Load = Callable[[Account, str], list[Beside]]
_loads: dict[str, Load] = {}


def add_beside(key: str, load: Load) -> None:
    """Called once by a room; `load(viewer, subject)` answers what this viewer may see of it."""
    _loads[key] = load


def stands_beside(viewer: Account, subject: str) -> list[Beside]:
    return [one for key in sorted(_loads) for one in _loads[key](viewer, subject)]
