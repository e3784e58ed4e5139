"""A sentence in both languages of the portal, side by side, so that neither can be forgotten."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

LANGUAGES = ("zh", "en")
BY_NUMBER = re.compile(r"\[(\w+):([^|\]]*)\|([^\]]*)\]")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Text:
    zh: str
    en: str

    def format(self, **values: object) -> "Text":
        """The same sentence with its places filled; a Text and a day speak the language of the sentence."""
        return Text(
            self.zh.format(**_spoken(values, "zh")),
            in_number(self.en, values).format(**_spoken(values, "en")),
        )

    def say(self, language: str) -> str:
        return self.en if language == "en" else self.zh

    def as_json(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}

    def __str__(self) -> str:
        return self.zh


def in_number(sentence: str, values: Mapping[str, object]) -> str:
    """“{n} [n:plot waits|plots wait]”: the first words for one, the others for any other number."""
    if "[" not in sentence:
        return sentence
    return BY_NUMBER.sub(lambda found: found[2 if str(values[found[1]]) == "1" else 3], sentence)


def _spoken(values: dict[str, object], language: str) -> dict[str, object]:
    said = {name: day_text(v) if type(v) is date else v for name, v in values.items()}
    return {name: v.say(language) if isinstance(v, Text) else v for name, v in said.items()}


def day_text(day: date) -> Text:
    return day_words(day.isoformat())


def day_words(iso: str) -> Text:
    """2026年11月20日, 20 Nov 2026; a year or a month alone stays one, and what is no day stays as it is."""
    parts = iso[:10].split("-")
    if not all(part.isdecimal() for part in parts):
        return Text(iso, iso)
    year, month, day = (*map(int, parts), 0, 0)[:3]
    zh = f"{year}年" + (f"{month}月" if month else "") + (f"{day}日" if day else "")
    return Text(zh, " ".join(str(p) for p in (day or "", MONTHS[month - 1] if month else "", year) if p))
