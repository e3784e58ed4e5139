"""Money is whole 分 and weight whole grams; here they become words that a person reads."""

import re
from decimal import ROUND_HALF_UP, Decimal

FEN_PER_YUAN = 100
GRAMS_PER_TONNE = 1_000_000
_NARROW = str.maketrans("０１２３４５６７８９．，－", "0123456789.,-", " \u3000")
_IN_THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d*)?")


def narrow_number(typed: str) -> str:
    """A number as typed, with narrow digits, without spaces and thousands marks.

    Any other comma stays, so that 0,5 is no number and not five.
    """
    text = typed.strip().translate(_NARROW)
    return text.replace(",", "") if _IN_THOUSANDS.fullmatch(text) else text


def money_text(fen: int, language: str) -> str:
    """Yuan by size: 元, 万元, 亿元 in Chinese; yuan, thousand, million, billion in English."""
    yuan = Decimal(fen) / FEN_PER_YUAN
    size = abs(yuan)
    if language == "en":
        return _english_money(yuan, size)
    if size >= 10**8:
        return f"{_rounded(yuan / 10**8)} 亿元"
    if size >= 10**4:
        return f"{_rounded(yuan / 10**4)} 万元"
    return f"{_rounded(yuan)} 元"


def _english_money(yuan: Decimal, size: Decimal) -> str:
    if size >= 10**9:
        return f"¥{_rounded(yuan / 10**9)} billion"
    if size >= 10**6:
        return f"¥{_rounded(yuan / 10**6)} million"
    return f"¥{_rounded(yuan)}"


def exact_money_text(fen: int, language: str) -> str:
    yuan = Decimal(fen) / FEN_PER_YUAN
    return f"¥{yuan:,.2f}" if language == "en" else f"{yuan:,.2f} 元"


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
