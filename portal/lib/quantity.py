"""Money is whole 分 and weight whole grams; here they become words that a person reads."""

import re
from decimal import ROUND_HALF_UP, Decimal
from math import prod

from portal.lib.text import Text

FEN_PER_YUAN = 100
GRAMS_PER_TONNE = 1_000_000
_NARROW = str.maketrans("０１２３４５６７８９．，－−", "0123456789.,--", " \u3000\u00a0")
_TYPED = re.compile(r"(-?(?:\d[\d,]*\.?\d*|\.\d+))(千?[万亿]?)([^\d.,]*)", re.ASCII)
# Units in which fields are counted, as people write them.
YUAN, KG, LABELS = Text("元", "yuan"), Text("公斤", "kg"), Text("枚", "labels")
_TIMES = {"千": 10**3, "万": 10**4, "亿": 10**8}
_ALSO_CALLED = {"公斤": ("千克",)}
_LONGEST = 24
# In any unit that is asked for, what is stored of it stays within what a database can count.
MOST_TYPED = 10**14
MOST_COUNTED = 10**10
NOT_A_NUMBER = Text("应为数字，例如 12500.50 或 1.2万", "Should be a number such as 12500.50")
TOO_LARGE = Text(
    "数字大得不可能，请看是不是多写了零或“万”", "Impossibly large: check for a zero or a 万 too many"
)
BELOW_ZERO = Text("请填写不小于零的数", "Give a number that is not below zero")
OTHER_UNIT = Text(
    "这一栏按{unit}填：请换算成{unit}，只写数字",
    "This is counted in {unit}: convert it to {unit} and write the number alone",
)
TWO_READINGS = Text(
    "这一栏的单位已经是{unit}，“{typed}”有两种读法：{n} {unit}就只写 {n}",
    "This is counted in {unit} already, so “{typed}” can be read in two ways: for {n} × {unit} write {n}",
)
_IN_THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d*)?")


def narrow_number(typed: str) -> str:
    """A number as typed, with narrow digits, without spaces and thousands marks.

    Any other comma stays, so that 0,5 is no number and not five.
    """
    text = typed.strip().translate(_NARROW)
    return text.replace(",", "") if _IN_THOUSANDS.fullmatch(text) else text


def read_number(typed: str, unit: Text | None = None) -> tuple[Decimal | None, Text | None]:
    """What is meant by １２, 1,200, 33万 or 33万元 in a field of this unit, or what is wrong with it; neither
    for an empty field."""
    text = narrow_number(typed)
    if not text:
        return None, None
    found = _TYPED.fullmatch(_without_unit(text, unit))
    digits = narrow_number(found[1]) if found else ""
    if not found or "," in digits or len(digits) > _LONGEST:
        return None, NOT_A_NUMBER
    if found[3]:
        return None, OTHER_UNIT.format(unit=unit) if unit else NOT_A_NUMBER
    if found[2] and unit and unit.zh.startswith(("万", "亿")):
        return None, TWO_READINGS.format(unit=unit, typed=typed.strip(), n=digits)
    number = Decimal(digits)
    if found[2]:
        number = (number * prod(_TIMES[one] for one in found[2])).normalize()
    return (None, TOO_LARGE) if abs(number) > MOST_TYPED else (number, None)


def read_whole(typed: str, unit: Text | None = None) -> int | None:
    """A count as people type it; nothing where it is no whole number, below nought or past counting."""
    number, _ = read_number(typed, unit)
    return int(number) if number is not None and 0 <= number < MOST_COUNTED and number % 1 == 0 else None


def _without_unit(text: str, unit: Text | None) -> str:
    if unit is None:
        return text
    if unit.zh.endswith("元"):
        text = text.lstrip("¥￥")
    for written in (unit.zh, unit.en.replace(" ", ""), *_ALSO_CALLED.get(unit.zh, ())):
        if text.casefold().endswith(written.casefold()):
            return text[: -len(written)]
    return text


def money_text(fen: int, language: str) -> str:
    """Yuan by size: 元, 万元, 亿元 in Chinese; yuan, thousand, million, billion in English."""
    yuan = abs(Decimal(fen)) / FEN_PER_YUAN
    said = _english_money(yuan) if language == "en" else _chinese_money(yuan)
    return f"{_sign(fen)}{said}"


def _chinese_money(yuan: Decimal) -> str:
    if yuan >= 10**8:
        return f"{_rounded(yuan / 10**8)} 亿元"
    if yuan >= 10**4:
        return f"{_rounded(yuan / 10**4)} 万元"
    return f"{_rounded(yuan)} 元"


def _english_money(yuan: Decimal) -> str:
    if yuan >= 10**9:
        return f"¥{_rounded(yuan / 10**9)} billion"
    if yuan >= 10**6:
        return f"¥{_rounded(yuan / 10**6)} million"
    return f"¥{_rounded(yuan)}"


def _sign(fen: int) -> str:
    return "−" if fen < 0 else ""


def exact_money_text(fen: int, language: str) -> str:
    yuan = abs(Decimal(fen)) / FEN_PER_YUAN
    return f"{_sign(fen)}¥{yuan:,.2f}" if language == "en" else f"{_sign(fen)}{yuan:,.2f} 元"


def tonnes_text(grams: int, language: str) -> str:
    tonnes = _rounded(Decimal(grams) / GRAMS_PER_TONNE)
    return f"{tonnes} t" if language == "en" else f"{tonnes} 吨"


def percent_text(part: int, whole: int) -> str:
    """To one decimal and always rounded down, so that 59.96 never reads as 60.0."""
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10}%"


def _rounded(number: Decimal) -> str:
    """At most two decimals, no trailing zeros, thousands set apart."""
    text = f"{number.quantize(Decimal('0.01'), ROUND_HALF_UP):,.2f}"
    return text.rstrip("0").rstrip(".")
