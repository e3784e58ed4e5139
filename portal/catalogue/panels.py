"""What rooms above the catalogue add to a GI's page: their sections, and the names of their brands.

A panel is a template that is included with `it` (whatever `load` answered) and `gi` (the facts) in view.
It begins with its own <h2>. A panel whose `load` answers None is left out. `order` says where it stands:
below 100 straight after the answer, below 500 after the producing area, the rest before the history.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from portal.catalogue.models import Indication
from portal.lib.text import Text

TOP, MIDDLE = 100, 500


@dataclass(frozen=True)
class Panel:
    key: str
    order: int
    load: Callable[[Indication], object | None]
    template: str
    title: Text | None


@dataclass(frozen=True)
class Shown:
    key: str
    order: int
    template: str
    title: Text | None
    it: object


@dataclass(frozen=True)
class BrandName:
    zh: str
    en: str
    url: str | None = None


_panels: dict[str, Panel] = {}
_brand_names: list[Callable[[Iterable[str]], Mapping[str, BrandName]]] = []


def add_panel(
    key: str,
    order: int,
    load: Callable[[Indication], object | None],
    template: str,
    title: Text | None = None,
) -> None:
    """Called once by the room above; `title` puts the panel into the list of contents."""
    _panels[key] = Panel(key, order, load, template, title)


def panels_of(indication: Indication) -> list[Shown]:
    shown = []
    for panel in sorted(_panels.values(), key=lambda one: one.order):
        it = panel.load(indication)
        if it is not None:
            shown.append(Shown(panel.key, panel.order, panel.template, panel.title, it))
    return shown


def name_brands(names: Callable[[Iterable[str]], Mapping[str, BrandName]]) -> None:
    """Called once by the room that keeps brands."""
    _brand_names[:] = [names]


def brand_names(slugs: Iterable[str]) -> dict[str, BrandName]:
    """The names of brands by slug; a brand that no room knows is called by its slug."""
    wanted = list(slugs)
    known = dict(_brand_names[0](wanted)) if _brand_names and wanted else {}
    return {slug: known.get(slug) or BrandName(slug, slug) for slug in wanted}
