"""Every way to miscopy a number that its check character must show."""

from collections.abc import Iterator


def miscopies(code: str, alphabet: str) -> Iterator[str]:
    """Each place with each other character of the alphabet; each two neighbours that differ, changed round.
    Separators stay where they are."""
    places = [place for place, character in enumerate(code) if character in alphabet]
    for place in places:
        for other in alphabet:
            if other != code[place]:
                yield code[:place] + other + code[place + 1 :]
    for one, two in zip(places, places[1:], strict=False):
        if code[one] != code[two]:
            yield code[:one] + code[two] + code[one + 1 : two] + code[one] + code[two + 1 :]
