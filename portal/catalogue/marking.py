"""Showing a reader which part of a name matched, whatever tones, spaces or widths were typed."""

from collections.abc import Iterable

from markupsafe import Markup, escape

from portal.lib.folding import folded


def marked(text: str, words: Iterable[str]) -> Markup:
    """The text with each place where one of the folded words occurs set in <mark>."""
    letters, places = _with_places(text)
    spans = sorted(_spans(letters, places, [word for word in words if word]))
    pieces, end = [], 0
    for start, stop in spans:
        if stop <= end:
            continue
        start = max(start, end)
        pieces += [escape(text[end:start]), Markup("<mark>{}</mark>").format(text[start:stop])]
        end = stop
    return Markup("").join([*pieces, escape(text[end:])])


def _with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its letters where it stands in the text as written."""
    letters, places = [], []
    for place, written in enumerate(text):
        for letter in folded(written):
            letters.append(letter)
            places.append(place)
    return "".join(letters), places


def _spans(letters: str, places: list[int], words: Iterable[str]) -> Iterable[tuple[int, int]]:
    for word in words:
        found = letters.find(word)
        while found >= 0:
            yield places[found], places[found + len(word) - 1] + 1
            found = letters.find(word, found + len(word))
