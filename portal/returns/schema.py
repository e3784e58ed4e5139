"""What leaves through the API of a return, field by field."""

from portal.returns.models import AnnualReturn
from portal.returns.rules import LIMITS


def return_as_json(one: AnnualReturn) -> dict[str, object]:
    told: dict[str, object] = {
        "id": one.id,
        "gi": one.indication.slug,
        "producer": one.producer.number,
        "year": one.year,
        "edition": one.edition,
        "state": one.state,
        "version": one.version,
    }
    return told | {name: getattr(one, name) for name in LIMITS} | {"note": one.note}
