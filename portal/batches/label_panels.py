"""What batches put on the page of a label: a recall before all else, and the story of the goods."""

from flask import g

from portal.batches import present
from portal.batches.models import Batch
from portal.batches.queries import batch_of_label
from portal.labels.lookup import Label
from portal.labels.panels import add_label_panel


def batch_on(label: Label) -> Batch | None:
    """The batch that a label was put on; several panels of one page ask, and it is read once."""
    if g.get("batch_on_label", (None, None))[0] != label.code:
        g.batch_on_label = label.code, batch_of_label(label.number.set_id, label.number.place)
    return g.batch_on_label[1]


def label_panel(label: Label) -> tuple[str, dict[str, object]] | None:
    batch = batch_on(label)
    if batch is None:
        return None
    story = present.story_of(batch)
    return "batches/label_panel.html", {
        "story": story,
        "test_codes": present.test_codes(story),
        "days_text": present.days_text,
    }


def recall_panel(label: Label) -> tuple[str, dict[str, object]] | None:
    """Before anything else: do not eat it."""
    batch = batch_on(label)
    return ("batches/recall_panel.html", {"recall": batch.recall}) if batch and batch.recall else None


add_label_panel("recall", -10, recall_panel)
add_label_panel("batch", 30, label_panel)
