"""What a plot is, how it lies to the producing area, and how much its land can give. Whole numbers only."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.accounts.rules import Role
from portal.lib.said import Said
from portal.lib.text import Text

SQUARE_METRES_PER_HECTARE = 10_000
MU_PER_HECTARE = 15
MOST_SQUARE_METRES = 10**12
MOST_GRAMS_PER_MU = 10**9
NAME_LONGEST = 80
VARIETY_LONGEST = 60
FIRST_PLANTING = 1800
REASON_SHORTEST, REASON_LONGEST = 4, 500
# An outline drawn by hand misses the border of an area by metres; less than this part of it is no finding.
NEGLIGIBLE_PER_MILLE = 5

KEEPERS = frozenset({Role.COUNTY, Role.CITY, Role.PROVINCE})
READERS = KEEPERS | {Role.INSPECTOR, Role.AUDITOR}


class Lie(Said):
    """How a plot lies to the producing area of its GI."""

    INSIDE = "inside", Text("在产地范围内", "Inside the producing area"), "positive"
    PARTLY = "partly", Text("部分在产地范围内", "Partly inside"), "watch"
    OUTSIDE = "outside", Text("在产地范围外", "Outside the producing area"), "negative"
    UNKNOWN = "unknown", Text("无法判断", "Cannot be told"), "neutral"


FEWEST_PRODUCERS = 3


def may_be_shown(producers: int) -> bool:
    """A sum over fewer than three would tell each of them what the others have."""
    return producers >= FEWEST_PRODUCERS


class PlotState(Said):
    STATED = "stated", Text("待核实", "To be verified"), "waiting"
    VERIFIED = "verified", Text("已核实", "Verified"), "positive"
    REFUSED = "refused", Text("未通过核实", "Not accepted"), "negative"
    ENDED = "ended", Text("已停用", "No longer used"), "ended"


def lie_of(inside_m2: int | None, whole_m2: int) -> Lie:
    if inside_m2 is None or whole_m2 <= 0:
        return Lie.UNKNOWN
    missing = whole_m2 - inside_m2
    if missing * 1000 <= whole_m2 * NEGLIGIBLE_PER_MILLE:
        return Lie.INSIDE
    return Lie.OUTSIDE if inside_m2 * 1000 <= whole_m2 * NEGLIGIBLE_PER_MILLE else Lie.PARTLY


@dataclass(frozen=True)
class Planted:
    """What counts of a plot: its area inside the producing area and the county it lies in."""

    square_metres: int
    adcode: str


def grams_of(square_metres: int, grams_per_mu: int) -> int:
    """What an area gives at a yield, rounded down: the land never gives more than it does."""
    return square_metres * MU_PER_HECTARE * grams_per_mu // SQUARE_METRES_PER_HECTARE


def yield_for(adcode: str, yields: dict[str, int]) -> int | None:
    """The yield stated for the place, else for what it lies in, up to the whole area ("")."""
    for length, padding in ((9, 9), (6, 6), (4, 6), (2, 6), (0, 0)):
        known = yields.get(adcode[:length].ljust(padding, "0") if length else "")
        if known is not None and (length < 9 or len(adcode) == 9):
            return known
    return None


def ceiling(plots: Iterable[Planted], yields: dict[str, int]) -> int | None:
    """What the land can carry in a year, in grams; None where a plot lies where no yield is stated.

    Plots of one place are added before rounding, so that cutting a field in two changes nothing.
    """
    areas: dict[str, int] = {}
    for plot in plots:
        areas[plot.adcode] = areas.get(plot.adcode, 0) + plot.square_metres
    total = 0
    by_yield: dict[int, int] = {}
    for adcode, square_metres in areas.items():
        known = yield_for(adcode, yields)
        if known is None:
            return None
        by_yield[known] = by_yield.get(known, 0) + square_metres
    for grams_per_mu, square_metres in by_yield.items():
        total += grams_of(square_metres, grams_per_mu)
    return total
