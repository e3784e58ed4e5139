"""Words that say themselves: what is stored, what people read, and for states the tone in which they look."""

from enum import StrEnum
from typing import Self

from portal.lib.text import Text


class Worded(StrEnum):
    text: Text

    def __new__(cls, stored: str, text: Text) -> Self:
        one = str.__new__(cls, stored)
        one._value_, one.text = stored, text
        return one

    @classmethod
    def words(cls) -> dict[str, Text]:
        """What people read for each word that is stored: for whoever tells entries of the log."""
        return {one.value: one.text for one in cls}


class Said(Worded):
    tone: str

    def __new__(cls, stored: str, text: Text, tone: str) -> Self:
        # An enum with members hides the `__new__` it was made with, so the one above cannot be asked.
        one = str.__new__(cls, stored)
        one._value_, one.text, one.tone = stored, text, tone
        return one

    @classmethod
    def tones(cls) -> dict[str, str]:
        return {one.value: one.tone for one in cls}
