"""Areas and yields as people type and read them; inside the portal they are whole square metres and grams."""

from decimal import ROUND_HALF_UP, Decimal

from portal.land.rules import MU_PER_HECTARE, SQUARE_METRES_PER_HECTARE
from portal.lib.quantity import KG, read_number
from portal.lib.text import Text

AREA_UNITS = {
    "mu": (Text("亩", "mu"), Decimal(SQUARE_METRES_PER_HECTARE) / MU_PER_HECTARE),
    "ha": (Text("公顷", "hectares"), Decimal(SQUARE_METRES_PER_HECTARE)),
    "m2": (Text("平方米", "m²"), Decimal(1)),
}
GRAMS_PER_KG = Decimal(1000)


def read_scaled(typed: str, unit: Text, scale: Decimal) -> tuple[int | None, Text | None]:
    """The stored whole number, rounded half up; nothing for an empty field; or what is wrong."""
    number, fault = read_number(typed, unit)
    if number is None:
        return None, fault
    return int((number * scale).quantize(Decimal(1), ROUND_HALF_UP)), None


def read_area(typed: str, unit: str) -> tuple[int | None, Text | None]:
    return read_scaled(typed, *AREA_UNITS.get(unit, AREA_UNITS["mu"]))


def read_kg(typed: str) -> tuple[int | None, Text | None]:
    return read_scaled(typed, KG, GRAMS_PER_KG)


def plain(number: Decimal, places: str = "0.01") -> str:
    """At most so many decimals, no zeros at the end, no thousands marks: as one would type it."""
    text = f"{number.quantize(Decimal(places), ROUND_HALF_UP):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def typed_mu(square_metres: int | None) -> str:
    return "" if square_metres is None else plain(Decimal(square_metres) / AREA_UNITS["mu"][1])


def typed_kg(grams: int | None) -> str:
    return "" if grams is None else plain(Decimal(grams) / GRAMS_PER_KG, "0.001")


def area_text(square_metres: int) -> Text:
    """37.5 亩（2.5 公顷）; both units, as both are used."""
    mu = f"{Decimal(typed_mu(square_metres)):,f}"
    hectares = f"{Decimal(plain(Decimal(square_metres) / SQUARE_METRES_PER_HECTARE)):,f}"
    return Text("{mu} 亩（{ha} 公顷）", "{mu} mu ({ha} ha)").format(mu=mu, ha=hectares)


def km2_text(square_metres: int) -> str:
    """Square kilometres fine enough for a field: three decimals, more where it would say nothing."""
    km2 = Decimal(square_metres) / 1_000_000
    return f"{km2:,.3f}" if square_metres >= 10_000 or not square_metres else f"{km2:,.6f}"


def kg_text(grams: int) -> Text:
    kg = f"{Decimal(typed_kg(grams)):,f}"
    return Text("{n} 公斤", "{n} kg").format(n=kg)
