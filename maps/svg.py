"""One SVG element as text. A role gives it the light colour and a class by which the dark theme finds it."""

from html import escape

from maps import colours


def element(
    name: str,
    content: str = "",
    fill: str = "",
    stroke: str = "",
    fill_pattern: str = "",
    **attributes: object,
) -> str:
    """`fill` and `stroke` are roles of colours.py, `fill_pattern` one of patterns.py; an attribute's
    underscores are its hyphens."""
    classes = " ".join(f"{letter}-{role}" for letter, role in (("f", fill), ("s", stroke)) if role)
    given: dict[str, object] = {"class": classes or None}
    given["fill"] = colours.light()[fill] if fill else "none" if stroke else None
    if fill_pattern:
        given["fill"] = f"url(#p-{fill_pattern})"
    given["stroke"] = colours.light()[stroke] if stroke else None
    given |= {key.replace("_", "-"): value for key, value in attributes.items()}
    told = "".join(f' {key}="{escape(_short(value))}"' for key, value in given.items() if value is not None)
    return f"<{name}{told}>{content}</{name}>" if content else f"<{name}{told}/>"


def dark_style() -> str:
    """The same roles for a reader whose page is dark; a browser obeys this inside a picture."""
    rules = "".join(
        f".f-{role}{{fill:{colour}}}.s-{role}{{stroke:{colour}}}" for role, colour in colours.dark().items()
    )
    return f"<style>@media (prefers-color-scheme:dark){{{rules}}}</style>"


def _short(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
