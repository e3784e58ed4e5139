"""Every finding a table that comes in can get: a name, its words, and whether it stops the file."""

from dataclasses import dataclass
from typing import Literal

from portal.lib.text import Text

Severity = Literal["error", "notice"]

MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
LONGEST_CELL = 5_000


@dataclass(frozen=True)
class Finding:
    """What was found, where, and what stood there. `row` counts as the reader's own program counts."""

    code: str
    message: Text
    severity: Severity = "error"
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def as_json(self) -> dict[str, object]:
        return {
            "code": self.code,
            "message": self.message.as_json(),
            "severity": self.severity,
            "row": self.row,
            "column": self.column,
            "value": self.value,
        }


class SheetRefused(Exception):
    """The whole file cannot be read; carries the finding that says why."""

    def __init__(self, code: str, **values: object):
        super().__init__(code)
        self.finding = error(code, **values)


def error(code: str, **values: object) -> Finding:
    return Finding(code, ERRORS[code].format(**values))


def notice(code: str, **values: object) -> Finding:
    return Finding(code, NOTICES[code].format(**values), "notice")


# ---- the whole file

ERRORS = {
    "empty_file": Text("文件是空的", "The file is empty"),
    "file_too_large": Text(
        "文件有 {size} MB，上限是 {limit} MB", "The file has {size} MB; the limit is {limit} MB"
    ),
    "too_many_rows": Text("超过 {limit} 行的上限", "More than {limit} rows"),
    "too_many_columns": Text("超过 {limit} 列的上限", "More than {limit} columns"),
    "unknown_format": Text("不是 CSV 或 XLSX 表格", "This is neither a CSV nor an XLSX table"),
    "old_excel": Text(
        "这是旧式 .xls 文件或加了密码的表格；请另存为没有密码的 .xlsx",
        "This is an old .xls file or a table with a password; save it as .xlsx without one",
    ),
    "damaged_file": Text("表格文件已损坏，无法打开", "The table is damaged and cannot be opened"),
    "damaged_text": Text(
        "第 {line} 行附近有不成字的字节：文件既不是完整的 UTF-8，也不是 GB18030",
        "Near line {line} there are bytes that are no characters: neither whole UTF-8 nor GB18030",
    ),
    "damaged_csv": Text("第 {line} 行附近的引号没有成对", "Near line {line} a quotation mark has no partner"),
    "no_headings": Text(
        "前 {limit} 行里没有找到表头；第一行应是列名，例如“名称”“类型”“所在地”",
        "No row of headings was found in the first {limit} rows; the first row should name the columns, "
        "such as Name, Kind, Place",
    ),
    "heading_missing": Text("缺少“{heading}”这一列", "The column “{heading}” is missing"),
    "heading_twice": Text("“{heading}”这一列出现了两次", "The column “{heading}” is there twice"),
    "no_rows": Text("表头下面没有内容", "There is nothing under the headings"),
    # ---- one row
    "row_too_long": Text(
        "这一行比表头多出 {count} 格，很可能有一格里多了逗号",
        "This row has {count} [count:cell|cells] more than there are headings: probably a comma too many",
    ),
    # ---- one cell
    "missing": Text("这一格不能空着", "This cell must not be empty"),
    "formula": Text("公式不会计算，请粘贴算好的值", "Formulas are not evaluated; paste the value itself"),
    "excel_error": Text("表格程序在这里算出了错误", "The table program shows an error here"),
    "text_too_long": Text(
        "最多 {limit} 个字，这里有 {count} 个", "At most {limit} characters; there are {count}"
    ),
    "control_character": Text("含有看不见的控制字符", "Contains control characters that cannot be seen"),
    "replaced_character": Text(
        "有字已经损坏（变成了 � 或 ?）", "Characters are already lost (they became � or ?)"
    ),
    "unknown_word": Text("应为：{known}", "Should be one of: {known}"),
    "bad_day": Text(
        "看不懂这个日期；可写 2024-05-01 或 2024年5月1日",
        "This day is not understood; write 2024-05-01",
    ),
    "impossible_day": Text("没有这一天", "There is no such day"),
    "unclear_day": Text(
        "分不清哪个是月、哪个是日；请写成 2024-05-01",
        "It is not clear which is the month and which the day; write 2024-05-01",
    ),
    "two_digit_year": Text("年份要写四位", "Write the year with four digits"),
    "uscc_length": Text("{reason}", "{reason}"),
    "uscc_character": Text("{reason}", "{reason}"),
    "uscc_check": Text("{reason}", "{reason}"),
    "uscc_organisation": Text("{reason}", "{reason}"),
    "lost_digits": Text(
        "表格程序把它改成了科学记数，后面的数字已经丢了；请把这一列设为“文本”再填",
        "The table program turned it into scientific notation and lost digits; make the column “text” first",
    ),
    "bad_degrees": Text("应为十进制度数，例如 105.6753", "Should be decimal degrees such as 105.6753"),
    "bad_phone": Text(
        "不像电话号码，请写成 0955-1234567 或 13812345678", "Give a telephone number such as 0955-1234567"
    ),
}

NOTICES = {
    "read_as_gb18030": Text("文件按 GB18030 编码读取", "The file was read as GB18030"),
    "read_as_utf16": Text("文件按 UTF-16 编码读取", "The file was read as UTF-16"),
    "separator": Text("列之间以“{separator}”分隔", "Columns are separated by “{separator}”"),
    "headings_below": Text(
        "表头在第 {row} 行，上面的内容没有读取",
        "The headings are in row {row}; what stands above was not read",
    ),
    "other_sheets": Text(
        "只读了工作表“{sheet}”，其余 {count} 张没有读取",
        "Only the sheet “{sheet}” was read; {count} [count:other was|others were] not",
    ),
    "unknown_heading": Text("“{heading}”这一列没有读取", "The column “{heading}” was not read"),
    "blank_rows": Text("略去 {count} 个空行", "Blank rows left out: {count}"),
    "full_width": Text("全角字符已按半角理解", "Full-width characters were read as ordinary ones"),
    "spaces": Text("多余的空格已略去", "Stray spaces were left out"),
    "separators": Text("空格和连接符已略去", "Spaces and hyphens were left out"),
    "small_letters": Text("小写字母已按大写理解", "Small letters were read as capitals"),
    "day_spelling": Text("日期写法已统一", "Spellings of days were understood"),
    "day_number": Text("表格程序的日期序号已换算成日期", "Day numbers of the table program became days"),
    "month_only": Text("只写到月，按当月 1 日理解", "Only the month is given: read as its first day"),
    "degree_sign": Text("度分秒已换算成十进制度数", "Degrees, minutes and seconds became decimal degrees"),
}
