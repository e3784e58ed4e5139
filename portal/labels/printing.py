"""Printing files of issued labels: rows for a printing house, sheets of A4 for one's own printer.

A sheet has 24 labels of 70 by 37 mm in three columns, as they are sold ready to be peeled off. The QR code
holds the label's address and the signature; nothing on the label is the official mark.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from gi_data.sheet_writing import harmless
from portal.labels.codes import printed
from portal.labels.lookup import codes_of
from portal.labels.models import LabelSet
from portal.labels.rules import PER_SHEET, Span
from portal.labels.signing import address_of
from portal.verification.drawing_font import fonts_of

COLUMNS = 3
ROWS = PER_SHEET // COLUMNS
LABEL_WIDTH, LABEL_HEIGHT = 70 * mm, 37 * mm
WIDTH, HEIGHT = A4
TOP = (HEIGHT - ROWS * LABEL_HEIGHT) / 2
CODE_ROOM = 30 * mm
# A fiftieth of an inch: whole dots where there are 200, 300, 400 or 600 to an inch. The codes begin on such
# dots too, so that every edge is sharp; otherwise a reader misses one of two hundred on whole sheets.
MODULE = 72 / 50
PAD = 3.5 * mm
# Trying all eight masks costs three times as long; a reader corrects for any of them.
MASK = 3
QUIET = 4
DARK = re.compile(rb"\x01+")
INK, SOFT = HexColor("#000000"), HexColor("#444444")
HEADINGS = ("序号 No.", "编号 Number", "二维码内容 QR content", "产品 Goods", "净重（克）Net weight (g)")
LINES_AT_ONCE = 500


@dataclass(frozen=True)
class Printed:
    """One label to be printed."""

    place: int
    code: str
    address: str


def labels_in(label_set: LabelSet, span: Span, base: str) -> Iterator[Printed]:
    for place, code in enumerate(codes_of(label_set, span.first, span.last), span.first):
        yield Printed(place, code, address_of(code, label_set, base))


def csv_lines(label_set: LabelSet, span: Span, base: str) -> Iterator[str]:
    """UTF-8 with a mark in front, as Excel wants it; handed out while it is being made."""
    goods = harmless(label_set.goods)
    kept = StringIO()
    writer = csv.writer(kept)
    kept.write("\ufeff")
    writer.writerow(HEADINGS)
    for number, one in enumerate(labels_in(label_set, span, base), 1):
        writer.writerow((one.place, printed(one.code), one.address, goods, label_set.grams_each))
        if number % LINES_AT_ONCE == 0:
            yield kept.getvalue()
            kept.seek(0)
            kept.truncate()
    yield kept.getvalue()


def sheets_pdf(label_set: LabelSet, span: Span, base: str) -> bytes:
    words = _words(label_set)
    characters = "".join(words) + "0123456789-ABCDEFGHJKLMNPQRTUWXY真伪扫码查 .年号/()（）演示DEMO"
    with fonts_of({"serif": characters}) as fonts:
        kept, name = BytesIO(), fonts["serif"]
        canvas = Canvas(
            kept, pagesize=A4, invariant=True, initialFontName=name, lang="zh-CN", pageCompression=1
        )
        canvas.setTitle(f"{label_set.indication.name_zh} {span.first}-{span.last}")
        for number, one in enumerate(labels_in(label_set, span, base)):
            at = number % PER_SHEET
            if number and at == 0:
                canvas.showPage()
            row, column = divmod(at, COLUMNS)
            _draw(canvas, name, words, one, column * LABEL_WIDTH, HEIGHT - TOP - (row + 1) * LABEL_HEIGHT)
        canvas.save()
        return kept.getvalue()


def _words(label_set: LabelSet) -> tuple[str, str, str, str]:
    producer = label_set.producer
    who = producer.name if producer.name_public else ""
    weight = f"{label_set.goods} {weight_text(label_set.grams_each)}"
    year = f"{label_set.year} 年" + ("  演示 DEMO" if label_set.demo else "")
    return label_set.indication.name_zh, who, weight, year


def weight_text(grams: int) -> str:
    return f"{grams / 1000:g} kg" if grams >= 1000 else f"{grams} g"


def _draw(
    canvas: Canvas, font: str, words: tuple[str, ...], one: Printed, left: float, bottom: float
) -> None:
    _draw_code(canvas, one.address, left + PAD, bottom)
    x, room = left + PAD + CODE_ROOM + 2.5 * mm, LABEL_WIDTH - CODE_ROOM - 2 * PAD - 2.5 * mm
    gi, who, weight, year = words
    y = bottom + LABEL_HEIGHT - 8 * mm
    canvas.setFillColor(INK)
    y = _write(canvas, font, gi, 12, x, y, room, 2)
    y = _write(canvas, font, weight, 7, x, y, room, 2)
    canvas.setFillColor(SOFT)
    _write(canvas, font, who, 6.5, x, y, room, 2)
    canvas.setFillColor(INK)
    _fitting(canvas, font, printed(one.code), 9.5, x, bottom + 7.5 * mm, room)
    canvas.setFillColor(SOFT)
    _fitting(canvas, font, f"{year}  {one.place}", 6, x, bottom + 4.5 * mm, room)


def _write(
    canvas: Canvas, font: str, text: str, size: float, x: float, y: float, room: float, most: int
) -> float:
    """Lines broken anywhere, as Chinese is; what does not fit in `most` lines is cut."""
    line, lines = "", []
    for character in text:
        if pdfmetrics.stringWidth(line + character, font, size) > room:
            lines.append(line)
            line = ""
        line += character
    for one in [*lines, line][:most]:
        canvas.setFont(font, size)
        canvas.drawString(x, y, one)
        y -= size * 0.45 * mm
    return y - 0.5 * mm


def _fitting(canvas: Canvas, font: str, text: str, size: float, x: float, y: float, room: float) -> None:
    wide = pdfmetrics.stringWidth(text, font, size)
    canvas.setFont(font, size if wide <= room else size * room / wide)
    canvas.drawString(x, y, text)


def _draw_code(canvas: Canvas, address: str, left: float, bottom: float) -> None:
    """With the four modules of white around it that readers need; in whole modules, written as PDF says it:
    one rectangle a run of dark modules, which is a tenth of the time that a path object takes."""
    code = segno.make(address, error="l", micro=False, mask=MASK)
    size = len(code.matrix)
    unit = min(MODULE, CODE_ROOM / (size + 2 * QUIET))
    x = _on_grid(left + (CODE_ROOM - size * unit) / 2)
    top = HEIGHT - _on_grid(HEIGHT - bottom - (LABEL_HEIGHT + size * unit) / 2)
    canvas.saveState()
    canvas.setFillColor(INK)
    canvas.transform(unit, 0, 0, unit, x, top - size * unit)
    canvas._code.append(" ".join(_runs(code.matrix, size)) + " f")
    canvas.restoreState()


def _on_grid(length: float) -> float:
    return round(length / MODULE) * MODULE


def _runs(matrix: tuple[bytearray, ...], size: int) -> Iterator[str]:
    for y, row in enumerate(matrix, 1):
        for run in DARK.finditer(row):
            yield f"{run.start()} {size - y} {run.end() - run.start()} 1 re"
