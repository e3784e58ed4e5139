"""What leaves through the API of a piece of labels, field by field."""

from portal.labels.models import LabelPart


def part_as_json(part: LabelPart) -> dict[str, object]:
    return {
        "part": part.id,
        "set": part.set_id,
        "gi": part.set.indication.slug,
        "producer": part.set.producer.number,
        "holder": part.holder.number,
        "year": part.set.year,
        "goods": part.set.goods or None,
        "first": part.first,
        "last": part.last,
        "state": part.state,
        "version": part.version,
    }
