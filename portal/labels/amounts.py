"""What somebody types when asking for labels, read into whole numbers; the rules judge them afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from portal.land.amounts import read_scaled
from portal.lib.quantity import KG, LABELS, read_whole
from portal.lib.text import Text

WEIGHT_UNITS = {"g": (Text("克", "g"), Decimal(1)), "kg": (KG, Decimal(1000))}
_PLAIN = str.maketrans("０１２３４５６７８９", "0123456789", ",， 　")


@dataclass(frozen=True)
class Wanted:
    count: int | None
    grams_each: int | None
    goods: str
    gtin: str


def read_request(form: Mapping[str, str], unread: dict[str, Text]) -> Wanted:
    """What is asked for; a weight that is not understood is noted in `unread`."""
    unit = form.get("unit", "g")
    grams, fault = read_scaled(form.get("weight", ""), *WEIGHT_UNITS.get(unit, WEIGHT_UNITS["g"]))
    if fault:
        unread["grams_each"] = fault
    return Wanted(
        read_whole(form.get("count", ""), LABELS),
        grams,
        form.get("goods", "").strip()[:200],
        form.get("gtin", "").translate(_PLAIN).strip(),
    )
