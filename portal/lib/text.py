"""A sentence in both languages of the portal, side by side, so that neither can be forgotten."""

from dataclasses import dataclass

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Text:
    zh: str
    en: str

    def format(self, **values: object) -> "Text":
        """The same sentence with its places filled; a value that is a Text speaks its own language."""
        return Text(self.zh.format(**_spoken(values, "zh")), self.en.format(**_spoken(values, "en")))

    def say(self, language: str) -> str:
        return self.en if language == "en" else self.zh

    def as_json(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}

    def __str__(self) -> str:
        return self.zh


def _spoken(values: dict[str, object], language: str) -> dict[str, object]:
    return {name: v.say(language) if isinstance(v, Text) else v for name, v in values.items()}
