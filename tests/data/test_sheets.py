"""Tables as they really arrive: every encoding, every spelling, every kind of damage by its name."""

import csv
import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from gi_data import sheets
from gi_data.cells import read_code, read_day, read_degrees, read_phone, read_words
from gi_data.sheet_findings import MAX_FILE_BYTES, SheetRefused
from gi_data.sheet_writing import csv_lines, harmless, xlsx_bytes
from gi_data.tables import Column, read_table
from portal.lib.text import Text
from portal.lib.uscc import complete_uscc

# A table program's cell knows no time zone.
FIRST_OF_MAY = datetime(2024, 5, 1)  # noqa: DTZ001
COLUMNS = (
    Column("name", Text("名称", "Name"), read_words(20), required=True, others=("企业名称",)),
    Column("place", Text("所在地", "Place"), read_words(40)),
    Column("from_on", Text("列入日期", "From"), read_day),
)
PLAIN = "名称,所在地,列入日期\n红果,宁安镇,2024-05-01\n"


def kept(tmp_path: Path, content: bytes | str) -> Path:
    file = tmp_path / "source"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def rows_of(tmp_path: Path, content: bytes | str) -> list:
    return list(read_table(kept(tmp_path, content), COLUMNS).rows)


def book(*sheets_of_rows: list, titles: tuple[str, ...] = ()) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for at, rows in enumerate(sheets_of_rows):
        sheet = made.create_sheet(titles[at] if titles else f"S{at}")
        for row in rows:
            sheet.append(row)
    kept_in = io.BytesIO()
    made.save(kept_in)
    return kept_in.getvalue()


# ---- the file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding_gives_the_same_rows(tmp_path, encoding):
    row = rows_of(tmp_path, PLAIN.encode(encoding))[0]
    assert row.values == {"name": "红果", "place": "宁安镇", "from_on": date(2024, 5, 1)}


def test_a_guessed_encoding_is_reported(tmp_path):
    table = read_table(kept(tmp_path, PLAIN.encode("gb18030")), COLUMNS)
    assert [finding.code for finding in table.notices] == ["read_as_gb18030"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_commas_semicolons_and_tabs_separate(tmp_path, separator):
    assert rows_of(tmp_path, PLAIN.replace(",", separator))[0].values["place"] == "宁安镇"


def test_english_headings_other_spellings_and_marks_in_headings_are_understood(tmp_path):
    row = rows_of(tmp_path, "企业名称（必填）*,Place : ,FROM\nA,B,2024/5/1\n")[0]
    assert row.values == {"name": "A", "place": "B", "from_on": date(2024, 5, 1)}


def test_a_title_above_the_headings_is_passed_over_and_reported(tmp_path):
    table = read_table(kept(tmp_path, "中宁枸杞生产者名录,,\n二〇二四年,,\n" + PLAIN), COLUMNS)
    assert table.sheet.heading_row == 3
    assert [finding.code for finding in table.notices] == ["headings_below"]
    assert next(table.rows).number == 4


def test_rows_are_numbered_as_a_table_program_numbers_them(tmp_path):
    content = '名称,所在地\n"两\n行",宁安镇\n\n丙,石空镇\n'
    assert [row.number for row in rows_of(tmp_path, content)] == [2, 4]


def test_xlsx_gives_days_codes_and_numbers_as_people_see_them(tmp_path):
    content = book([["名称", "所在地", "列入日期"], ["红果", 640521100.0, FIRST_OF_MAY]])
    row = rows_of(tmp_path, content)[0]
    assert row.values == {"name": "红果", "place": "640521100", "from_on": date(2024, 5, 1)}
    assert row.raw == ("红果", "640521100", "2024-05-01")


def test_only_the_first_sheet_is_read_and_that_is_said(tmp_path):
    content = book([["名称", "所在地"], ["甲", "乙"]], [["x"]], titles=("名录", "备注"))
    table = read_table(kept(tmp_path, content), COLUMNS)
    assert [row.values["name"] for row in table.rows] == ["甲"]
    assert [finding.code for finding in table.notices] == ["other_sheets"]


def refusal(tmp_path: Path, content: bytes | str) -> str:
    with pytest.raises(SheetRefused) as refused:
        rows_of(tmp_path, content)
    return refused.value.finding.code


def test_a_file_that_cannot_be_read_says_why(tmp_path):
    assert refusal(tmp_path, "") == "empty_file"
    assert refusal(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100) == "old_excel"
    assert refusal(tmp_path, b"%PDF-1.7\x00\x00" + b"x" * 100) == "unknown_format"
    assert refusal(tmp_path, b"PK\x03\x04 not a zip at all") == "damaged_file"
    assert refusal(tmp_path, "a,b\n1,2\n") == "no_headings"
    assert refusal(tmp_path, "所在地,列入日期\n宁安镇,2024-05-01\n") == "heading_missing"
    assert refusal(tmp_path, "名称,企业名称,所在地\n甲,乙,丙\n") == "heading_twice"
    assert refusal(tmp_path, '名称,所在地\n甲,"没有收尾\n') == "damaged_csv"
    assert refusal(tmp_path, "名称,所在地\n甲".encode() + b"\xff\xfe\n") == "damaged_text"
    assert refusal(tmp_path, "名称,所在地\n" + "甲,乙," + "," * 300) == "too_many_columns"


def test_a_zip_that_is_no_table_and_one_cut_short_are_refused(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("readme.txt", "x")
    assert refusal(tmp_path, packed.getvalue()) == "unknown_format"
    assert refusal(tmp_path, book([["名称", "所在地"], ["甲", "乙"]])[:-400]) == "damaged_file"


def test_a_zip_that_would_unpack_to_gigabytes_is_never_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "MAX_UNPACKED_BYTES", 1_000)
    assert refusal(tmp_path, book([["名称", "所在地"], *[["甲", "乙"]] * 500])) == "damaged_file"


def test_too_many_rows_and_too_many_bytes_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "MAX_ROWS", 3)
    assert refusal(tmp_path, "名称,所在地\n" + "甲,乙\n" * 4) == "too_many_rows"
    assert len(rows_of(tmp_path, "名称,所在地\n" + "甲,乙\n" * 3)) == 3
    big = tmp_path / "big"
    with big.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(SheetRefused, match="file_too_large"):
        read_table(big, COLUMNS)


