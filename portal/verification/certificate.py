"""A licence on one sheet of A4: what it grants, and a QR code that leads to its present state.

The code holds the address of the licence and, behind the #, which no browser sends anywhere, its signed
short form: a phone opens the page, an inspector's page without a network reads the signature.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from portal.authorisation.models import Licence
from portal.authorisation.present import place_text
from portal.authorisation.words import TRACK_NAMES
from portal.catalogue.vocabulary import vocabulary
from portal.lib.text import Text, day_text
from portal.regions.queries import regions_by_code
from portal.regions.rules import line_of
from portal.verification.credentials import short_form
from portal.verification.drawing_font import fonts_of
from portal.verification.rules import code_of

INK, SOFT, SEAL, LINE = HexColor("#22262a"), HexColor("#5b6066"), HexColor("#a63a2c"), HexColor("#b9b2a3")
WIDTH, HEIGHT = A4
MARGIN = 24 * mm
TITLE = Text("地理标志用标授权证书", "Certificate of authorisation to use a geographical indication")
CHECK = Text(
    "扫码看此刻的状态；以页面为准，不以纸面为准",
    "Scan for the state at this moment; the page counts, not the paper",
)
SEALED = Text(
    "二维码内含登记簿的数字签名，查验员离线也能核验。本证书不含国家地理标志专用标志图样。",
    "The code holds the register's digital signature and checks offline. The official mark is not shown.",
)
DEMO = Text("演示数据，不是真实授权", "DEMO, not a real licence")
PRINTED = Text("{day}的状态：{state}", "State on {day}: {state}")


@dataclass(frozen=True)
class Row:
    label: Text
    value: Text


def address_of(licence: Licence, base: str) -> str:
    return f"{base}/v/{code_of(licence.number)}"


def certificate_pdf(licence: Licence, base: str, day: date) -> bytes:
    rows = list(_rows(licence))
    printed = PRINTED.format(day=day_text(day), state=licence.state_on(day).text)
    said = [TITLE, CHECK, SEALED, DEMO, printed, *(t for r in rows for t in (r.label, r.value))]
    characters = "".join(t.zh + t.en for t in said) + base + "0123456789-:/.#ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    with fonts_of({"serif": characters}) as fonts:
        kept, name = BytesIO(), fonts["serif"]
        canvas = Canvas(kept, pagesize=A4, invariant=True, initialFontName=name, lang="zh-CN")
        canvas.setTitle(f"{TITLE.zh} {licence.number}")
        canvas.setAuthor("地理标志登记簿 GI Register")
        _draw(canvas, name, licence, rows, printed, base)
        canvas.save()
        return kept.getvalue()


def _rows(licence: Licence) -> Iterator[Row]:
    producer, gi = licence.producer, licence.indication
    hidden = Text("姓名依法不公开", "name not public")
    yield Row(Text("地理标志", "Geographical indication"), Text(gi.name_zh, gi.name_en))
    yield Row(Text("使用人", "User"), Text(producer.name, producer.name) if producer.name_public else hidden)
    if producer.name_public and producer.uscc:
        yield Row(Text("统一社会信用代码", "USCC"), Text(producer.uscc, ""))
    yield Row(Text("所在地", "Place"), _place(licence.adcode[:6]))
    yield Row(Text("授权种类", "Kind"), TRACK_NAMES[licence.tracked])
    yield Row(Text("产品", "Goods covered"), Text(licence.goods, ""))
    kind = vocabulary().categories.get(gi.category)
    if kind:
        yield Row(Text("产品类别", "Class of product"), kind)
    yield Row(Text("期限", "Term"), _term(licence))
    yield Row(Text("核准机关", "Authority"), Text(licence.issued_by, ""))
    for label, value in (
        (Text("公告号", "Announcement"), licence.announcement),
        (Text("备案号", "Record number"), licence.record_number),
    ):
        if value:
            yield Row(label, Text(value, ""))
    yield Row(Text("颁发日期", "Date of issue"), day_text(licence.issued_on))


def _place(adcode: str) -> Text:
    return place_text(adcode, regions_by_code(line_of(adcode)))


def _term(licence: Licence) -> Text:
    first = day_text(licence.valid_from)
    if licence.valid_to is None:
        return Text("自{first}起，至注销或撤销为止", "from {first} until cancelled or revoked").format(
            first=first
        )
    return Text("{first}至{last}", "{first} to {last}").format(first=first, last=day_text(licence.valid_to))


def _draw(canvas: Canvas, font: str, licence: Licence, rows: list[Row], printed: Text, base: str) -> None:
    _frame(canvas)
    canvas.setFillColor(INK)
    canvas.setFont(font, 27)
    canvas.drawCentredString(WIDTH / 2, HEIGHT - 52 * mm, TITLE.zh)
    canvas.setFont(font, 11)
    canvas.setFillColor(SOFT)
    canvas.drawCentredString(WIDTH / 2, HEIGHT - 60 * mm, TITLE.en)
    canvas.setFillColor(SEAL)
    canvas.setFont(font, 13)
    canvas.drawCentredString(WIDTH / 2, HEIGHT - 71 * mm, code_of(licence.number))
    if licence.demo:
        canvas.setFont(font, 13)
        canvas.drawCentredString(WIDTH / 2, HEIGHT - 34 * mm, f"{DEMO.zh}  {DEMO.en}")
    _draw_rows(canvas, font, rows, HEIGHT - 86 * mm)
    _draw_code(canvas, font, licence, printed, base)


def _frame(canvas: Canvas) -> None:
    canvas.setStrokeColor(SEAL)
    canvas.setLineWidth(1.6)
    canvas.rect(13 * mm, 13 * mm, WIDTH - 26 * mm, HEIGHT - 26 * mm)
    canvas.setLineWidth(0.5)
    canvas.rect(15 * mm, 15 * mm, WIDTH - 30 * mm, HEIGHT - 30 * mm)


def _draw_rows(canvas: Canvas, font: str, rows: list[Row], top: float) -> None:
    y, left = top, MARGIN + 44 * mm
    for row in rows:
        canvas.setFillColor(SOFT)
        canvas.setFont(font, 11)
        canvas.drawString(MARGIN, y, row.label.zh)
        canvas.setFont(font, 7.5)
        canvas.drawString(MARGIN, y - 4 * mm, row.label.en)
        canvas.setFillColor(INK)
        said = [(line, 12.5) for line in _lines(row.value.zh, font, 12.5, WIDTH - MARGIN - left)]
        said += [(line, 8.5) for line in _lines(row.value.en, font, 8.5, WIDTH - MARGIN - left)]
        if row.value.en == row.value.zh:
            said = said[: len(said) // 2 or 1]
        down = y
        for line, size in said[:4]:
            canvas.setFont(font, size)
            canvas.drawString(left, down, line)
            down -= 5.2 * mm if size > 10 else 4 * mm
        y = min(y - 10.5 * mm, down - 4 * mm)
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.3)
        canvas.line(MARGIN, y + 5.4 * mm, WIDTH - MARGIN, y + 5.4 * mm)


def _lines(text: str, font: str, size: float, width: float) -> list[str]:
    """Broken anywhere, as Chinese is; Latin words are kept whole where a space allows it."""
    lines, line = [], ""
    for character in text:
        if pdfmetrics.stringWidth(line + character, font, size) > width:
            head, space, tail = line.rpartition(" ")
            lines.append(head if space and character.isascii() else line)
            line = tail if space and character.isascii() else ""
        line += character
    return [*lines, line] if line else lines


def _draw_code(canvas: Canvas, font: str, licence: Licence, printed: Text, base: str) -> None:
    side, bottom = 52 * mm, 24 * mm
    address = address_of(licence, base)
    code = segno.make(f"{address}#{short_form(licence, base)}", error="l", boost_error=False, micro=False)
    rows = list(code.matrix_iter(scale=1, border=0))
    unit = side / len(rows)
    canvas.setFillColor(HexColor("#000000"))
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                canvas.rect(MARGIN + x * unit, bottom + side - (y + 1) * unit, unit * 1.01, unit * 1.01, 0, 1)
    left, y = MARGIN + side + 9 * mm, bottom + side - 5 * mm
    room = WIDTH - MARGIN - left
    for text, size, colour in ((CHECK, 11.5, INK), (printed, 11.5, INK), (SEALED, 8.5, SOFT)):
        canvas.setFillColor(colour)
        for words, points in ((text.zh, size), (text.en, size * 0.72)):
            for line in _lines(words, font, points, room):
                canvas.setFont(font, points)
                canvas.drawString(left, y, line)
                y -= points * 0.52 * mm
        y -= 2 * mm
    canvas.setFillColor(SOFT)
    canvas.setFont(font, 8.5)
    canvas.drawString(left, bottom + 1 * mm, address)
