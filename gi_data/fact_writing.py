"""The frozen shapes back into plain values: what the register stores, in the shape of the shipped files."""

import dataclasses
from typing import Any

from gi_data.fact_types import Citation, PartialDate


def as_plain(value: Any) -> Any:
    """Mappings, lists, text and booleans only; what is not known or empty is left out."""
    if isinstance(value, PartialDate):
        return value.text
    if isinstance(value, Citation):
        return f"{value.document}/{value.place_key}" if value.place_key else value.document
    if dataclasses.is_dataclass(value):
        named = ((field.name, as_plain(getattr(value, field.name))) for field in dataclasses.fields(value))
        return {name: plain for name, plain in named if not _is_nothing(plain)}
    if isinstance(value, dict):
        plainly = ((name, as_plain(one)) for name, one in value.items())
        return {name: plain for name, plain in plainly if not _is_nothing(plain)}
    if isinstance(value, list | tuple):
        return [as_plain(one) for one in value]
    return value


def _is_nothing(plain: Any) -> bool:
    return plain is None or plain in ({}, [])
