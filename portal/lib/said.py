"""States that say themselves: the word that is stored, what people read, and the tone in which it looks."""

from enum import StrEnum
from typing import Self

from portal.lib.text import Text


class Said(StrEnum):
    text: Text
    tone: str

    def __new__(cls, stored: str, text: Text, tone: str) -> Self:
        one = str.__new__(cls, stored)
        one._value_, one.text, one.tone = stored, text, tone
        return one

    @classmethod
    def words(cls) -> dict[str, Text]:
        """What people read for each word that is stored: for whoever tells entries of the log."""
        return {one.value: one.text for one in cls}
