"""What rooms above add to a producer's public page, such as its licences.

`load` takes the producer and answers what the template shows as `it`, or None for no section; the
template begins with its own <h2>.
"""

from collections.abc import Callable
from dataclasses import dataclass

from portal.producers.models import Producer


@dataclass(frozen=True)
class Panel:
    key: str
    order: int
    load: Callable[[Producer], object | None]
    template: str


_panels: dict[str, Panel] = {}


def add_panel(key: str, order: int, load: Callable[[Producer], object | None], template: str) -> None:
    _panels[key] = Panel(key, order, load, template)


def panels_of(producer: Producer) -> list[tuple[str, object]]:
    """The template and the content of every section that has something to say."""
    loaded = [(p.template, p.load(producer)) for p in sorted(_panels.values(), key=lambda p: p.order)]
    return [(template, it) for template, it in loaded if it is not None]
