"""Sums, weights and areas as people type them, and back; inside the portal they are whole numbers."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from portal.lib.quantity import KG, LABELS, YUAN, read_number
from portal.lib.text import Text
from portal.returns.rules import Values

# What one of the typed unit is in the stored one; 15 亩 are one hectare.
SCALES = {
    "area_m2": Decimal(10_000) / 15,
    "quantity_g": Decimal(1000),
    "value_fen": Decimal(100),
    "mark_value_fen": Decimal(100),
    "labels": Decimal(1),
}
UNITS = {
    "area_m2": Text("亩", "mu"),
    "quantity_g": KG,
    "value_fen": YUAN,
    "mark_value_fen": Text("元", "yuan"),
    "labels": LABELS,
}
EXACT = ("quantity_g", "value_fen", "mark_value_fen", "labels")

TOO_FINE = Text("小数位数太多：最多精确到{finest}", "Too many decimals: no finer than {finest}")
FINEST = {
    "quantity_g": Text("克，即三位小数", "a gram, three decimals"),
    "value_fen": Text("分，即两位小数", "a fen, two decimals"),
    "mark_value_fen": Text("分，即两位小数", "a fen, two decimals"),
    "labels": Text("一枚", "one label"),
}


def read_amount(name: str, typed: str) -> tuple[int | None, Text | None]:
    """The stored whole number and no fault, or nothing and what is wrong; an empty field is not stated."""
    number, fault = read_number(typed, UNITS[name])
    if number is None:
        return None, fault
    stored = number * SCALES[name]
    whole = stored.quantize(Decimal(1), ROUND_HALF_UP)
    if name in EXACT and stored != whole:
        return None, TOO_FINE.format(finest=FINEST[name])
    return int(whole), None


def typed_amount(name: str, stored: int | None) -> str:
    """As a person would type it: no thousands marks, at most three decimals, no zeros at the end."""
    if stored is None:
        return ""
    number = (Decimal(stored) / SCALES[name]).quantize(
        Decimal("0.001") if name == "quantity_g" else Decimal("0.01")
    )
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown_amount(name: str, stored: int | None) -> str:
    """As it is read: with thousands marks."""
    whole, point, rest = typed_amount(name, stored).partition(".")
    return f"{int(whole):,}{point}{rest}" if whole else ""


def read_values(typed: Mapping[str, str]) -> tuple[Values, dict[str, Text]]:
    """What a form says, and what cannot be read, field by field."""
    read = {name: read_amount(name, typed.get(name, "")) for name in SCALES}
    faults = {name: fault for name, (_, fault) in read.items() if fault}
    months = []
    for month in range(1, 13):
        fen, fault = read_amount("value_fen", typed.get(f"month_{month}", ""))
        if fault:
            faults["months"] = fault
        elif fen is not None:
            months.append((month, fen))
    note = typed.get("note", "").strip()[:1000] or None
    return Values(
        **{name: value for name, (value, _) in read.items()}, months=tuple(months), note=note
    ), faults


def typed_values(values: Values) -> dict[str, str]:
    shown = {name: typed_amount(name, getattr(values, name)) for name in SCALES}
    shown |= {f"month_{month}": typed_amount("value_fen", fen) for month, fen in values.months}
    return shown | {"note": values.note or ""}