def test_a_row_with_a_comma_too_many_is_named(tmp_path):
    row = rows_of(tmp_path, "名称,所在地\n甲,宁安镇,东街\n")[0]
    assert [(finding.code, finding.value) for finding in row.findings] == [("row_too_long", "东街")]


# ---- cells


@pytest.mark.parametrize(
    ("typed", "notice"),
    [
        ("2024-05-01", None),
        ("2024年5月1日", "day_spelling"),
        ("2024/5/1", "day_spelling"),
        ("2024.05.01", "day_spelling"),
        ("２０２４－０５－０１", "full_width"),
        (" 2024-05-01 ", "spaces"),
        ("20240501", "day_spelling"),
        ("45413", "day_number"),
        (45413.0, "day_number"),
        ("2024年5月", "month_only"),
        ("2024-05-01 00:00:00", None),
        (FIRST_OF_MAY, None),
        (date(2024, 5, 1), None),
    ],
)
def test_a_day_in_any_usual_spelling_is_understood_and_what_was_understood_is_said(typed, notice):
    cell = read_day(typed)
    assert cell.value == date(2024, 5, 1)
    assert cell.notices == () if notice is None else notice in cell.notices


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2024-02-30", "impossible_day"),
        ("05/06/2024", "unclear_day"),
        ("24-5-1", "two_digit_year"),
        ("去年春天", "bad_day"),
        ("12", "bad_day"),
    ],
)
def test_a_day_that_cannot_be_known_is_refused_and_never_guessed(typed, code):
    assert read_day(typed).fault.code == code


CODE = complete_uscc("91640521", "DEM0X001")


@pytest.mark.parametrize(
    ("typed", "notice"),
    [
        (CODE, None),
        (CODE.lower(), "small_letters"),
        (f"{CODE[:8]}-{CODE[8:]}", "separators"),
        (f" {CODE} ", "separators"),
        ("".join(chr(ord(c) + 0xFEE0) for c in CODE), "full_width"),
    ],
)
def test_a_code_in_any_width_and_case_is_understood_and_reported(typed, notice):
    cell = read_code(typed)
    assert cell.value == CODE
    assert cell.notices == () if notice is None else notice in cell.notices


def test_a_code_that_a_table_program_shortened_is_told_from_a_mistyped_one():
    assert read_code("9.16405E+17").fault.code == "lost_digits"
    assert read_code(9.16405e17).fault.code == "lost_digits"
    assert read_code(CODE[:-1]).fault.code == "uscc_length"
    assert read_code(CODE[:3] + "O" + CODE[4:]).fault.code == "uscc_character"
    assert read_code(CODE[:-1] + ("0" if CODE[-1] != "0" else "1")).fault.code == "uscc_check"


@pytest.mark.parametrize(
    ("typed", "degrees"),
    [
        ("105.6753", 105_675_300),
        ("105.6753°E", 105_675_300),
        ("东经105°40′31″", 105_675_278),
        (105, 105_000_000),
    ],
)
def test_degrees_are_whole_micro_degrees(typed, degrees):
    assert read_degrees(typed).value == degrees


@pytest.mark.parametrize("typed", ["西山脚下", "105,67", "105°70′", "1e2"])
def test_what_are_no_degrees_is_refused(typed):
    assert read_degrees(typed).fault.code == "bad_degrees"


def test_telephones_keep_their_signs_and_words_are_none():
    assert read_phone(40)("０９５５－５０２１０００").value == "0955-5021000"
    assert read_phone(40)(13800000000.0).value == "13800000000"
    assert read_phone(40)("问村长").fault.code == "bad_phone"


def test_chinese_brackets_belong_to_a_name_and_stay():
    assert read_words(40)("　红河川枸杞　（演示） ").value == "红河川枸杞 （演示）"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("=1+1", "formula"),
        ("#N/A", "excel_error"),
        ("红\x07果", "control_character"),
        ("红\ufffd", "replaced_character"),
    ],
)
def test_what_no_cell_may_hold_is_named(tmp_path, typed, code):
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["名称", "所在地"], [typed, "x"]])
    assert [f.code for f in rows_of(tmp_path, buffer.getvalue())[0].findings] == [code]


# ---- what goes out


@pytest.mark.parametrize("risky", ["=1+1", "+8613", "-1", "@SUM", "\tx", "\rx"])
def test_a_cell_that_could_be_taken_for_a_formula_is_made_harmless_and_read_back_as_it_was(tmp_path, risky):
    assert harmless(risky) == "'" + risky
    content = b"".join(csv_lines(["名称", "所在地"], [["甲", risky]]))
    assert content.startswith(b"\xef\xbb\xbf")
    assert rows_of(tmp_path, content)[0].values.get("place", "") == " ".join(risky.split())


def test_a_written_book_holds_text_and_no_formula():
    made = openpyxl.load_workbook(io.BytesIO(xlsx_bytes("名录", ["名称"], [["=1+1"], ["红\x07果"], [None]])))
    cells = [row[0].value for row in made.active.iter_rows(min_row=2)]
    assert cells == ["'=1+1", "红\ufffd果", None]
    assert made.active.freeze_panes == "A2"
