"""What other rooms show on the page of a label: its batch, how often it was scanned."""

from collections.abc import Callable

from portal.labels.lookup import Label

# Answers a template and what it needs, or None where the room has nothing to say of this label.
Panel = Callable[[Label], tuple[str, dict[str, object]] | None]

_panels: dict[str, tuple[int, Panel]] = {}


def add_label_panel(key: str, order: int, load: Panel) -> None:
    """Called once by a room above: `load(label)` answers (template, context) for /v/<code>. What has an order
    below nothing stands above the answer: a genuine label on goods that are recalled."""
    _panels[key] = (order, load)


def panels_of(label: Label, above: bool = False) -> list[tuple[str, dict[str, object]]]:
    in_order = sorted(_panels.items(), key=lambda one: (one[1][0], one[0]))
    answers = [load(label) for _, (order, load) in in_order if (order < 0) is above]
    return [answer for answer in answers if answer is not None]


# Told of every look at a label's page, for a room that counts them; must not be slow and must not fail.
_listeners: list[Callable[[str, Label | None], None]] = []


def add_scan_listener(listen: Callable[[str, Label | None], None]) -> None:
    _listeners.append(listen)


def tell_of_scan(code: str, label: Label | None) -> None:
    for listen in _listeners:
        listen(code, label)
