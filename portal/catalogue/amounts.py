"""Figures as their sources print them, said in both languages: 10.8 万亩 is 108,000 mu, 7,200 hectares."""

from dataclasses import dataclass
from decimal import Decimal

from portal.lib.text import Text

MU_PER_HECTARE = 15
COMPARATORS = {
    ">": Text("超过", "over"),
    ">=": Text("不少于", "at least"),
    "<": Text("不足", "under"),
    "<=": Text("不超过", "at most"),
    "~": Text("约", "about"),
}
# What a Chinese unit is a multiple of, and what that is called in English; money stands before its number.
SCALES = {
    "万亩": (10**4, "mu"),
    "公顷": (1, "hectares"),
    "万吨": (10**4, "tonnes"),
    "亿斤": (10**8, "jin"),
    "万只": (10**4, "head"),
    "万人": (10**4, "people"),
    "人": (1, "people"),
    "万件": (10**4, "items"),
}
MONEY = {"亿元": "¥", "亿美元": "US$"}
YUAN_OF_A_HUNDRED_MILLION = 10**8
BILLION = 10**9
MILLION = 10**6


@dataclass(frozen=True)
class Amount:
    """A number and its unit in both languages, the same exactly; `also` is the same in another unit."""

    number: Text
    unit: Text
    also: Text | None = None

    @property
    def whole(self) -> Text:
        gap = "" if self.unit.zh == "%" else " "
        return Text(
            f"{self.number.zh}{gap}{self.unit.zh}",
            f"{self.number.en}{gap if self.unit.en != '%' else ''}{self.unit.en}".strip(),
        )


def amount(value: str, unit: str, unit_words: Text) -> Amount:
    """The value (exact decimal text) with its unit; `unit_words` where no better English is known."""
    number = Decimal(value)
    if unit in MONEY:
        return _money(number, unit)
    if unit in SCALES:
        factor, name = SCALES[unit]
        said = Text(grouped(number), grouped(number * factor))
        return Amount(said, Text(unit, name), _in_hectares(number) if unit == "万亩" else None)
    return Amount(Text(grouped(number), grouped(number)), unit_words)


def _money(number: Decimal, unit: str) -> Amount:
    total = number * YUAN_OF_A_HUNDRED_MILLION
    size, word = (BILLION, "billion") if total >= BILLION else (MILLION, "million")
    return Amount(Text(grouped(number), f"{MONEY[unit]}{grouped(total / size)}"), Text(unit, word))


def _in_hectares(ten_thousand_mu: Decimal) -> Text:
    hectares = (ten_thousand_mu * 10**4 / MU_PER_HECTARE).quantize(Decimal(1))
    return Text("约 {n} 公顷", "about {n} [n:hectare|hectares]").format(n=f"{hectares:,}")


def grouped(number: Decimal) -> str:
    """All the digits there are, none that are not, thousands set apart."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
