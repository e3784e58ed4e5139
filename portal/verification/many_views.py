"""A check of many codes: the page, and the table that comes back."""

from collections import Counter
from datetime import date

from flask import Blueprint, Response, render_template, request

from gi_data.sheet_writing import CSV_TYPE, XLSX_TYPE, csv_lines, xlsx_bytes
from portal.accounts.visitor_views import keep_nowhere
from portal.language import current_language
from portal.lib.clock import NOT_A_DAY, today
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.limits import limiter
from portal.verification.many import ADDED, MOST_ROWS, Line, lines_of_file, lines_of_text, verify_all

blueprint = Blueprint("verification_many", __name__)

SHOWN = 200
MOST_BYTES = 5 * 1024 * 1024


@blueprint.get("/verify/many")
def show() -> str:
    return _page([], today(), "")


@blueprint.post("/verify/many")
@limiter.limit("20 per minute")
def check() -> Response | str | tuple[str, int]:
    """Pasted codes are answered on the page; a file comes back as the same kind of file."""
    on, pasted, file = today(), request.form.get("codes", "")[:600_000], request.files.get("file")
    try:
        day = request.form.get("on", "")
        on = date.fromisoformat(day) if day else on
        if file and file.filename:
            return _file_back(file.stream.read(MOST_BYTES + 1), on)
        rows = lines_of_text(pasted)
        if not rows:
            nothing = Text("请粘贴代码或选择一个文件", "Paste codes or choose a file")
            raise RuleBroken(nothing, {"codes": nothing})
        return _page(verify_all(rows, on), on, pasted)
    except RuleBroken as refused:
        return _page([], on, pasted, refused.message), 400
    except ValueError:
        return _page([], on, pasted, NOT_A_DAY), 400


def _page(lines: list[Line], on: date, pasted: str, fault: Text | None = None) -> str:
    counts = Counter((line.tone, line.name) for line in lines)
    return render_template(
        "verification/many.html",
        lines=lines[:SHOWN],
        total=len(lines),
        counts=[(tone, name, n) for (tone, name), n in counts.most_common()],
        on=on,
        pasted=pasted,
        fault=fault,
        most=MOST_ROWS,
    )


def _file_back(raw: bytes, on: date) -> Response:
    if len(raw) > MOST_BYTES:
        raise RuleBroken(Text("文件超过 5 MB", "The file is larger than 5 MB"))
    headings, rows, form = lines_of_file(raw)
    language = current_language()
    width = max([len(headings), *(len(values) for values, _ in rows)], default=len(headings))
    heads = [*headings, *[""] * (width - len(headings)), *ADDED[language]]
    table = (
        (*line.values, *[None] * (width - len(line.values)), *line.added(on, language))
        for line in verify_all(rows, on)
    )
    if form == "xlsx":
        answer = Response(xlsx_bytes("verify", heads, table), content_type=XLSX_TYPE)
    else:
        answer = Response(b"".join(csv_lines(heads, table)), content_type=CSV_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="verified-{on}.{form}"'
    return keep_nowhere(answer)
