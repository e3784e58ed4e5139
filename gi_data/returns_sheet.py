"""The columns of a file of yearly returns and of one of official industry figures."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from gi_data.cells import Cell, Reader, as_text, read_code, read_day, read_mark, read_words, refused
from gi_data.sheet_findings import ERRORS
from gi_data.tables import Column
from portal.lib.quantity import KG, LABELS, YUAN, read_number
from portal.lib.text import Text

_PLAIN = str.maketrans("０１２３４５６７８９．，－", "0123456789.,-")

ERRORS.setdefault(
    "bad_number",
    Text("应为不小于 0 的数字，例如 12500.50 或 1.2万", "Should be a number, 0 or more, such as 12500.50"),
)
ERRORS.setdefault("too_fine", Text("小数位数太多", "Too many decimals"))
ERRORS.setdefault("number_too_large", Text("数字大得不可能", "The number is impossibly large"))
ERRORS.setdefault("bad_year", Text("应为四位年份", "Should be a year of four digits"))

MOST = 10**15


def read_amount(scale: Decimal, unit: Text | None = None, exact: bool = True) -> Reader:
    """A number in the unit of its heading as a whole number of the stored unit."""

    def read(raw: object) -> Cell:
        typed = as_text(raw)
        number, _ = read_number(typed, unit)
        if number is None:
            return refused("bad_number")
        cell = in_stored_unit(number, scale, exact)
        return cell if typed.translate(_PLAIN) == typed or cell.fault else Cell(cell.value, ("full_width",))

    return read


def in_stored_unit(number: Decimal, scale: Decimal, exact: bool = True) -> Cell:
    if number < 0:
        return refused("bad_number")
    stored = number * scale
    if stored > MOST:
        return refused("number_too_large")
    whole = stored.quantize(Decimal(1), ROUND_HALF_UP)
    # A table program writes 0.1 + 0.2 as 0.30000000000000004: that is no finer than it says.
    if exact and abs(stored - whole) > Decimal("0.001"):
        return refused("too_fine")
    return Cell(int(whole))


def read_year(first: int = 2000, last: int = 2100) -> Callable[[object], Cell]:
    def read(raw: object) -> Cell:
        text = as_text(raw).translate(_PLAIN).strip().removesuffix("年").strip()
        good = text.isdecimal() and len(text) == 4 and first <= int(text) <= last
        return Cell(int(text)) if good else refused("bad_year")

    return read


FEN, GRAMS, MU = Decimal(100), Decimal(1000), Decimal(10_000) / 15
MU_WORDS = Text("亩", "mu")

_WHO = (
    Column(
        "gi",
        Text("地理标志", "GI"),
        read_words(120),
        required=True,
        others=("产品", "产品名称", "slug", "indication"),
        hint=Text("名称，或目录地址中的代号", "Its name, or its word in the address of the catalogue"),
        example="zhongning-gouqi",
    ),
    Column("year", Text("年度", "Year"), read_year(), required=True, others=("年份",), example="2025"),
)
RETURN_COLUMNS = (
    *_WHO,
    Column(
        "uscc",
        Text("统一社会信用代码", "USCC"),
        read_code,
        others=("社会信用代码", "信用代码"),
        hint=Text("与登记编号二选一", "This or the number"),
    ),
    Column(
        "number",
        Text("登记编号", "Number"),
        read_mark(18),
        others=("编号", "生产者编号", "producer"),
        hint=Text("没有信用代码的生产者", "For producers without a code"),
    ),
    Column(
        "area_m2",
        Text("面积（亩）", "Area (mu)"),
        read_amount(MU, MU_WORDS, exact=False),
        others=("种植面积",),
    ),
    Column("quantity_g", Text("产量（公斤）", "Quantity (kg)"), read_amount(GRAMS, KG)),
    Column(
        "value_fen",
        Text("产值（元）", "Output value (yuan)"),
        read_amount(FEN, YUAN),
        required=True,
        others=("年产值",),
    ),
    Column(
        "mark_value_fen",
        Text("使用标志销售额（元）", "Sold under the mark (yuan)"),
        read_amount(FEN, YUAN),
        required=True,
        others=("用标产值", "用标销售额", "mark value"),
    ),
    Column(
        "labels",
        Text("使用标签数", "Labels used"),
        read_amount(Decimal(1), LABELS),
        others=("标签数",),
    ),
)
OFFICIAL_COLUMNS = (
    *_WHO,
    Column(
        "value_fen", Text("产业产值（元）", "Industry output (yuan)"), read_amount(FEN, YUAN), required=True
    ),
    Column("issuer", Text("发布单位", "Issued by"), read_words(120), required=True),
    Column("document", Text("文件", "Document"), read_words(300), required=True, others=("文件名称",)),
    Column(
        "document_on", Text("文件日期", "Date of the document"), read_day, required=True, others=("日期",)
    ),
)
