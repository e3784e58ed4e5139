"""What rooms above add to a brand's page: each section has a key, a place in the order, and its template."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Load = Callable[[str], Mapping[str, object] | None]


@dataclass(frozen=True)
class Panel:
    key: str
    order: int
    load: Load
    template: str


_panels: dict[str, Panel] = {}


def add_panel(key: str, order: int, load: Load, template: str) -> None:
    """`load` takes the slug of a brand and answers what the template shows, or None for no section."""
    _panels[key] = Panel(key, order, load, template)


def panels_of(slug: str) -> list[tuple[str, Mapping[str, object]]]:
    """The template and the content of every section that has something to say."""
    loaded = [(p.template, p.load(slug)) for p in sorted(_panels.values(), key=lambda p: p.order)]
    return [(template, shown) for template, shown in loaded if shown is not None]
