"""What is known of a producing area decides how it may be drawn and what the drawing may be said to be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.lib.said import Worded
from portal.lib.text import Text
from portal.regions.rules import scope_prefix

TOWNSHIP_DIGITS = 9
INCOMPLETE = "incomplete"


class Precision(Worded):
    """How well the picture of an area fits the area."""

    DIVISIONS = (
        "divisions",
        Text(
            "按所列区划的边界绘制，区划之内以文字为准",
            "Drawn along the borders of the divisions named; within them the words decide",
        ),
    )
    COUNTY = (
        "county",
        Text(
            "只知道乡镇，没有乡镇界线：按所在县绘制，实际范围更小",
            "Known by townships, of which there are no outlines: drawn as the whole county, "
            "the area is smaller",
        ),
    )
    OUTLINE = "outline", Text("按提供的界线绘制", "Drawn from the outline supplied")
    INCOMPLETE = (
        "incomplete",
        Text("只画出已查到的部分，不是全部产地", "Only the part that was found is drawn"),
    )
    NONE = "none", Text("产地范围没有查到，不能绘制", "The producing area was not found and cannot be drawn")


@dataclass(frozen=True)
class Scope:
    """The divisions of one area; an outline, where there is one, counts alone."""

    codes: tuple[str, ...]
    outlined: bool = False
    stated_precision: str | None = None

    @property
    def known(self) -> bool:
        return self.outlined or bool(self.codes)

    @property
    def precision(self) -> Precision:
        if self.outlined:
            return Precision.OUTLINE
        if not self.codes:
            return Precision.NONE
        if self.stated_precision == INCOMPLETE:
            return Precision.INCOMPLETE
        named = [code for code in self.codes if len(code) < TOWNSHIP_DIGITS]
        townships_elsewhere = any(not _inside(code, named) for code in self.codes)
        return Precision.COUNTY if townships_elsewhere else Precision.DIVISIONS

    @property
    def words(self) -> Text:
        return Precision(self.precision).text


@dataclass(frozen=True)
class Unit:
    """One county-level division to be drawn; `whole` is false where only townships of it are named."""

    code: str
    whole: bool


def units_of(codes: Iterable[str], codes_by_prefix: Mapping[str, Sequence[str]]) -> list[Unit]:
    """The counties an area is drawn by; a code without an outline is left out."""
    whole: dict[str, bool] = {}
    for code in codes:
        named_itself = len(code) < TOWNSHIP_DIGITS
        for county in codes_by_prefix.get(scope_prefix(code[:6]), ()):
            whole[county] = whole.get(county, False) or named_itself
    return [Unit(county, whole[county]) for county in sorted(whole)]


def not_drawn(codes: Iterable[str], codes_by_prefix: Mapping[str, Sequence[str]]) -> list[str]:
    return [code for code in codes if scope_prefix(code[:6]) not in codes_by_prefix]


def _inside(code: str, named: Iterable[str]) -> bool:
    return any(code.startswith(scope_prefix(one)) for one in named)
